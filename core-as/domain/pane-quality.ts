/**
 * What is known of a pane's rows beside their counts: how many came, which were refused and why, which fields nobody knows.
 * Sums of integers, so that panes merge exactly in any order.
 */
import type { RowErrorCode } from "./errors.ts";

export interface PaneQuality {
  /** Rows of its batches, accepted or not. A batch counts whole in the pane of its newest accepted row. */
  received: number;
  batches: number;
  /** Rows refused, by reason. */
  rejected: Partial<Record<RowErrorCode, number>>;
  /** Rows refused because of a value that is not of the feature's type, by feature. */
  mismatched: Record<string, number>;
  /** Batches with a field that the model does not know, by field; at most `unknownFields` of them, by name. */
  unknown: Record<string, number>;
  /** 1 where there were more unknown fields than are kept. */
  otherUnknown: 0 | 1;
  /** Rows whose prediction id was taken already. */
  duplicates: number;
}

/** Unknown fields kept: the first by name, so that which ones never depends on the order of batches. */
const unknownFields = 64;

export const emptyQuality = (): PaneQuality => ({
  received: 0,
  batches: 0,
  rejected: {},
  mismatched: {},
  unknown: {},
  otherUnknown: 0,
  duplicates: 0,
});

/** Both together; commutes, and any grouping gives the same. */
export function mergeQuality(a: PaneQuality, b: PaneQuality): PaneQuality {
  const unknown = added(a.unknown, b.unknown);
  const dropped = Object.keys(unknown).slice(unknownFields);
  for (const field of dropped) delete unknown[field];
  return {
    received: a.received + b.received,
    batches: a.batches + b.batches,
    rejected: added(a.rejected, b.rejected),
    mismatched: added(a.mismatched, b.mismatched),
    unknown,
    otherUnknown: a.otherUnknown === 1 || b.otherUnknown === 1 || dropped.length > 0 ? 1 : 0,
    duplicates: a.duplicates + b.duplicates,
  };
}

/** Sums by name, in the order of the names. */
function added(
  a: Partial<Record<string, number>>,
  b: Partial<Record<string, number>>,
): Record<string, number> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
