import type { Estimate } from "../domain/performance.ts";
import type { Measure } from "../methods/performance/sampling-error.ts";

/** As it is stored and sent: what is undefined is null. */
export function estimateOf({ statistic, low, high, standardError }: Measure): Estimate | null {
  if (!Number.isFinite(statistic)) return null;
  return {
    value: statistic,
    low: finite(low),
    high: finite(high),
    standardError: finite(standardError),
  };
}

const finite = (value: number | null): number | null => (Number.isFinite(value) ? value : null);
