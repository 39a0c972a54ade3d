/** The kinds of quality in words, and their values in their units. */
import type { QualityKind, FeatureQualityKind, QualitySeries } from "#core/domain/quality.ts";
import { formatCount, formatPercent } from "#core/report/format.ts";
import { formatDuration } from "./duration.ts";

export type AnyKind = QualityKind | FeatureQualityKind;

export interface KindWords {
  /** On maps and in tables. */
  name: string;
  /** What the value is. */
  says: string;
}

export const kindWords: Record<AnyKind, KindWords> = {
  missing: { name: "missing", says: "Share of the rows in which the value is missing." },
  unseen: { name: "new values", says: "Share of the values that the reference never had." },
  out_of_range: {
    name: "out of range",
    says: "Share of the values below the reference's least or above its greatest.",
  },
  type_mismatch: {
    name: "of another type",
    says: "Share of the rows that came and were refused because this value was of another type.",
  },
  constant: {
    name: "standing still",
    says: "Share of the values that lie in one cell: from 95 % on the column stands still.",
  },
  volume: { name: "rows", says: "Rows of the window, against windows of the same hours and weekdays." },
  silence: { name: "silence", says: "How long nothing has come when the window ends." },
  duplicates: {
    name: "repeats",
    says: "Share of the rows whose prediction id came before.",
  },
  refused: { name: "refused rows", says: "Share of the rows that came that were refused." },
  empty_batches: { name: "empty batches", says: "Share of the batches without a valid row." },
  schema: { name: "fields", says: "Fields that came anew, no longer come, or come as another type." },
  co_missing: {
    name: "missing together",
    says: "How far the sets of features that are missing together have moved from the reference's.",
  },
};

export function formatQuality(value: number | null | undefined, unit: QualitySeries["unit"]): string {
  if (value === null || value === undefined) return "–";
  if (unit === "rows") return formatCount(value);
  if (unit === "ms") return value === 0 ? "0" : formatDuration(value);
  return formatPercent(value);
}

/** A test by its name: "age: missing", "shelf: added", "rows". */
export const nameOf = ({
  kind,
  subject,
  change,
}: Pick<QualitySeries, "kind" | "subject" | "change">): string =>
  subject === null ? kindWords[kind].name : `${subject}: ${change ?? kindWords[kind].name}`;
