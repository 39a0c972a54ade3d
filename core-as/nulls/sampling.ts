/**
 * The first null (METHODS §4): how large a statistic becomes by sampling alone, with the actual numbers of rows. Windows
 * look up what the reference stored; only small or borderline ones simulate, seeded by the check's identity.
 */
import type { Method } from "../domain/policy.ts";
import type { ReferenceFeature } from "../domain/reference.ts";
import type { Kernel } from "../kernel-api.ts";
import { coarse, statistic } from "../methods/statistics.ts";
import { bridgeTail } from "./cells-null.ts";
import { simulated } from "./simulated.ts";

export interface SamplingTest {
  pValue: number;
  /** Stable words that say how the p-value came about; see FamilyTest.marks. */
  marks: string[];
}

/** With fewer window rows outside the heaviest cell the limit distributions on cells are too light (see tests/statistics). */
const leastOutside = 30;
/** Chi-square's limit distribution needs as much in every cell. */
const leastExpected = 20;
const leastExpectedDivergence = 50;
/** Far above every level that a policy can set: the approximation will do. */
const undecidedAbove = 0.2;

/**
 * P(T as large | no drift, independent rows).
 *
 * @param a reference counts, `c` window counts in the feature's cells; neither is empty
 * @param seed unsigned 32 bits
 * @param elsewhere the p-value that other evidence already has, 0 without: what cannot matter is not simulated
 */
export function samplingTest(
  kernel: Kernel,
  method: Method,
  { cells, nulls }: Pick<ReferenceFeature, "cells" | "nulls">,
  a: Float64Array,
  c: Float64Array,
  seed: number,
  elsewhere = 0,
): SamplingTest {
  const value = statistic(kernel, method, cells, a, c);
  const n = sum(a);
  const m = sum(c);
  const e = (n * m) / (n + m);
  const settled = (pValue: number): boolean => Math.max(pValue, elsewhere) > undecidedAbove;
  switch (method) {
    case "ad": {
      // Without weights every statistic would look impossible: that is a broken reference, not drift.
      if (nulls.ad.length === 0) throw new Error("the reference has no null table for ad");
      const limit = (x: number): number => kernel.quadraticFormSf(x, Float64Array.from(nulls.ad));
      const pValue = limit(value);
      if (!isSparse(a, m) || settled(pValue)) return { pValue, marks: [] };
      return simulated(
        kernel,
        { sampler: "dirichlet", statistic: "ad", a, c, m, seed },
        value,
        limit,
        elsewhere,
      );
    }
    case "ks": {
      const limit = (x: number): number => ksTail(kernel, nulls.ks, a, x * Math.sqrt(e)).pValue;
      const test = ksTail(kernel, nulls.ks, a, value * Math.sqrt(e));
      if (!isSparse(a, m) || settled(test.pValue)) return test;
      return simulated(
        kernel,
        { sampler: "dirichlet", statistic: "ks", a, c, m, seed },
        value,
        limit,
        elsewhere,
      );
    }
    case "chi2": {
      const { dof, minExpected } = kernel.chi2(a, c);
      const limit = (x: number): number => kernel.chi2Sf(x, dof);
      const pValue = limit(value);
      // Far from any decision the limit is good enough, whatever the cells hold.
      if (dof === 0 || minExpected >= leastExpected || settled(pValue)) return { pValue, marks: [] };
      return simulated(
        kernel,
        { sampler: "hypergeometric", statistic: "chi2", a, c, m, seed },
        value,
        limit,
        elsewhere,
      );
    }
    case "hypergeom":
      return { pValue: kernel.hypergeomMidP(c[1] ?? 0, m, (a[1] ?? 0) + (c[1] ?? 0), n + m), marks: [] };
    case "psi":
    case "js": {
      const [ca, cc] = [coarse(cells, a), coarse(cells, c)];
      const dof = kernel.chi2(ca, cc).dof;
      // ln-based divergences are χ² to first order: PSI (1/n + 1/m)χ², Jensen–Shannon in nats an eighth of it.
      const scale = method === "psi" ? (x: number) => x * e : (x: number) => 8 * Math.LN2 * x * x * e;
      const limit = (x: number): number => kernel.chi2Sf(scale(x), dof);
      if (
        dof === 0 ||
        elsewhere > undecidedAbove ||
        kernel.chi2(ca, cc).minExpected >= leastExpectedDivergence
      )
        return { pValue: limit(value), marks: [] };
      const sampler = cells.kind === "quantile" ? "dirichlet" : "hypergeometric";
      return simulated(
        kernel,
        { sampler, statistic: method, a: ca, c: cc, m, seed },
        value,
        limit,
        elsewhere,
      );
    }
    case "wasserstein": {
      const widths = Float64Array.from(cells.kind === "quantile" ? cells.widths : []);
      return simulated(
        kernel,
        { sampler: "dirichlet", statistic: "wasserstein", a, c, m, seed, widths },
        value,
        null,
        elsewhere,
      );
    }
  }
}

/** Few of the window's rows can fall anywhere but into one cell: then the statistic has few values. */
function isSparse(a: Float64Array, m: number): boolean {
  const heaviest = a.reduce((most, count) => Math.max(most, count), 0);
  return m * (1 - heaviest / sum(a)) < leastOutside;
}

function ksTail(kernel: Kernel, quantiles: readonly number[], a: Float64Array, scaled: number): SamplingTest {
  if (quantiles.length === 0)
    return { pValue: kernel.kolmogorovSf(scaled + 0.5826 / Math.sqrt(a.length)), marks: [] };
  const { pValue, extrapolated } = bridgeTail(kernel, quantiles, a, scaled);
  return { pValue, marks: extrapolated ? ["extrapolated"] : [] };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
