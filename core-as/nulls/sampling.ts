/**
 * The first null (METHODS §4): how large a statistic becomes by sampling alone, with the actual numbers of rows. Windows
 * look up what the reference stored; only small or borderline ones count exactly or simulate, seeded by the check's
 * identity.
 */
import type { Method } from "../domain/policy.ts";
import type { ReferenceFeature } from "../domain/reference.ts";
import { edgeWidths } from "../domain/reference-cells.ts";
import type { Kernel, NullRequest } from "../kernel/api.ts";
import { coarse, massWeights, statistic } from "../methods/statistics.ts";
import { sum } from "../methods/sum.ts";
import { ksExact, ksLimit } from "./ks-null.ts";
import { quadraticEigenvalues } from "./quadratic-null.ts";
import { normTail, simulated, type TailShape } from "./simulated.ts";

export interface SamplingTest {
  pValue: number;
  /** Stable words that say how the p-value came about; see FamilyTest.marks. */
  marks: string[];
}

export interface SamplingOptions {
  /** Unsigned 32 bits. */
  seed: number;
  /** The method's statistic between the two, where the caller has it already. */
  value?: number;
  /** The p-value that other evidence already has, 0 without: what cannot matter is not simulated. */
  elsewhere?: number;
  /** The effect is too small for any verdict: the p-value only takes its place in the family, a few draws will do. */
  beneathGate?: boolean;
  /**
   * The family's level. A p-value above it decides nothing, whatever the correction: draws stop once it is certain to be there.
   * Left out, it is as exact as all draws make it.
   */
  level?: number;
}

/** With fewer window rows the limit of a squared gap rejects twice too often at 1e-4. */
const leastRows = 100;
/** With fewer window rows outside the heaviest cell the limit distributions on cells are too light (see tests/statistics). */
const leastOutside = 30;
/** Chi-square's limit distribution needs as much in every cell. */
const leastExpected = 20;
const leastExpectedDivergence = 50;
/** Far above every level that a policy can set: the approximation will do. */
const undecidedAbove = 0.2;
/** And where the level is known, so many times above it: limits of sparse cells are wrong by less. */
const levelsAbove = 20;
/** Far below every level: the limit distribution's tail will do. */
const decidedBelow = 1e-9;

/** One window's counts with the cells that they are in. */
interface Question {
  kernel: Kernel;
  method: Method;
  feature: Pick<ReferenceFeature, "cells" | "nulls">;
  a: Float64Array;
  c: Float64Array;
  n: number;
  m: number;
  /** nm/(n + m). */
  e: number;
  value: number;
  options: SamplingOptions;
}

/**
 * P(T as large | no drift, independent rows).
 *
 * @param a reference counts, `c` window counts in the feature's cells; neither is empty
 */
export function samplingTest(
  kernel: Kernel,
  method: Method,
  feature: Question["feature"],
  a: Float64Array,
  c: Float64Array,
  options: SamplingOptions,
): SamplingTest {
  const value = options.value ?? statistic(kernel, method, feature.cells, a, c);
  const [n, m] = [sum(a), sum(c)];
  const question = { kernel, method, feature, a, c, n, m, e: (n * m) / (n + m), value, options };
  return nulls[method](question);
}

const nulls: Record<Method, (question: Question) => SamplingTest> = {
  ad: quadratic,
  cvm: quadratic,
  energy: quadratic,
  ks,
  wasserstein: (question) =>
    drawn(
      question,
      { statistic: "wasserstein", widths: edgeWidths(question.feature.cells) },
      normTail(question.kernel),
    ),
  chi2: contingency,
  g: contingency,
  hypergeom: ({ kernel, a, c, n, m }) => ({
    pValue: kernel.hypergeomMidP(c[1] ?? 0, m, (a[1] ?? 0) + (c[1] ?? 0), n + m),
    marks: [],
  }),
  psi: divergence((x, e) => x * e),
  kl: divergence((x, e) => 2 * x * e),
  // Jensen–Shannon in nats and the squared Hellinger distance are an eighth of (1/n + 1/m)χ².
  js: divergence((x, e) => 8 * Math.LN2 * x * x * e),
  hellinger: divergence((x, e) => 8 * x * x * e),
  tvd: divergence(null),
  linf: divergence(null),
};

function quadratic(question: Question): SamplingTest {
  const { kernel, method, feature, a, m, e, value } = question;
  // Those of Anderson–Darling are in the reference's table, with its eigenvalues.
  const weights =
    method === "ad" ? new Float64Array() : method === "energy" ? edgeWidths(feature.cells) : massWeights(a);
  const eigenvalues =
    method === "ad" ? new Float64Array(feature.nulls.ad) : quadraticEigenvalues(kernel, a, weights);
  // Without weights every statistic would look impossible: that is a broken reference, not drift.
  if (eigenvalues.length === 0) throw new Error(`the reference has no null table for ${method}`);
  const limit = (x: number): number => kernel.quadraticFormSf(x, eigenvalues);
  // The energy distance is the root of twice the form over e.
  const form = method === "energy" ? (value * value * e) / 2 : value;
  const pValue = limit(form);
  const sparse = method === "energy" ? m * tailBeyondHeaviest(a, weights) < leastOutside : false;
  if ((!sparse && !isSparse(a, m)) || isSettled(question, pValue)) return { pValue, marks: [] };
  const request =
    method === "ad" ? ({ statistic: "ad" } as const) : { statistic: "quadratic" as const, widths: weights };
  return drawn({ ...question, value: form }, request, { scale: same, tail: limit });
}

function ks(question: Question): SamplingTest {
  const { kernel, feature, a, c, m, e, value } = question;
  const limit = (gap: number): number => ksLimit(kernel, feature.nulls.ks, a, e, gap).pValue;
  const { pValue, extrapolated } = ksLimit(kernel, feature.nulls.ks, a, e, value);
  const marks = extrapolated ? ["extrapolated"] : [];
  if (isSettled(question, pValue) || pValue < decidedBelow) return { pValue, marks };
  const exact = ksExact(kernel, feature.cells.kind !== "quantile", a, c, value);
  if (exact !== null && exact > decidedBelow) return { pValue: exact, marks: ["exact"] };
  return isSparse(a, m)
    ? drawn(question, { statistic: "ks" }, { scale: same, tail: limit })
    : { pValue, marks };
}

function contingency(question: Question): SamplingTest {
  const { kernel, method, a, c } = question;
  const { dof, minExpected } = kernel.chi2(a, c);
  const limit = (x: number): number => kernel.chi2Sf(x, dof);
  const pValue = limit(question.value);
  // Far from any decision the limit is good enough, whatever the cells hold.
  if (dof === 0 || minExpected >= leastExpected || isSettled(question, pValue)) return { pValue, marks: [] };
  return drawn(question, { statistic: method === "g" ? "g" : "chi2" }, { scale: same, tail: limit });
}

/**
 * @param toChi2 the statistic on the scale of χ² to first order, given e; null where it has no such limit
 */
function divergence(toChi2: ((x: number, e: number) => number) | null): (question: Question) => SamplingTest {
  return (question) => {
    const { kernel, method, feature, e, value, options } = question;
    const [a, c] = [coarse(feature.cells, question.a), coarse(feature.cells, question.c)];
    const { dof, minExpected } = kernel.chi2(a, c);
    if (dof === 0) return { pValue: 1, marks: [] };
    const shape: TailShape = toChi2
      ? { scale: (x) => toChi2(x, e), tail: (x) => kernel.chi2Sf(x, dof) }
      : normTail(kernel);
    if (toChi2 && ((options.elsewhere ?? 0) > undecidedAbove || minExpected >= leastExpectedDivergence))
      return { pValue: shape.tail(shape.scale(value)), marks: [] };
    const simulatedAs = method as "psi" | "js" | "kl" | "hellinger" | "tvd" | "linf";
    return drawn({ ...question, a, c }, { statistic: simulatedAs }, shape);
  };
}

/** By simulation under the law of the feature's cells. */
function drawn(
  { kernel, feature, a, c, m, value, options }: Question,
  request: Pick<NullRequest, "statistic" | "widths">,
  shape: TailShape,
): SamplingTest {
  const sampler = feature.cells.kind === "quantile" ? "dirichlet" : "hypergeometric";
  return simulated(kernel, { ...request, sampler, a, c, m, seed: options.seed }, value, shape, options);
}

const same = (value: number): number => value;

function isSettled({ options: { elsewhere = 0, level = 1 } }: Question, pValue: number): boolean {
  return elsewhere > undecidedAbove || pValue > Math.min(undecidedAbove, levelsAbove * level);
}

/** Few of the window's rows can fall anywhere but into one cell: then the statistic has few values. */
function isSparse(a: Float64Array, m: number): boolean {
  let heaviest = 0;
  for (const count of a) heaviest = Math.max(heaviest, count);
  return m < leastRows || m * (1 - heaviest / sum(a)) < leastOutside;
}

/**
 * The share of rows on the lighter side of the edge that carries most of the form. With skewed cells that is the outermost
 * one: where only a few of the window's rows can lie beyond it, the form is no sum of normal squares.
 */
function tailBeyondHeaviest(a: Float64Array, weights: Float64Array): number {
  const n = sum(a);
  let [running, most, beyond] = [0, -1, 0];
  weights.forEach((weight, i) => {
    running += a[i];
    const u = running / n;
    if (weight * u * (1 - u) <= most) return;
    most = weight * u * (1 - u);
    beyond = Math.min(u, 1 - u);
  });
  return beyond;
}
