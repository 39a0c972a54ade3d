/**
 * Attribution drift: does the model still lean on the same features? Features are ordered by their mean |SHAP| in the
 * window and gain what they had in the reference, discounted by the logarithm of their place; divided by the same for
 * the reference's own order that is the normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), 1 where the
 * order is unchanged. Below 0.9 counts as drift, the bar that Amazon SageMaker's model monitor uses too.
 *
 * Only the window's order counts, not its sizes: an unchanged order with other sizes is 1. Features that tie in the
 * window share their places (McSherry and Najork 2008), so the order in which they are given never matters. No p-value
 * and no interval: attributions of one model have no null of their own. Effect: 1 less the gain.
 *
 * Cost: a sort. Edge cases: no answer without features, when a reference attribution is below 0 or not finite, when all
 * of them are 0, or when one of the window's is missing.
 */
import type { Kernel } from "../kernel/api.ts";
import { type Result, result, undefinedResult } from "./result.ts";

export interface AttributionDrift extends Result {
  /** Whether the gain is below the bar; false where there is no answer. */
  drifted: boolean;
}

export const attributionBar = 0.9;

/** @param reference mean |SHAP| a feature in the reference, `current` in the window, in the same order of features */
export function attributionDrift(
  kernel: Kernel,
  reference: Float64Array,
  current: Float64Array,
  bar = attributionBar,
): AttributionDrift {
  if (reference.length !== current.length)
    throw new RangeError(`${reference.length} features against ${current.length}`);
  const largest = reference.reduce((most, value) => Math.max(most, value), 0);
  if (!(largest > 0) || !reference.every(isMeasure) || !current.every(isMeasure))
    return { ...undefinedResult, drifted: false };
  // In units of the largest: sums of 1e308 stay finite.
  const gains = reference.map((value) => value / largest);
  const gain = discounted(kernel, gains, current) / discounted(kernel, gains, gains);
  return { ...result(Math.min(1, gain), { effect: Math.max(0, 1 - gain) }), drifted: gain < bar };
}

/** Mean |SHAP| a feature, from rows one after the other; NaN and infinite values do not count. NaN without any. */
export function meanAbsoluteAttributions(rows: Float64Array, features: number): Float64Array {
  if (!(Number.isInteger(features) && features > 0 && rows.length % features === 0))
    throw new RangeError(`${rows.length} values are no rows of ${features} features`);
  const means = new Float64Array(features);
  const counted = new Float64Array(features);
  for (let i = 0; i < rows.length; i++) {
    if (!Number.isFinite(rows[i])) continue;
    const feature = i % features;
    counted[feature]++;
    // A running mean: a sum of large attributions could overflow.
    means[feature] += (Math.abs(rows[i]) - means[feature]) / counted[feature];
  }
  return means.map((mean, feature) => (counted[feature] > 0 ? mean : NaN));
}

/** Gains in descending order of `by`, the one at place i (from 1) divided by log₂(i + 1); ties share their places. */
function discounted(kernel: Kernel, gains: Float64Array, by: Float64Array): number {
  const order = Array.from(gains.keys()).sort((one, other) =>
    by[one] === by[other] ? gains[other] - gains[one] || one - other : by[other] - by[one],
  );
  let sum = 0;
  for (let first = 0; first < order.length;) {
    let end = first;
    let tiedGains = 0;
    let discounts = 0;
    for (; end < order.length && by[order[end]] === by[order[first]]; end++) {
      tiedGains += gains[order[end]];
      discounts += Math.LN2 / kernel.log(end + 2);
    }
    sum += (tiedGains / (end - first)) * discounts;
    first = end;
  }
  return sum;
}

const isMeasure = (value: number): boolean => value >= 0 && value < Infinity;
