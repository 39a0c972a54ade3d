/** How much this window could have shown: an `ok` from too few rows would be a lie (METHODS §1). */
import type { Detectable } from "../domain/check.ts";
import type { Kernel } from "../kernel/api.ts";
import { chunkCritical } from "../nulls/chunk-null.ts";
import type { FeatureInput } from "./feature-tests.ts";

/**
 * Level and gate are those of a warning: an `ok` says that there was not even one. The smallest normal location shift, alone in the family, that would have shown with about 80 % power: D* = max(gate,
 * (K + 0.1)/√e), K the critical value of the largest gap at the feature's share of the family level, or the chunks' own
 * critical gap where that is larger; and the shift in standard deviations that has this gap, 2Φ⁻¹((1 + D)/2).
 */
export function detectableShift(
  { kernel, feature, reference, n, m, chunked, windowStartMs }: FeatureInput,
  { level, critical }: DetectableLevel,
  gate: number,
): Detectable | null {
  if (n === 0 || m === 0) return null;
  const e = (n * m) / (n + m);
  const chunk = chunked ? feature.nulls.chunks.drift.find(({ method }) => method === "ks") : undefined;
  const { chunks } = reference;
  const between =
    chunk && chunks ? chunkCritical(kernel, chunk, { chunks, windowStartMs, n, m }, level) : null;
  const gap = Math.min(1, Math.max(gate, (critical + 0.1) / Math.sqrt(e), between ?? 0));
  // A gap of 1 has no finite shift; the quantile is taken just below.
  const standardDeviations = 2 * kernel.normalPpf(Math.min(1 - 1e-12, (1 + gap) / 2));
  return { gap, standardDeviations };
}

/** A feature's share of the family's level, and the critical value of the largest gap there: one of all features of a check. */
export interface DetectableLevel {
  level: number;
  critical: number;
}

export function detectableAt(kernel: Kernel, level: number): DetectableLevel {
  return { level, critical: kolmogorovCritical(kernel, level) };
}

/** The x with Q(x) = level, Q the Kolmogorov distribution's upper tail. */
function kolmogorovCritical(kernel: Kernel, level: number): number {
  let low = 0;
  let high = 40;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (kernel.kolmogorovSf(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
