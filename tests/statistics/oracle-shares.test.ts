import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { clopperPearson } from "#core/methods/shares/clopper-pearson.ts";
import { fisher } from "#core/methods/shares/fisher.ts";
import { midP } from "#core/methods/shares/mid-p.ts";
import { newcombe } from "#core/methods/shares/newcombe.ts";
import { oddsRatio } from "#core/methods/shares/odds-ratio.ts";
import type { ShareCounts } from "#core/methods/shares/share-counts.ts";
import { wilson } from "#core/methods/shares/wilson.ts";
import { ztest } from "#core/methods/shares/ztest.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Case {
  id: string;
  /** Rows: reference and current; columns: success and failure. */
  table: [[number, number], [number, number]];
  expected: {
    fisher_two_sided: OracleNumber;
    fisher_less: OracleNumber;
    fisher_greater: OracleNumber;
    odds_ratio_sample: OracleNumber;
    z_pooled?: { z: OracleNumber; p: OracleNumber };
    wilson95_row1: [OracleNumber, OracleNumber];
    clopper95_row1: [OracleNumber, OracleNumber];
  };
}

const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };
const probability: Tolerance = { relative: 1e-8, absolute: 1e-300 };

const share = (successes: number, failures: number): ShareCounts => ({ successes, failures });

function compareCase(kernel: Kernel, comparison: Comparison, { id, table, expected }: Case): void {
  const [reference, current] = table.map(([s, f]) => share(s, f));
  const check = (name: string, actual: number | null, value: OracleNumber, tolerance: Tolerance): void =>
    comparison.check(`${id} ${name}`, actual ?? NaN, toNumber(value), tolerance);
  check("fisher", fisher(kernel, reference, current).pValue, expected.fisher_two_sided, probability);
  check("less", fisher(kernel, reference, current, "less").pValue, expected.fisher_less, probability);
  check(
    "greater",
    fisher(kernel, reference, current, "greater").pValue,
    expected.fisher_greater,
    probability,
  );
  check("odds", oddsRatio(kernel, reference, current).statistic, expected.odds_ratio_sample, statistic);
  const z = ztest(kernel, reference, current);
  check("z", z.statistic, expected.z_pooled?.z ?? "NaN", statistic);
  check("z p", z.pValue, expected.z_pooled?.p ?? "NaN", probability);
  const [score, exact] = [wilson(kernel, reference), clopperPearson(kernel, reference)];
  check("wilson low", score.low, expected.wilson95_row1[0], statistic);
  check("wilson high", score.high, expected.wilson95_row1[1], statistic);
  check("clopper low", exact.low, expected.clopper95_row1[0], statistic);
  check("clopper high", exact.high, expected.clopper95_row1[1], statistic);
  // Both of Fisher's tails hold the observed mass; mid-p counts half of it.
  const tails = [toNumber(expected.fisher_less), toNumber(expected.fisher_greater)];
  const mass = tails[0] + tails[1] - 1;
  const mid = Math.min(1, 2 * (Math.min(...tails) - mass / 2));
  // Where the mass is small against 1, the difference has no digits left and the comparison no meaning.
  if (mass > 1e-4 && mid > 1e-3) check("mid-p", midP(kernel, reference, current).pValue, mid, probability);
}

describe.each(kernels)("methods on shares, by the $name kernel", (kernel) => {
  it("find what SciPy and statsmodels find", () => {
    const comparison = new Comparison("tables_2x2");
    if (present)
      for (const each of readOracle<{ cases: Case[] }>("tables_2x2").cases)
        compareCase(kernel, comparison, each);
    comparison.finish(kernel.name);
  });

  it("find Newcombe's published intervals (1998, table II, method 10)", () => {
    const published: [number, number, number, number, number, number][] = [
      [56, 14, 48, 32, 0.0524, 0.3339],
      [9, 1, 3, 7, 0.1705, 0.809],
      [6, 1, 2, 5, 0.0582, 0.8062],
      [5, 51, 0, 29, -0.0381, 0.1926],
      [0, 10, 0, 20, -0.1611, 0.2775],
      [0, 10, 0, 10, -0.2775, 0.2775],
      [10, 0, 0, 20, 0.6791, 1],
      [10, 0, 0, 10, 0.6075, 1],
    ];
    for (const [s1, f1, s2, f2, low, high] of published) {
      const found = newcombe(kernel, share(s1, f1), share(s2, f2));
      expect(found.low).toBeCloseTo(low, 4);
      expect(found.high).toBeCloseTo(high, 4);
    }
  });

  it("find SciPy's limits of the odds ratio", () => {
    const comparison = new Comparison("values of scipy.stats.contingency.odds_ratio");
    const limits: [ShareCounts, ShareCounts, "sample" | "conditional", number, number][] = [
      [share(1, 9), share(11, 3), "sample", 0.002671575637462158, 0.3437198755183587],
      [share(1, 9), share(11, 3), "conditional", 0.0006360029488741693, 0.4258664756963734],
      [share(20, 1), share(8, 7), "sample", 1.8444889113483323, 166.03515375764962],
      [share(20, 1), share(8, 7), "conditional", 1.6543959357351188, 826.7404598989992],
      [share(45, 157), share(113, 178), "sample", 0.3006242997685767, 0.6780859693561914],
      [share(45, 157), share(113, 178), "conditional", 0.2932620566586998, 0.6897639884833833],
      [share(0, 5), share(5, 0), "conditional", 0, 0.43534120574505614],
      [share(5, 0), share(2, 3), "conditional", 0.49338548383908787, Infinity],
    ];
    for (const [reference, current, kind, low, high] of limits) {
      const found = oddsRatio(kernel, reference, current, kind);
      // SciPy finds its conditional limits by a search that stops at about 1e-9.
      comparison.check(`${kind} low`, found.low ?? NaN, low, { relative: 1e-8 });
      comparison.check(`${kind} high`, found.high ?? NaN, high, { relative: 1e-8 });
    }
    comparison.finish(kernel.name);
  });
});
