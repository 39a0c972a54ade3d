/**
 * Thresholds for a series of values, one a chunk: between which values is a chunk like the reference's own?
 *
 * - Constant: what a person says.
 * - Deviation: mean ± k standard deviations over the reference's chunks (k = 3, population standard deviation), not beyond
 *   what the metric can be: NannyML's habit. Ten chunks know their own spread badly, and each of them has been compared
 *   with a reference that it is part of: at 3 sd its JS alarms in 4.7 to 6.3 % of quiet chunks (METHODS §1).
 * - Prediction: where one more value of the same kind lies with the probability asked for: mean ± t·s·√(1 + 1/K) over K
 *   chunks, t from Student's distribution with K − 1 degrees of freedom (prediction interval of one future value; Fisher
 *   1935). For a distance between chunk and reference the values must leave the chunk out of the reference: `leaveOneOut`.
 *
 * A side that is null has no threshold and never alarms. Values that are NaN (a chunk without an answer) are left out; a
 * value that is infinite, or overflow, leaves no threshold. Cost: a pass over the chunks.
 */
import type { Kernel } from "../kernel/api.ts";

export interface Thresholds {
  lower: number | null;
  upper: number | null;
}

/** What the metric can be; a side without a limit is left out. */
export interface MetricRange {
  low?: number;
  high?: number;
}

export const noThresholds: Readonly<Thresholds> = Object.freeze({ lower: null, upper: null });

/** A person's own thresholds. The wrong way around, or NaN, is a misuse. */
export function constantThresholds(lower: number | null, upper: number | null): Thresholds {
  if (Number.isNaN(lower) || Number.isNaN(upper)) throw new RangeError("a threshold must be a number");
  if (lower !== null && upper !== null && lower >= upper)
    throw new RangeError(`the lower threshold ${lower} is not below the upper one ${upper}`);
  return { lower, upper };
}

export interface DeviationOptions {
  /** Standard deviations below and above the mean; null for no threshold on that side. */
  lower?: number | null;
  upper?: number | null;
  range?: MetricRange;
  /** A threshold at or beyond the metric's range becomes its limit, or is dropped (NannyML does either, by metric). */
  atLimit?: "limit" | "drop";
}

/** Mean ± k population standard deviations of the reference's chunks. */
export function deviationThresholds(
  kernel: Kernel,
  values: Float64Array,
  { lower = 3, upper = 3, range = {}, atLimit = "limit" }: DeviationOptions = {},
): Thresholds {
  checkedMultiple(lower);
  checkedMultiple(upper);
  const known = spread(kernel, values);
  if (known === null) return { ...noThresholds };
  const { mean, sd } = known;
  return limited(
    { lower: lower === null ? null : mean - sd * lower, upper: upper === null ? null : mean + sd * upper },
    range,
    atLimit,
  );
}

export interface PredictionOptions {
  /** Probability that a quiet chunk lies outside, both sides together. */
  level: number;
  sides?: "both" | "lower" | "upper";
  range?: MetricRange;
}

/** Where one more quiet value lies, but with probability `level`. Fewer than two values leave no threshold. */
export function predictionThresholds(
  kernel: Kernel,
  values: Float64Array,
  { level, sides = "both", range = {} }: PredictionOptions,
): Thresholds {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is no level`);
  const known = spread(kernel, values);
  if (known === null || known.count < 2) return { ...noThresholds };
  const { mean, sd, count } = known;
  const t = kernel.tIsf(sides === "both" ? level / 2 : level, count - 1);
  // From the population's to the sample's standard deviation, and to that of one more value: √(K/(K−1))·√(1 + 1/K).
  const reach = t * sd * Math.sqrt((count + 1) / (count - 1));
  return limited(
    { lower: sides === "upper" ? null : mean - reach, upper: sides === "lower" ? null : mean + reach },
    range,
    "limit",
  );
}

/** Each chunk's counts against the sum of all others: values that no chunk had a share in twice. */
export function leaveOneOut(
  chunks: readonly Float64Array[],
  measure: (rest: Float64Array, chunk: Float64Array) => number,
): Float64Array {
  const total = new Float64Array(chunks[0]?.length ?? 0);
  for (const chunk of chunks) {
    if (chunk.length !== total.length)
      throw new RangeError(`chunks of ${total.length} and of ${chunk.length} cells`);
    chunk.forEach((count, cell) => (total[cell] += count));
  }
  return Float64Array.from(chunks, (chunk) =>
    measure(
      total.map((count, cell) => count - chunk[cell]),
      chunk,
    ),
  );
}

/** Whether a value lies outside; null where it is no value: an answer that is missing is not a quiet one. */
export function outside(value: number, { lower, upper }: Thresholds): boolean | null {
  if (Number.isNaN(value)) return null;
  return (lower !== null && value < lower) || (upper !== null && value > upper);
}

function spread(kernel: Kernel, values: Float64Array): { mean: number; sd: number; count: number } | null {
  const { mean, variance, count, negInf, posInf } = kernel.moments(values);
  if (count === 0 || negInf + posInf > 0 || !Number.isFinite(mean) || !Number.isFinite(variance)) return null;
  return { mean, sd: Math.sqrt(variance), count };
}

function limited(
  { lower, upper }: Thresholds,
  { low = -Infinity, high = Infinity }: MetricRange,
  atLimit: "limit" | "drop",
): Thresholds {
  const instead = (limit: number): number | null => (atLimit === "drop" ? null : limit);
  const below = lower !== null && lower <= low ? instead(low) : lower;
  const above = upper !== null && upper >= high ? instead(high) : upper;
  return { lower: finiteOrNull(below), upper: finiteOrNull(above) };
}

const finiteOrNull = (value: number | null): number | null => (Number.isFinite(value) ? value : null);

function checkedMultiple(multiple: number | null): void {
  if (multiple !== null && !(multiple >= 0 && multiple < Infinity))
    throw new RangeError(`${multiple} is no number of standard deviations`);
}
