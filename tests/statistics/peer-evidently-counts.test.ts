/** What Evidently's own tests expect (Apache-2.0) of its methods on categories. The numeric ones are elsewhere. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { gGoodnessOfFit, goodnessOfFit } from "#core/methods/counts/goodness-of-fit.ts";
import { hellinger } from "#core/methods/counts/hellinger.ts";
import { fisher } from "#core/methods/shares/fisher.ts";
import { ztest } from "#core/methods/shares/ztest.ts";
import { inRoot } from "../../scripts/paths.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present } from "./reference-data.ts";

interface Case {
  id: string;
  test: string;
  ref: (number | string)[];
  cur: (number | string)[];
  expected: number;
  abs_tolerance: number;
}

const methods: Record<string, (kernel: Kernel, a: Float64Array, c: Float64Array) => number | null> = {
  chi_square_goodness_of_fit_p: (kernel, a, c) => goodnessOfFit(kernel, a, c).pValue,
  g_test_goodness_of_fit_p: (kernel, a, c) => gGoodnessOfFit(kernel, a, c).pValue,
  hellinger_distance: (kernel, a, c) => hellinger(kernel, a, c).statistic,
  z_test_p: (kernel, a, c) => ztest(kernel, share(a), share(c)).pValue,
  fisher_exact_p: (kernel, a, c) => fisher(kernel, share(a), share(c)).pValue,
};

/** Both methods on shares are two-sided: which of two values counts as success does not matter. */
const share = (counts: Float64Array) => ({ successes: counts[0], failures: counts[1] ?? 0 });

describe.each(kernels)("categories, by the $name kernel", (kernel) => {
  it("have the p-values and distances that Evidently's tests expect", () => {
    const comparison = new Comparison("evidently_stattests");
    if (present) {
      const folder = resolve(inRoot(), process.env.MDT_REFERENCE_DATA ?? "../shared/data");
      const file = readFileSync(join(folder, "peer/evidently_stattests.json"), "utf8");
      let found = 0;
      for (const { id, test, ref, cur, expected, abs_tolerance } of (JSON.parse(file) as { cases: Case[] })
        .cases) {
        if (!(test in methods)) continue;
        found++;
        const values = [...new Set([...ref, ...cur])];
        const [a, c] = [ref, cur].map((side) =>
          Float64Array.from(values, (value) => side.filter((each) => each === value).length),
        );
        const actual = methods[test](kernel, a, c) ?? NaN;
        comparison.check(`${id} ${test}`, actual, expected, { relative: 0, absolute: abs_tolerance });
      }
      expect(found).toBe(10);
    }
    comparison.finish(kernel.name);
  });

  it("G of fit by hand: 2 (12 ln(12/10) + 8 ln(8/10))", () => {
    const found = gGoodnessOfFit(kernel, Float64Array.of(50, 50), Float64Array.of(12, 8));
    expect(found.statistic).toBeCloseTo(2 * (12 * Math.log(1.2) + 8 * Math.log(0.8)), 12);
    expect(gGoodnessOfFit(kernel, Float64Array.of(5, 0), Float64Array.of(5, 1)).statistic).toBe(Infinity);
    const vanished = gGoodnessOfFit(kernel, Float64Array.of(5, 5), Float64Array.of(10, 0));
    expect(vanished.statistic).toBeCloseTo(20 * Math.log(2), 12);
  });
});
