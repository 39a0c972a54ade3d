/**
 * What a quality series says of one window: a number (share of missing values, mean, rows …), how exactly the window's rows
 * know it, and whether the reference would give such a number.
 */
import { type Result, result } from "../result.ts";

export interface QualityResult extends Result {
  /** Standard deviation of the number between samples of as many rows, as the window's own rows tell; null where unknown. */
  samplingError: number | null;
}

/** A number that is infinite, or none, has nothing to add. */
export function quality(value: number, known: Partial<Omit<QualityResult, "statistic">> = {}): QualityResult {
  const { samplingError = null, ...rest } = known;
  if (!Number.isFinite(value)) return { ...result(NaN), samplingError: null };
  const usable = (number: number | null | undefined): number | null =>
    number !== undefined && Number.isFinite(number) ? number : null;
  return {
    ...result(value, {
      pValue: usable(rest.pValue),
      low: usable(rest.low),
      high: usable(rest.high),
      effect: usable(rest.effect),
    }),
    samplingError: usable(samplingError),
  };
}
