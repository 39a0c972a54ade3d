/**
 * What every method answers, whether it looks at samples, at counts or at a stream (METHODS §3). A method that has no
 * answer (an empty sample, no variance, one class only) says so with NaN and nulls: never with a plausible number.
 */
export interface Result {
  /** In the method's own unit; NaN where it is not defined, ±Infinity where that is the answer. */
  statistic: number;
  /** P(as extreme | no difference), in [0, 1]; null where the method is a measure and no test. */
  pValue: number | null;
  /** Bounds of the statistic: a 95 % interval unless the method's own text says otherwise; null where none is known. */
  low: number | null;
  high: number | null;
  /** How much it matters, in a unit that does not grow with the number of rows; null where the method has none. */
  effect: number | null;
}

/** The answer to a question without one. */
export const undefinedResult: Readonly<Result> = Object.freeze({
  statistic: NaN,
  pValue: null,
  low: null,
  high: null,
  effect: null,
});

/** A result with what is known of it. Rounding may carry a probability past its bounds; more than that is an error. */
export function result(statistic: number, known: Partial<Omit<Result, "statistic">> = {}): Result {
  if (Number.isNaN(statistic)) return { ...undefinedResult };
  const { pValue: given = null, low = null, high = null, effect = null } = known;
  // No number, no test.
  const pValue = given === null || Number.isNaN(given) ? null : given;
  if (pValue !== null && !(pValue > -1e-9 && pValue < 1 + 1e-9))
    throw new RangeError(`${pValue} is no probability`);
  return { statistic, pValue: pValue === null ? null : Math.min(1, Math.max(0, pValue)), low, high, effect };
}
