/**
 * Evidently's tests by their names, each giving the number that Evidently calls its drift score: a p-value or a distance.
 * Where they differ from ours of the same name, so that the difference is theirs and not ours:
 *
 * - `chisquare`, `g_test`: goodness of fit, the reference taken as exact; a new category is p = 0. `g_test` does not bring the
 *   reference to the window's rows, and SciPy refuses unequal ones: no answer.
 * - `fisher_exact`: for equally many rows and at most two categories only.
 * - `mannw`: one-sided; a window that moved down has a p-value near 1.
 * - `t_test`: Student's, equal variances. `anderson`: p limited to 0.001 … 0.25.
 * - `jensenshannon`: natural logarithm, at most 0.83. `psi`, `kl_div` (p‖q): empty cells filled. `hellinger`: its numeric
 *   bins by Sturges over the distinct values. `wasserstein`: over the reference's standard deviation, or 0.001.
 *
 * Left out: `TVD`, whose p-value comes from NumPy's generator, `mmd`, and the tests of texts. NaN: no answer, here or there.
 */
import type { Kernel } from "../../kernel/api.ts";
import { gGoodnessOfFit, goodnessOfFit } from "../counts/goodness-of-fit.ts";
import { andersonDarlingOnSamples } from "../numeric/anderson-darling.ts";
import { cramerVonMisesOnSamples } from "../numeric/cramer-von-mises.ts";
import { energyOnSamples } from "../numeric/energy.ts";
import { eppsSingleton } from "../numeric/epps-singleton.ts";
import { ksOnSamples } from "../numeric/ks.ts";
import type { Sample } from "../numeric/sample.ts";
import { tTestOnSamples } from "../numeric/t-test.ts";
import { wassersteinOnSamples } from "../numeric/wasserstein.ts";
import { fisher } from "../shares/fisher.ts";
import { ztest } from "../shares/ztest.ts";
import { evidentlyCells } from "./evidently-cells.ts";
import type { EvidentlyPair } from "./evidently-pair.ts";
import { evidentlyKl, evidentlyPsi } from "./evidently-shares.ts";
import { countInBins, distinctValues, sturgesEdges } from "./histogram-bins.ts";
import { mannWhitneyLess } from "./mann-whitney-less.ts";

export type EvidentlyTest =
  | "ks"
  | "z"
  | "chisquare"
  | "wasserstein"
  | "jensenshannon"
  | "psi"
  | "kl_div"
  | "hellinger"
  | "t_test"
  | "mannw"
  | "anderson"
  | "cramer_von_mises"
  | "ed"
  | "es"
  | "g_test"
  | "fisher_exact";

interface Definition {
  threshold: number;
  /** Drift where the score is so to its threshold. */
  drifted: "at most" | "below" | "at least" | "above";
  score: (kernel: Kernel, pair: EvidentlyPair, numerical: boolean) => number;
}

type OnSamples = (kernel: Kernel, r: Sample, c: Sample) => number | null;

/** A test of numbers; categories have none to give. */
const ofSamples =
  (test: OnSamples): Definition["score"] =>
  (kernel, { samples }) => {
    if (samples === null) throw new RangeError("this test takes numbers, not categories");
    return test(kernel, samples.r, samples.c) ?? NaN;
  };

const definitions: Record<EvidentlyTest, Definition> = {
  ks: { threshold: 0.05, drifted: "at most", score: ofSamples((k, r, c) => ksOnSamples(k, r, c).pValue) },
  z: { threshold: 0.05, drifted: "below", score: zScore },
  chisquare: {
    threshold: 0.05,
    drifted: "below",
    score: (kernel, { cells }) => {
      const { a, c } = cells();
      return goodnessOfFit(kernel, a, c).pValue ?? NaN;
    },
  },
  wasserstein: {
    threshold: 0.1,
    drifted: "at least",
    score: ofSamples((k, r, c) => wassersteinOnSamples(k, r, c).effect),
  },
  jensenshannon: {
    threshold: 0.1,
    drifted: "at least",
    score: onCells((k, a, c) => k.divergences(a, c).js * Math.sqrt(k.log(2))),
  },
  psi: { threshold: 0.1, drifted: "at least", score: onCells((k, a, c) => evidentlyPsi(k, a, c).statistic) },
  kl_div: {
    threshold: 0.1,
    drifted: "at least",
    score: onCells((k, a, c) => evidentlyKl(k, a, c).statistic),
  },
  hellinger: { threshold: 0.1, drifted: "at least", score: hellingerScore },
  t_test: { threshold: 0.05, drifted: "below", score: ofSamples(studentP) },
  mannw: { threshold: 0.05, drifted: "below", score: ofSamples(mannWhitneyLess) },
  anderson: {
    threshold: 0.1,
    drifted: "below",
    score: ofSamples((k, r, c) => andersonDarlingOnSamples(k, [r.sorted, c.sorted]).pValue),
  },
  cramer_von_mises: { threshold: 0.1, drifted: "at most", score: ofSamples(cramerVonMisesP) },
  ed: { threshold: 0.1, drifted: "above", score: ofSamples((_, r, c) => energyOnSamples(r, c).statistic) },
  es: { threshold: 0.05, drifted: "below", score: ofSamples((k, r, c) => eppsSingleton(k, r, c).pValue) },
  g_test: {
    threshold: 0.1,
    drifted: "below",
    score: (kernel, { n, m, cells }) => {
      const { a, c } = cells();
      return (n === m ? gGoodnessOfFit(kernel, a, c).pValue : null) ?? NaN;
    },
  },
  fisher_exact: { threshold: 0.1, drifted: "below", score: fisherP },
};

export interface EvidentlyScore {
  score: number;
  threshold: number;
  drifted: boolean;
}

/** @param numerical whether Evidently takes the column for numbers: it bins them, and gives categories a cell each */
export function evidentlyScore(
  kernel: Kernel,
  test: EvidentlyTest,
  pair: EvidentlyPair,
  numerical: boolean,
  threshold = definitions[test].threshold,
): EvidentlyScore {
  const score = definitions[test].score(kernel, pair, numerical);
  const drifted = {
    "at most": score <= threshold,
    below: score < threshold,
    "at least": score >= threshold,
    above: score > threshold,
  }[definitions[test].drifted];
  return { score, threshold, drifted };
}

/** The test that Evidently takes where none is asked for. */
export function evidentlyDefault(numerical: boolean, referenceRows: number, distinct: number): EvidentlyTest {
  if (referenceRows > 1000) return numerical && distinct > 5 ? "wasserstein" : "jensenshannon";
  if (numerical && distinct > 5) return "ks";
  return distinct > 2 ? "chisquare" : "z";
}

/** A distance between shares, over the cells that Evidently would have. */
function onCells(
  distance: (kernel: Kernel, a: Float64Array, c: Float64Array) => number,
): Definition["score"] {
  return (kernel, { n, m, cells, samples }, numerical) => {
    if (n === 0 || m === 0) return NaN;
    const { a, c } =
      numerical && samples ? evidentlyCells(kernel, samples.r.sorted, samples.c.sorted) : cells();
    return a.length > 0 ? distance(kernel, a, c) : NaN;
  };
}

function hellingerScore(kernel: Kernel, pair: EvidentlyPair, numerical: boolean): number {
  const { n, m, samples } = pair;
  if (n === 0 || m === 0) return NaN;
  let { a, c } = pair.cells();
  if (numerical && samples) {
    const edges = sturgesEdges(kernel, distinctValues(samples.r.sorted, samples.c.sorted));
    [a, c] = [samples.r, samples.c].map(({ sorted }) => countInBins(sorted, edges).counts);
  }
  return a.length > 0 ? kernel.divergences(a, c).hellinger : NaN;
}

/** The smallest value against all others; one value on both sides alike is p = 1. */
function zScore(kernel: Kernel, { n, m, distinct, cells }: EvidentlyPair): number {
  if (n === 0 || m === 0) return NaN;
  if (distinct === 1) return 1;
  const { a, c } = cells();
  const share = (counts: Float64Array, rows: number) => ({
    successes: rows - counts[0],
    failures: counts[0],
  });
  return ztest(kernel, share(a, n), share(c, m)).pValue ?? NaN;
}

function fisherP(kernel: Kernel, { n, m, distinct, cells }: EvidentlyPair): number {
  if (n !== m || n === 0 || distinct > 2) return NaN;
  const { a, c } = cells();
  const share = (counts: Float64Array, rows: number) => ({
    successes: rows - counts[0],
    failures: counts[0],
  });
  return fisher(kernel, share(a, n), share(c, m)).pValue ?? NaN;
}

/** Two constants that differ are infinitely far apart to SciPy. */
function studentP(kernel: Kernel, r: Sample, c: Sample): number | null {
  const constant = ({ sorted }: Sample): boolean =>
    sorted.length > 1 && sorted[0] === sorted[sorted.length - 1];
  if (constant(r) && constant(c)) return r.sorted[0] === c.sorted[0] ? null : 0;
  return tTestOnSamples(kernel, r, c, "student").pValue;
}

function cramerVonMisesP(kernel: Kernel, r: Sample, c: Sample): number | null {
  const small = Math.max(r.sorted.length, c.sorted.length) <= 20;
  return cramerVonMisesOnSamples(kernel, r, c, small ? "exact" : "asymptotic").pValue;
}
