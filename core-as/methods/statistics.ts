/**
 * The statistics that can decide, between two vectors of counts in the same cells: what is computed the same way for a
 * window against the reference and for a chunk against the rest of it. One table; a method is one line in it.
 */
import { type Cells, edgeWidths } from "../domain/reference-cells.ts";
import type { Method } from "../domain/policy.ts";
import { type Kernel, modelDivergenceNames } from "../kernel/api.ts";
import { sum } from "./sum.ts";

/** Half a count on both sides, renormalised (METHODS §3). */
export const psiSmoothing = { kind: "add", amount: 0.5 } as const;

/** Cells of the coarse methods: ten at most for quantile cells, the cells themselves otherwise. */
export function coarse(cells: Cells, counts: Float64Array): Float64Array {
  if (cells.kind !== "quantile") return counts;
  const result = new Float64Array(cells.deciles.length + 1);
  let group = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    result[group] += counts[cell];
    // The decile's edge is the right border of the cell with the same index.
    if (group < cells.deciles.length && cell === cells.deciles[group]) group++;
  }
  return result;
}

export function singleFlags(cells: Cells): Uint8Array {
  if (cells.kind === "quantile") return new Uint8Array(cells.single);
  return new Uint8Array(cells.kind === "values" ? cells.values.length : 0).fill(1);
}

/** Half the reference's mass at both sides of each inner edge: what the edge stands for under the reference's law. */
export function massWeights(a: Float64Array): Float64Array {
  const n = sum(a);
  const weights = new Float64Array(Math.max(0, a.length - 1));
  for (let i = 0; i < weights.length; i++) weights[i] = (a[i] + a[i + 1]) / (2 * n);
  return weights;
}

/** What a statistic is taken over: the counts in the feature's cells, or in its coarse ones. */
export interface Counted {
  cells: Cells;
  a: Float64Array;
  c: Float64Array;
}

interface Definition {
  /** Needs cells in an order: no categories. */
  ordered: boolean;
  statistic(kernel: Kernel, counted: Counted): number;
  /** How it shrinks with rows when nothing drifts: with e = nm/(n+m) it is e to minus this power. */
  shrinks: 0 | 0.5 | 1;
}

const coarsely =
  (measure: (kernel: Kernel, a: Float64Array, c: Float64Array) => number): Definition["statistic"] =>
  (kernel, { cells, a, c }) =>
    measure(kernel, coarse(cells, a), coarse(cells, c));

const definitions: Record<Method, Definition> = {
  ad: { ordered: true, shrinks: 0, statistic: (kernel, { a, c }) => kernel.adCells(a, c) },
  ks: {
    ordered: true,
    shrinks: 0.5,
    statistic: (kernel, { cells, a, c }) => kernel.ksCells(a, c, singleFlags(cells)).low,
  },
  cvm: {
    ordered: true,
    shrinks: 0,
    statistic: (kernel, { a, c }) => kernel.quadraticCells(a, c, massWeights(a)),
  },
  energy: {
    ordered: true,
    shrinks: 0.5,
    statistic: (kernel, { cells, a, c }) => energyOf(kernel, a, c, edgeWidths(cells)),
  },
  wasserstein: {
    ordered: true,
    shrinks: 0.5,
    statistic: (kernel, { cells, a, c }) => kernel.wassersteinCells(a, c, edgeWidths(cells)),
  },
  chi2: { ordered: false, shrinks: 0, statistic: (kernel, { a, c }) => kernel.chi2(a, c).statistic },
  g: { ordered: false, shrinks: 0, statistic: (kernel, { a, c }) => kernel.gCells(a, c) },
  // The exact test of two cells is measured by the chi-square of the table; its p-value is its own.
  hypergeom: { ordered: false, shrinks: 0, statistic: (kernel, { a, c }) => kernel.chi2(a, c).statistic },
  psi: {
    ordered: false,
    shrinks: 1,
    statistic: coarsely((kernel, a, c) => kernel.psi(a, c, psiSmoothing)),
  },
  kl: {
    ordered: false,
    shrinks: 1,
    statistic: coarsely((kernel, a, c) => kernel.divergences(a, c).klCurrentReference),
  },
  js: { ordered: false, shrinks: 0.5, statistic: coarsely((kernel, a, c) => kernel.divergences(a, c).js) },
  hellinger: {
    ordered: false,
    shrinks: 0.5,
    statistic: coarsely((kernel, a, c) => kernel.divergences(a, c).hellinger),
  },
  tvd: { ordered: false, shrinks: 0.5, statistic: coarsely((kernel, a, c) => kernel.divergences(a, c).tvd) },
  linf: {
    ordered: false,
    shrinks: 0.5,
    statistic: coarsely((kernel, a, c) => kernel.divergences(a, c).linf),
  },
};

const divergences: Method[] = ["psi", "js", "kl", "hellinger", "tvd", "linf"];

/** Methods that can decide on these cells, the default first. */
export function methodsFor(cells: Cells, boolean: boolean): Method[] {
  if (cells.kind === "quantile") return ["ad", "ks", "cvm", "energy", "wasserstein", ...divergences];
  if (boolean) return ["hypergeom", ...divergences];
  return cells.kind === "values"
    ? ["chi2", "g", "ks", "wasserstein", ...divergences]
    : ["chi2", "g", ...divergences];
}

/** Methods that every check shows, whatever decides (METHODS §3). */
export function methodsShown(cells: Cells, boolean: boolean): Method[] {
  const [decides] = methodsFor(cells, boolean);
  const shown: Method[] = cells.kind === "categories" ? [] : ["ks", "wasserstein"];
  return [decides, ...shown, "psi", "js", "hellinger", "tvd", "linf"];
}

/**
 * The divergences of many features in one call of the kernel, to the bits of `statistic` for each: what a check shows of
 * every feature.
 */
export function divergencesOfAll(
  kernel: Kernel,
  features: readonly Counted[],
): Partial<Record<Method, number>>[] {
  const [a, c] = [
    features.map((one) => coarse(one.cells, one.a)),
    features.map((one) => coarse(one.cells, one.c)),
  ];
  const offsets = new Int32Array(features.length + 1);
  a.forEach(({ length }, index) => (offsets[index + 1] = offsets[index] + length));
  const found = kernel.modelDivergences(joined(a), joined(c), offsets, psiSmoothing);
  const at = (index: number, name: (typeof modelDivergenceNames)[number]): number =>
    found[modelDivergenceNames.length * index + modelDivergenceNames.indexOf(name)];
  return features.map((_, index) => ({
    psi: at(index, "psi"),
    kl: at(index, "klCurrentReference"),
    js: at(index, "js"),
    hellinger: at(index, "hellinger"),
    tvd: at(index, "tvd"),
    linf: at(index, "linf"),
  }));
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** T(a, c) of a method; NaN where a side is empty. */
export function statistic(
  kernel: Kernel,
  method: Method,
  cells: Cells,
  a: Float64Array,
  c: Float64Array,
): number {
  const { ordered, statistic: measure } = definitions[method];
  return ordered && cells.kind === "categories" ? NaN : measure(kernel, { cells, a, c });
}

/** The energy distance of SciPy's definition on cells: √(2 Σ (F_R − F_C)²·width). In the root of the feature's unit. */
function energyOf(kernel: Kernel, a: Float64Array, c: Float64Array, widths: Float64Array): number {
  const [n, m] = [sum(a), sum(c)];
  return Math.sqrt((2 * (n + m) * kernel.quadraticCells(a, c, widths)) / (n * m));
}

/**
 * How a method's statistic shrinks with rows when nothing drifts, up to a constant: what values are divided by before
 * windows of very different row counts are compared.
 */
export function samplingScale(method: Method, n: number, m: number): number {
  const { shrinks } = definitions[method];
  const e = (n * m) / (n + m);
  return shrinks === 0 ? 1 : shrinks === 1 ? 1 / e : 1 / Math.sqrt(e);
}
