/**
 * Performance estimated before labels arrive: reference + a window's counts → what the model is probably worth there. Pure;
 * whoever has both computes the same. It rests on a block of the reference (derived/), and on the relation between features
 * and labels being the reference's: every estimate carries that sentence.
 */
import { blockOf, type DerivedBlock } from "./derived/kinds.ts";
import type { OfReference } from "./derived/of-reference.ts";
import type { EstimatedPerformance } from "./domain/performance.ts";
import { performanceMetrics } from "./domain/performance-metrics.ts";
import { derivedCounts, layoutOf } from "./domain/reference-cells.ts";
import type { Reference } from "./domain/reference.ts";
import { estimateBlock } from "./estimation/estimate-block.ts";
import type { Estimated } from "./estimation/estimated.ts";
import type { Kernel } from "./kernel/api.ts";
import { chunkError } from "./methods/performance/chunk-error.ts";

/** What is estimated, before it is judged. */
export type EstimatedWindow = Pick<EstimatedPerformance, "rows" | "metrics" | "confusion" | "assumption">;

/** The block that a reference's estimates come from; null where it has none: made without labels, or of too few. */
export function estimatingBlock(
  derived: readonly DerivedBlock[],
): (DerivedBlock & { reference: OfReference }) | null {
  return blockOf(derived, "decisions") ?? blockOf(derived, "classDecisions") ?? blockOf(derived, "losses");
}

/** Null where the reference has nothing to estimate from, or no row of the window can be estimated. */
export function estimateWindow(
  kernel: Kernel,
  reference: Pick<Reference, "features" | "derived">,
  counts: Float64Array,
): EstimatedWindow | null {
  const block = estimatingBlock(reference.derived);
  const own = block && derivedCounts(counts, layoutOf(reference), block.kind);
  const estimated = own && estimateBlock(block, own);
  if (!estimated || estimated.rows === 0) return null;
  return { ...estimated, metrics: knownMetrics(kernel, estimated, block.reference.errors) };
}

/** Of the reference's own rows. */
export function estimateReference(
  kernel: Kernel,
  block: DerivedBlock & { reference: OfReference },
): EstimatedWindow | null {
  const { counts, errors } = block.reference;
  const estimated = estimateBlock(block, Float64Array.from(counts));
  return estimated && { ...estimated, metrics: knownMetrics(kernel, estimated, errors) };
}

/** 19 times in 20, as everywhere where performance is told. */
const level = 0.95;

function knownMetrics(
  kernel: Kernel,
  { rows, metrics }: Estimated,
  errors: OfReference["errors"],
): EstimatedWindow["metrics"] {
  const known: EstimatedWindow["metrics"] = {};
  for (const { name, least: lowest, most: highest } of performanceMetrics) {
    const found = metrics[name];
    if (found === undefined || !Number.isFinite(found.statistic)) continue;
    const { statistic: value, low, high } = found;
    const bounds = { least: low ?? value, most: high ?? value };
    const error = errors[name];
    if (error === undefined) {
      known[name] = { value, low: null, high: null, standardError: null, ...bounds };
      continue;
    }
    const standardError = chunkError(error, rows);
    const reach = kernel.normalPpf((1 + level) / 2) * standardError;
    known[name] = {
      value,
      low: Math.max(lowest ?? -Infinity, bounds.least - reach),
      high: Math.min(highest ?? Infinity, bounds.most + reach),
      standardError,
      ...bounds,
    };
  }
  return known;
}
