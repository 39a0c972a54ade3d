/**
 * Isotonic regression: the never falling function of x that is closest to y in weighted least squares, found by pooling
 * adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955; Barlow, Bartholomew, Bremner and Brunk 1972). With a
 * model's scores for x and 0/1 labels for y it turns scores into calibrated probabilities (Zadrozny and Elkan 2002).
 *
 * Rows of equal x are averaged first, so the fit needs no more than weight and weighted sum of y at each x, and both of
 * these add up: references that were merged give the fit of all their rows. Between its knots the function is a straight
 * line, outside it is level, as in scikit-learn.
 *
 * Cost: one sort, then one pass; one binary search for each value asked. Edge cases: rows without a finite x and y or
 * without a positive finite weight do not count; with none left the function has no knots and answers NaN. Labels so
 * large that their sums overflow give no fit either.
 */
import type { Kernel } from "../../kernel/api.ts";
import { distinctValues } from "./distinct-values.ts";
import { positionOf } from "../../domain/position.ts";

/** Sums by x, to be merged by adding them up. */
export interface CalibrationCounts {
  /** Strictly ascending. */
  x: Float64Array;
  /** Rows, or their weight, at each x. */
  weight: Float64Array;
  /** Σ weight·y at each x: with 0/1 labels the positives. */
  sum: Float64Array;
}

/** The fitted function: knots with strictly ascending x and never falling y. */
export interface IsotonicMap {
  x: Float64Array;
  y: Float64Array;
}

/** What the rows add up to, by x. Every weight is 1 unless given. */
export function calibrationCounts(
  kernel: Kernel,
  x: Float64Array,
  y: ArrayLike<number>,
  weights?: Float64Array,
): CalibrationCounts {
  if (x.length !== y.length || (weights && weights.length !== x.length))
    throw new RangeError(`${x.length} values of x, ${y.length} of y, ${weights?.length ?? "no"} weights`);
  const weightOf = (row: number): number => (weights ? weights[row] : 1);
  const counted = x.map((value, row) =>
    Number.isFinite(y[row]) && weightOf(row) > 0 && weightOf(row) < Infinity ? value : NaN,
  );
  const distinct = distinctValues(kernel, counted);
  const [weight, sum] = [new Float64Array(distinct.length), new Float64Array(distinct.length)];
  counted.forEach((value, row) => {
    if (!Number.isFinite(value)) return;
    const at = positionOf(distinct, value);
    weight[at] += weightOf(row);
    sum[at] += weightOf(row) * y[row];
  });
  return { x: distinct, weight, sum };
}

/** The sums of two references together, at every x that one of them has. */
export function mergeCalibration(
  kernel: Kernel,
  a: CalibrationCounts,
  b: CalibrationCounts,
): CalibrationCounts {
  const x = distinctValues(kernel, Float64Array.from([...a.x, ...b.x]));
  const merged = { x, weight: new Float64Array(x.length), sum: new Float64Array(x.length) };
  for (const side of [a, b])
    side.x.forEach((value, i) => {
      const at = positionOf(x, value);
      merged.weight[at] += side.weight[i];
      merged.sum[at] += side.sum[i];
    });
  return merged;
}

export function fitIsotonic({ x, weight, sum }: CalibrationCounts): IsotonicMap {
  if (weight.length !== x.length || sum.length !== x.length)
    throw new RangeError(`${x.length} values of x, ${weight.length} weights, ${sum.length} sums`);
  // A block is a run of neighbours with one mean; it swallows its left neighbour while that mean is not smaller.
  const [first, weights, means] = [
    new Int32Array(x.length),
    Float64Array.from(weight),
    new Float64Array(x.length),
  ];
  let blocks = 0;
  for (let i = 0; i < x.length; i++) {
    if (!(weight[i] > 0)) continue;
    let [start, mass, mean] = [i, weight[i], sum[i] / weight[i]];
    while (blocks > 0 && means[blocks - 1] >= mean) {
      blocks--;
      const together = weights[blocks] + mass;
      mean = means[blocks] * (weights[blocks] / together) + mean * (mass / together);
      mass = together;
      start = first[blocks];
    }
    [first[blocks], weights[blocks], means[blocks]] = [start, mass, mean];
    blocks++;
  }
  return knotsOf(x, weight, first.subarray(0, blocks), means);
}

/** A block's knots are its two ends: what lies between them lies on the line. */
function knotsOf(x: Float64Array, weight: Float64Array, first: Int32Array, means: Float64Array): IsotonicMap {
  const [knotsX, knotsY]: [number[], number[]] = [[], []];
  first.forEach((start, block) => {
    let last = (block + 1 < first.length ? first[block + 1] : x.length) - 1;
    while (!(weight[last] > 0)) last--;
    for (const at of last > start ? [start, last] : [start]) {
      knotsX.push(x[at]);
      knotsY.push(means[block]);
    }
  });
  const fitted = { x: Float64Array.from(knotsX), y: Float64Array.from(knotsY) };
  return fitted.y.every(Number.isFinite) ? fitted : { x: new Float64Array(), y: new Float64Array() };
}

/** The function at `x`; NaN for NaN and where nothing was fitted. */
export function isotonicAt({ x: knots, y }: IsotonicMap, x: number): number {
  if (Number.isNaN(x) || knots.length === 0) return NaN;
  const right = positionOf(knots, x);
  if (right === 0) return y[0];
  if (right === knots.length) return y[right - 1];
  if (knots[right] === x) return y[right];
  const left = right - 1;
  // Halved, the difference of two finite values is finite too.
  const part = (x / 2 - knots[left] / 2) / (knots[right] / 2 - knots[left] / 2);
  return y[left] * (1 - part) + y[right] * part;
}

/** The sums without some of the rows that they were made of. */
export function withoutRows(
  { x, weight, sum }: CalibrationCounts,
  scores: Float64Array,
  labels: ArrayLike<number>,
  rows: Int32Array,
): CalibrationCounts {
  const rest = { x, weight: weight.slice(), sum: sum.slice() };
  for (const row of rows) {
    if (!Number.isFinite(scores[row]) || !Number.isFinite(labels[row])) continue;
    const at = positionOf(x, scores[row]);
    rest.weight[at]--;
    rest.sum[at] -= labels[row];
  }
  return rest;
}
