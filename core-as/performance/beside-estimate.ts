import type { EstimatedPerformance, PerformanceWindow } from "../domain/performance.ts";
import type { MetricName } from "../domain/performance-metrics.ts";

/** What is known of a window from its labels, and what its counts foretold, each where it is there. */
export type MeasuredWindow = Omit<PerformanceWindow, "estimated">;
export type Foretold = Omit<EstimatedPerformance, "error">;

/**
 * Measured and estimated windows as one series, by their start. With labels the estimate has its error; where only some rows have
 * labels it is that of all rows against these.
 */
export function besideEstimates(
  measured: readonly MeasuredWindow[],
  estimated: ReadonlyMap<number, Foretold>,
  windowMs: number,
): PerformanceWindow[] {
  const known = new Map(measured.map((window) => [window.windowStartMs, window]));
  const starts = [...new Set([...known.keys(), ...estimated.keys()])].sort((a, b) => a - b);
  return starts.map((windowStartMs) => {
    const window = known.get(windowStartMs) ?? unmeasured(windowStartMs, windowMs);
    const foretold = estimated.get(windowStartMs);
    return {
      ...window,
      estimated: foretold === undefined ? null : { ...foretold, error: errorOf(foretold, window) },
    };
  });
}

/** A window of rows that no label can find: they came without ids, or counted. */
const unmeasured = (windowStartMs: number, windowMs: number): MeasuredWindow => ({
  ...{ windowStartMs, windowEndMs: windowStartMs + windowMs },
  ...{ predictions: 0, labelled: 0, coverage: null, delay: null, realised: null },
});

function errorOf(
  { metrics }: Foretold,
  { realised }: Pick<MeasuredWindow, "realised">,
): EstimatedPerformance["error"] {
  if (realised === null) return null;
  const error: Partial<Record<MetricName, number>> = {};
  for (const name of Object.keys(metrics) as MetricName[]) {
    const [foretold, found] = [metrics[name], realised.metrics[name]];
    if (foretold && found) error[name] = foretold.value - found.value;
  }
  return error;
}
