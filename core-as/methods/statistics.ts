/**
 * The statistics of one feature between two vectors of counts in the same cells: what is computed the same way for a
 * window against the reference and for a chunk against the rest of it.
 */
import type { Cells } from "../domain/reference-cells.ts";
import type { Method } from "../domain/policy.ts";
import type { Kernel } from "../kernel-api.ts";

/** Half a count on both sides, renormalised (METHODS §3). */
export const psiSmoothing = { kind: "add", amount: 0.5 } as const;

/** Cells of the coarse methods: ten at most for quantile cells, the cells themselves otherwise. */
export function coarse(cells: Cells, counts: Float64Array): Float64Array {
  if (cells.kind !== "quantile") return counts;
  const result = new Float64Array(cells.deciles.length + 1);
  let group = 0;
  counts.forEach((count, cell) => {
    result[group] += count;
    // The decile's edge is the right border of the cell with the same index.
    if (group < cells.deciles.length && cell === cells.deciles[group]) group++;
  });
  return result;
}

export function singleFlags(cells: Cells): Uint8Array {
  if (cells.kind === "quantile") return Uint8Array.from(cells.single);
  return new Uint8Array(cells.kind === "values" ? cells.values.length : 0).fill(1);
}

/** Methods that are defined for these cells, the deciding one first. */
export function methodsFor(cells: Cells, boolean: boolean): Method[] {
  if (cells.kind === "quantile") return ["ad", "ks", "psi", "js", "wasserstein"];
  if (boolean) return ["hypergeom", "psi", "js"];
  return cells.kind === "values" ? ["chi2", "ks", "psi", "js"] : ["chi2", "psi", "js"];
}

/** T(a, c) of a method. `hypergeom` is measured by the chi-square of its two cells; its p-value is exact. */
export function statistic(
  kernel: Kernel,
  method: Method,
  cells: Cells,
  a: Float64Array,
  c: Float64Array,
): number {
  switch (method) {
    case "ad":
      return kernel.adCells(a, c);
    case "ks":
      return kernel.ksCells(a, c, singleFlags(cells)).low;
    case "wasserstein":
      return cells.kind === "quantile" ? kernel.wassersteinCells(a, c, Float64Array.from(cells.widths)) : NaN;
    case "psi":
      return kernel.psi(coarse(cells, a), coarse(cells, c), psiSmoothing);
    case "js":
      return kernel.divergences(coarse(cells, a), coarse(cells, c)).js;
    case "chi2":
    case "hypergeom":
      return kernel.chi2(a, c).statistic;
  }
}

/**
 * How a method's statistic shrinks with rows when nothing drifts, up to a constant: what values are divided by before
 * windows of very different row counts are compared.
 */
export function samplingScale(method: Method, n: number, m: number): number {
  const e = (n * m) / (n + m);
  if (method === "psi") return 1 / e;
  return method === "ad" || method === "chi2" || method === "hypergeom" ? 1 : 1 / Math.sqrt(e);
}
