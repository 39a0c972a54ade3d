/**
 * The energy distance of Székely & Rizzo (2004) between two samples on a line: √(2 ∫ (F_R − F_C)²), as SciPy defines it. In
 * the root of the feature's unit; 0 only for equal distributions.
 *
 * Cost: one merge, on values scaled by a power of two so that no difference overflows. Edge cases: an empty side has no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result } from "../result.ts";
import { powerAbove, summation } from "./exact-sum.ts";
import type { Sample } from "./sample.ts";

export function energyOnSamples(r: Sample, c: Sample): Result {
  const [n, m] = [r.sorted.length, c.sorted.length];
  if (n === 0 || m === 0) return result(NaN);
  const area = summation();
  const unit = Math.max(powerAbove(r.sorted), powerAbove(c.sorted));
  let [i, j] = [0, 0];
  let at = Math.min(r.sorted[0], c.sorted[0]);
  while (i < n || j < m) {
    const next = Math.min(i < n ? r.sorted[i] : Infinity, j < m ? c.sorted[j] : Infinity);
    // On a common denominator: the gap is a whole number over nm.
    const gap = (i * m - j * n) / (n * m);
    if (next > at) area.add(gap * gap * (next / unit - at / unit));
    at = next;
    while (i < n && r.sorted[i] === at) i++;
    while (j < m && c.sorted[j] === at) j++;
  }
  return result(Math.sqrt(2 * area.total()) * Math.sqrt(unit));
}

/** @param widths one an inner edge, in the feature's unit: what the edge stands for (see reference-cells.ts) */
export function energyOnCounts(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  widths: Float64Array,
): Result {
  const [n, m] = [a, c].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  if (n === 0 || m === 0) return result(NaN);
  return result(Math.sqrt((2 * (n + m) * kernel.quadraticCells(a, c, widths)) / (n * m)));
}
