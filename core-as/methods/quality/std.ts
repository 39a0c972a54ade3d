/**
 * Standard deviation of the window's numbers, over m − 1. Sampling error by the fourth central moment,
 * √((μ₄ − s⁴(m − 3)/(m − 1))/m)/(2s) (Rao 1973), right for heavy and light tails alike; NannyML takes the reference's moments
 * for it. Interval, 95 %: Bonett's (2006), on the logarithm, with the kurtosis about a trimmed mean; of 120 lognormal rows it
 * misses 10 % where 5 % are meant, and the plain ± 1.96 errors 15 %. p-value: Brown and Forsythe's test against the reference
 * (1974), which asks for the mean distance from the median and is not misled by skew. Effect: ratio of the deviations, less 1.
 *
 * Missing and infinite values do not count. Cost: some passes. Edge cases: one number has no deviation; fewer than five have
 * no interval; a constant window has a deviation of 0 without one.
 */
import type { Kernel } from "../../kernel/api.ts";
import { brownForsythe } from "../numeric/brown-forsythe.ts";
import { centralMoments } from "../numeric/descriptive.ts";
import { sumOf } from "../numeric/exact-sum.ts";
import type { Sample } from "../numeric/sample.ts";
import { quality, type QualityResult } from "./quality-result.ts";

export function stdOf(kernel: Kernel, reference: Sample, current: Sample): QualityResult {
  const { std1, var0, var1, kurtosisExcess } = centralMoments(current.sorted);
  const m = current.sorted.length;
  // Relative to s⁴: μ₄ = (kurtosis + 3)·var0².
  const shrink = var0 / var1;
  const fourth = (kurtosisExcess + 3) * shrink * shrink;
  const samplingError = (std1 / 2) * Math.sqrt((fourth - (m - 3) / (m - 1)) / m);
  const { pValue } = brownForsythe(kernel, reference, current);
  const before = centralMoments(reference.sorted).std1;
  return quality(std1, {
    pValue,
    effect: before > 0 ? std1 / before - 1 : null,
    ...bonett(kernel, current.sorted, std1),
    samplingError,
  });
}

/** exp(½ (ln(c·s²) ± z·e)), e = c·√((γ₄ − (m − 3)/m)/(m − 1)), c = m/(m − z), γ₄ about the trimmed mean. */
function bonett(kernel: Kernel, sorted: Float64Array, sd: number): { low: number; high: number } {
  const m = sorted.length;
  if (m < 5 || !(sd > 0)) return { low: NaN, high: NaN };
  const cut = Math.floor(m / (2 * Math.sqrt(m - 4)));
  // With five rows the trim leaves nothing between its ends: the median is what remains.
  const inner = 2 * cut < m ? sorted.subarray(cut, m - cut) : sorted.subarray(m >> 1, (m >> 1) + 1);
  const trimmed = sumOf(inner, (value) => value / sd) / inner.length;
  const fourth = sumOf(sorted, (value) => {
    const square = (value / sd - trimmed) * (value / sd - trimmed);
    return square * square;
  });
  // Σ(x − mean)² is (m − 1)·s².
  const kurtosis = (m * fourth) / ((m - 1) * (m - 1));
  const c = m / (m - z);
  const half = (z * c * Math.sqrt((kurtosis - (m - 3) / m) / (m - 1))) / 2;
  const centre = sd * Math.sqrt(c);
  return { low: centre * kernel.exp(-half), high: centre * kernel.exp(half) };
}

/** Of the normal distribution, at 2.5 %. */
const z = 1.959963984540054;
