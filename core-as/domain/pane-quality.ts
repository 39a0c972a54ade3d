/**
 * What is known of a pane's rows beside their counts: how many came, which were refused and why, which fields nobody knows.
 * Sums of integers, so that panes merge exactly in any order.
 */
import "./schema-settings.ts";
import * as z from "zod";
import { rowErrors, type RowErrorCode } from "./errors.ts";
import { limits } from "./limits.ts";

export interface PaneQuality {
  /** Rows of its batches, accepted or not. A batch counts whole in the pane of its newest accepted row. */
  received: number;
  batches: number;
  /** Batches without an accepted row. */
  empty: number;
  /** Rows refused, by reason. */
  rejected: Partial<Record<RowErrorCode, number>>;
  /** Rows refused because of a value that is not of the feature's type, by feature. */
  mismatched: Record<string, number>;
  /** Batches with a field that the model does not know, by field; at most `unknownFields` of them, by name. */
  unknown: Record<string, number>;
  /** 1 where there were more unknown fields than are kept. */
  otherUnknown: 0 | 1;
  /** Rows whose prediction id came before, of profiles that tell; of rows the logs know (id-log.ts). */
  duplicates: number;
}

/** Unknown fields kept: the first by name, so that which ones never depends on the order of batches. */
const unknownFields = 64;

export const emptyQuality = (): PaneQuality => ({
  received: 0,
  batches: 0,
  empty: 0,
  rejected: {},
  mismatched: {},
  unknown: {},
  otherUnknown: 0,
  duplicates: 0,
});

export const isEmptyQuality = ({ received, batches, duplicates }: PaneQuality): boolean =>
  received === 0 && batches === 0 && duplicates === 0;

/** Both together; commutes, and any grouping gives the same. */
export function mergeQuality(a: PaneQuality, b: PaneQuality): PaneQuality {
  const [unknown, more] = firstFields(added(a.unknown, b.unknown));
  return {
    received: a.received + b.received,
    batches: a.batches + b.batches,
    empty: a.empty + b.empty,
    rejected: added(a.rejected, b.rejected),
    mismatched: added(a.mismatched, b.mismatched),
    unknown,
    otherUnknown: a.otherUnknown === 1 || b.otherUnknown === 1 || more ? 1 : 0,
    duplicates: a.duplicates + b.duplicates,
  };
}

/** What a batch's reader found: every refused row is counted, whereas a receipt lists the first hundred. */
export type Refused = Pick<PaneQuality, "rejected" | "mismatched">;

/** One batch. @param ignored its fields that the model does not know, each once */
export function qualityOfBatch(
  accepted: number,
  { rejected, mismatched }: Refused,
  ignored: readonly string[],
): PaneQuality {
  const [unknown, more] = firstFields(Object.fromEntries(ignored.map((field) => [field, 1])));
  return {
    received: accepted + sum(rejected),
    batches: 1,
    empty: accepted === 0 ? 1 : 0,
    rejected: added(rejected, {}),
    mismatched: added(mismatched, {}),
    unknown,
    otherUnknown: more ? 1 : 0,
    duplicates: 0,
  };
}

/** Rows that were not accepted. */
export const refusedIn = ({ rejected }: PaneQuality): number => sum(rejected);

const Count = z.number().int().min(0).max(limits.profileRows);
const Counts = z.record(z.string().max(limits.nameLength), Count);

/** What a sender that counts for itself may tell of a pane; what it leaves out did not happen. */
export const ToldQuality = z
  .strictObject({
    batches: Count.default(0),
    empty: Count.default(0),
    rejected: Counts.default({}),
    mismatched: Counts.default({}),
    unknown: Counts.default({}),
    otherUnknown: z.union([z.literal(0), z.literal(1)]).default(0),
    duplicates: Count.default(0),
  })
  .superRefine(({ batches, empty, rejected, mismatched, unknown }, context) => {
    const expect = (condition: boolean, message: string): void => {
      if (!condition) context.addIssue({ code: "custom", message });
    };
    for (const code of Object.keys(rejected))
      expect(Object.hasOwn(rowErrors, code), `"${code}" is no reason to refuse a row`);
    expect(
      sum(mismatched) <= (rejected.type_mismatch ?? 0),
      "more rows are mismatched than refused for their type",
    );
    expect(
      [empty, ...Object.values(unknown)].every((count) => count <= batches),
      "more batches are counted than there were",
    );
  });
export type ToldQuality = z.output<typeof ToldQuality>;

/** @param rows accepted in the pane */
export const qualityAsTold = (rows: number, told: ToldQuality): PaneQuality =>
  mergeQuality(emptyQuality(), {
    ...told,
    received: rows + sum(told.rejected),
  });

const sum = (counts: Partial<Record<string, number>>): number =>
  Object.values(counts).reduce((total: number, count) => total + (count ?? 0), 0);

/** As many fields as are kept, and whether there were more. */
function firstFields(fields: Record<string, number>): [kept: Record<string, number>, more: boolean] {
  const names = Object.keys(fields).sort();
  const kept = names.slice(0, unknownFields).map((name) => [name, fields[name]] as const);
  return [Object.fromEntries(kept), names.length > unknownFields];
}

/** Sums by name, in the order of the names. */
function added(
  a: Partial<Record<string, number>>,
  b: Partial<Record<string, number>>,
): Record<string, number> {
  // A field may be called "constructor": only what was counted counts.
  const of = (counts: typeof a, name: string): number =>
    Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map((name) => [name, of(a, name) + of(b, name)]));
}
