/**
 * Performance estimated before labels arrive: reference + a window's counts → what the model is probably worth there. Pure;
 * whoever has both computes the same. It rests on a block of the reference (derived/), and on the relation between features
 * and labels being the reference's: every estimate carries that sentence.
 */
import { blockOf, type DerivedBlock } from "./derived/kinds.ts";
import { type OfReference } from "./derived/of-reference.ts";
import { derivedCounts, layoutOf } from "./domain/reference-cells.ts";
import type { Reference } from "./domain/reference.ts";
import { estimateBlock } from "./estimation/estimate-block.ts";
import { chunkError } from "./methods/performance/chunk-error.ts";

export interface EstimatedMetric {
  value: number;
  /** Certain bounds of what the window's rows themselves would give: what counting them in cells may have cost. */
  low: number;
  high: number;
  /** How far the realised value of so many rows strays, by the reference's labels; null where those do not tell. */
  standardError: number | null;
}

export interface EstimatedWindow {
  /** Rows that had all that an estimate needs. */
  rows: number;
  /** By name (domain/performance-metrics.ts); a metric that is not defined is left out. */
  metrics: Record<string, EstimatedMetric>;
  /** Expected rows by [actual class][predicted class]; null for a regression. */
  confusion: number[][] | null;
  assumption: string;
}

/** The block that a reference's estimates come from; null where it has none: made without labels, or of too few. */
export function estimatingBlock(
  derived: readonly DerivedBlock[],
): (DerivedBlock & { reference: OfReference }) | null {
  return blockOf(derived, "decisions") ?? blockOf(derived, "classDecisions") ?? blockOf(derived, "losses");
}

/** Null where the reference has nothing to estimate from, or no row of the window can be estimated. */
export function estimateWindow(
  reference: Pick<Reference, "features" | "derived">,
  counts: Float64Array,
): EstimatedWindow | null {
  const block = estimatingBlock(reference.derived);
  const own = block && derivedCounts(counts, layoutOf(reference), block.kind);
  const estimated = own && estimateBlock(block, own);
  if (!estimated || estimated.rows === 0) return null;
  const { rows, confusion, assumption } = estimated;
  const metrics: Record<string, EstimatedMetric> = {};
  for (const [name, { statistic, low, high }] of Object.entries(estimated.metrics)) {
    if (!Number.isFinite(statistic)) continue;
    const error = block.reference.errors[name];
    metrics[name] = {
      value: statistic,
      low: low ?? statistic,
      high: high ?? statistic,
      standardError: error === undefined ? null : chunkError(error, rows),
    };
  }
  return { rows, metrics, confusion, assumption };
}
