/**
 * Mean of the window's numbers. Interval: mean ± t·s/√m, 95 %, s the window's own standard deviation over m − 1. p-value:
 * Welch's t-test against the reference (1947), two-sided. Effect: Cohen's d. Sampling error: s/√m; NannyML takes the
 * reference's s, and three of them for its interval.
 *
 * Missing and infinite values do not count. Good for means of 50 rows and more unless tails are heavy. Cost: two passes.
 * Edge cases: one number has no interval and no test; constants that differ have neither, only their values.
 */
import type { Kernel } from "../../kernel/api.ts";
import { centralMoments } from "../numeric/descriptive.ts";
import type { Sample } from "../numeric/sample.ts";
import { tTestOnSamples } from "../numeric/t-test.ts";
import { quality, type QualityResult } from "./quality-result.ts";

export function meanOf(kernel: Kernel, reference: Sample, current: Sample): QualityResult {
  const rows = current.sorted.length;
  const { mean, std1 } = centralMoments(current.sorted);
  const samplingError = std1 / Math.sqrt(rows);
  const half = rows > 1 ? kernel.tIsf(0.025, rows - 1) * samplingError : NaN;
  const { pValue, effect } = tTestOnSamples(kernel, reference, current);
  return quality(mean, { pValue, effect, low: mean - half, high: mean + half, samplingError });
}
