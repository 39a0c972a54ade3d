import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  evidentlyKl,
  evidentlyPsi,
  evidentlyShares,
  occupiedCells,
} from "#core/methods/compat/evidently-shares.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Categorical {
  id: string;
  ref_counts: number[];
  cur_counts: number[];
  expected: { evidently_psi?: OracleNumber; evidently_kl?: OracleNumber };
}

interface Numeric {
  id: string;
  unreliable?: string[];
  expected: {
    binned?: {
      evidently?: { ref_counts: number[]; cur_counts: number[]; psi: OracleNumber; kl: OracleNumber };
    };
  };
}

const tolerance: Tolerance = { relative: 1e-9, absolute: 1e-15 };

describe.each(kernels)("Evidently's PSI and KL on counts, by the $name kernel", (kernel) => {
  it("are those of Evidently's rule for empty cells", () => {
    const comparison = new Comparison("two_sample_categorical, two_sample_numeric");
    if (present) {
      for (const each of readOracle<{ cases: Categorical[] }>("two_sample_categorical").cases) {
        if (each.expected.evidently_psi === undefined) continue;
        const { a, c } = occupiedCells(
          Float64Array.from(each.ref_counts),
          Float64Array.from(each.cur_counts),
        );
        const { evidently_psi: psi, evidently_kl: kl = NaN } = each.expected;
        comparison.check(`${each.id} psi`, evidentlyPsi(kernel, a, c).statistic, toNumber(psi), tolerance);
        comparison.check(`${each.id} kl`, evidentlyKl(kernel, a, c).statistic, toNumber(kl), tolerance);
      }
      for (const { id, unreliable, expected } of readOracle<{ cases: Numeric[] }>("two_sample_numeric")
        .cases) {
        const bins = expected.binned?.evidently;
        if (!bins || unreliable?.includes("binned")) continue;
        const a = Float64Array.from(bins.ref_counts);
        const c = Float64Array.from(bins.cur_counts);
        comparison.check(`${id} psi`, evidentlyPsi(kernel, a, c).statistic, toNumber(bins.psi), tolerance);
        comparison.check(`${id} kl`, evidentlyKl(kernel, a, c).statistic, toNumber(bins.kl), tolerance);
      }
    }
    comparison.finish(kernel.name);
  });

  it("have no answer for an empty side and for what is no count", () => {
    for (const odd of [0, NaN, -1, 0.5, Infinity, 1e308, 5e-324]) {
      const [a, c] = [Float64Array.of(odd, 0), Float64Array.of(3, 4)];
      for (const { statistic } of [evidentlyPsi(kernel, a, c), evidentlyKl(kernel, c, a)])
        expect(statistic).toBeNaN();
    }
    expect(() => evidentlyPsi(kernel, Float64Array.of(1), Float64Array.of(1, 2))).toThrow(RangeError);
  });
});

it("empty cells are filled by 0.0001, or by a millionth of a smallest share that is no larger", () => {
  expect([...evidentlyShares(Float64Array.of(1, 0, 3))]).toEqual([0.25, 1e-4, 0.75]);
  expect([...evidentlyShares(Float64Array.of(1, 9999, 0))]).toEqual([1e-4, 0.9999, 1e-10]);
  fc.assert(
    fc.property(fc.array(fc.nat(1e6), { minLength: 1, maxLength: 30 }), (counts) => {
      const shares = evidentlyShares(Float64Array.from(counts));
      for (const share of shares)
        expect(counts.every((count) => count === 0) ? share !== share : share > 0).toBe(true);
    }),
  );
});
