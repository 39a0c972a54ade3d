import "../schema-settings.ts";
import * as z from "zod";
import { limits } from "../limits.ts";
import { Time } from "./time.ts";

/** GET …/archive?from&to → the hours of event time that hold archived rows, oldest first. */
export interface ArchiveListing {
  hours: ArchiveHour[];
  rows: number;
  bytes: number;
  /** Where the next page begins; null at the end. */
  nextFromMs: number | null;
}
export interface ArchiveHour {
  fromMs: number;
  toMs: number;
  /** `open`: rows or labels came that are not in its Parquet files yet. They are read all the same. */
  state: "open" | "compacted";
  rows: number;
  /** Rows that have their label in its Parquet files. */
  labelled: number;
  bytes: number;
  /** Parquet files: one, unless the hour is very large. */
  files: number;
}

export const archiveFormats = ["parquet", "arrow", "csv"] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

/** POST …/archive/links → 201 ArchiveLinks: addresses that need no key, for whoever trains. */
export const ArchiveLinksInput = z.object({
  from: Time,
  to: Time,
  format: z.enum(archiveFormats).default("parquet"),
  /** Only rows whose label is known. */
  labelled: z.boolean().default(false),
  expiresInMs: z
    .number()
    .int()
    .min(1000)
    .max(limits.archive.linkMs.most)
    .default(limits.archive.linkMs.usual),
});
export type ArchiveLinksInput = z.input<typeof ArchiveLinksInput>;
export interface ArchiveLinks {
  links: ArchiveLink[];
  /** Rows without a link: of an hour of more than a million rows, until it is compacted. */
  waitingRows: number;
}
export interface ArchiveLink {
  url: string;
  fromMs: number;
  toMs: number;
  /** At least these were archived when the link was made, of the hours that it reaches into. */
  rows: number;
  expiresAtMs: number;
}

/**
 * POST …/archive/erasures → ArchiveErasure, 200 when done, 202 while it goes on. Rows with these prediction ids, or about these
 * subjects up to now, are deleted and never come back. The same again is the same erasure.
 */
export const ErasureInput = z
  .object({
    prediction_ids: z.array(z.string().min(1).max(limits.idLength)).default([]),
    subjects: z.array(z.string().min(1).max(limits.categoryLength)).default([]),
  })
  .refine(
    ({ prediction_ids: ids, subjects }) => ids.length + subjects.length > 0,
    "name prediction_ids or subjects",
  )
  .refine(
    ({ prediction_ids: ids, subjects }) => ids.length + subjects.length <= limits.archive.erasedValues,
    `at most ${limits.archive.erasedValues} values at once`,
  );
export interface ArchiveErasure {
  id: string;
  state: "running" | "done";
  requestedAtMs: number;
  doneAtMs: number | null;
  /** Rows erased, hours written again without them, and batches that were not compacted yet. */
  rows: number;
  hours: number;
  batches: number;
}
