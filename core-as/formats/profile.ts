/**
 * Profiles: rows that were counted where they arose, in a reference's cells. A profile is a list of panes with their flat
 * vectors of counts (reference-cells.ts), as JSON or as the bytes that the server stores; no row, value or id is in it.
 */
import "../domain/schema-settings.ts";
import * as z from "zod";
import { derivedKindOf } from "../derived/kinds.ts";
import { Time } from "../domain/api.ts";
import { ProblemError } from "../domain/errors.ts";
import { emptyLog } from "../domain/id-log.ts";
import { limits } from "../domain/limits.ts";
import { ToldQuality } from "../domain/pane-quality.ts";
import { type Celled, extraSlots, layoutOf } from "../domain/reference-cells.ts";
import {
  readCounts,
  readDelta,
  WireError,
  writeCounts,
  writeDelta,
  writeLog,
  type DeltaPart,
} from "../domain/wire.ts";
import { parseTimestamp } from "./timestamp.ts";

export const profileType = "application/vnd.mdt.profile";

/** Rows of one pane, all of them or those of a segment. */
export interface ProfilePane {
  startMs: number;
  /** Greatest event time; the pane's start where it is not said. */
  newestMs: number;
  referenceId: string;
  /** "" for all rows, else the key of a segment (segments.ts). */
  segment: string;
  rows: number;
  /** The vector, once its length is known from the reference. */
  counts: (slots: number) => Float64Array;
  /** What the sender knows of the pane's rows beside their counts; null where it does not say. */
  quality: ToldQuality | null;
}

const noLog = writeLog(emptyLog);
const invalid = (detail: string): ProblemError => new ProblemError("profile_invalid", detail);

/**
 * POST …/profiles — `reference` is the one whose cells the counts are in, a pane's own where it says one. Panes begin on the
 * model's base panes; a segment's pane comes with one of all rows.
 */
export const ProfileBatch = z.object({
  batch_id: z.string().min(1).max(limits.batchIdLength).optional(),
  reference: z.string().max(limits.idLength),
  panes: z.array(
    z.object({
      start: Time,
      newest: Time.optional(),
      reference: z.string().max(limits.idLength).optional(),
      segment: z.string().default(""),
      rows: z.number(),
      counts: z.array(z.number()),
      quality: ToldQuality.optional(),
    }),
  ),
});

export function panesOfJson({ reference, panes }: z.output<typeof ProfileBatch>): ProfilePane[] {
  return panes.map(({ start, newest, segment, rows, counts, quality = null, reference: own = reference }) => {
    const startMs = parseTimestamp(start);
    return {
      ...{
        startMs,
        newestMs: newest === undefined ? startMs : parseTimestamp(newest),
        referenceId: own,
        segment,
        rows,
        quality,
      },
      counts: (slots) => {
        if (counts.length !== slots)
          throw invalid(`A pane has ${counts.length} counts, its reference ${slots}.`);
        return Float64Array.from(counts);
      },
    };
  });
}

export function panesOfBytes(bytes: Uint8Array): ProfilePane[] {
  return sound(() => readDelta(bytes)).map((part) => {
    if (part.log.length !== noLog.length) throw invalid("A profile holds counts only: its logs are empty.");
    const { paneStartMs: startMs, referenceId, segment, rows } = part;
    return {
      ...{ startMs, newestMs: startMs, referenceId, segment, rows },
      counts: (slots) => sound(() => readCounts(part.counts, slots)),
      quality: part.quality === "" ? null : qualityOfText(part.quality),
    };
  });
}

function qualityOfText(text: string): ToldQuality {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    throw invalid("A pane's quality is not JSON.");
  }
  const parsed = ToldQuality.safeParse(told);
  if (!parsed.success)
    throw invalid(
      `A pane's quality is not as it should be: ${parsed.error.issues.map(({ message }) => message).join("; ")}.`,
    );
  return parsed.data;
}

/** A pane with its counts, and with its quality as it is written. */
export interface CountedPane extends Omit<ProfilePane, "newestMs" | "counts" | "quality"> {
  counts: Float64Array;
  /** JSON: what the sender tells, or PaneQuality where it is stored; left out where there is nothing to tell. */
  quality?: string;
}

/** The bytes of a profile, and what of it is stored. */
export function partsOf(panes: readonly CountedPane[]): DeltaPart[] {
  return panes.map(({ startMs, referenceId, segment, rows, counts, quality = "" }) => ({
    ...{ paneStartMs: startMs, referenceId, segment, rows, quality },
    ...{ counts: writeCounts(counts), log: noLog },
  }));
}

export const writeProfile = (panes: readonly CountedPane[]): Uint8Array<ArrayBuffer> =>
  writeDelta(partsOf(panes));

/** Whole numbers, of every feature as many as there are rows, and of derived blocks what so many rows can have. */
export function checkCounts(counts: Float64Array, rows: number, celled: Celled): void {
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > limits.profileRows)
    throw invalid(`A pane has ${rows} rows; from 1 to ${limits.profileRows} are taken.`);
  for (const count of counts)
    if (!Number.isSafeInteger(count) || count < 0)
      throw invalid(`A pane counts ${count}: counts are whole numbers from 0 on.`);
  const { features, derived } = layoutOf(celled);
  for (const { name, offset, cells } of features) {
    let sum = 0;
    for (let slot = offset; slot < offset + cells + extraSlots.length; slot++) sum += counts[slot];
    if (sum !== rows)
      throw invalid(`A pane has ${rows} rows, and ${sum} values of "${name}" are counted in it.`);
  }
  derived.forEach(({ kind, offset, slots }, index) => {
    const block = celled.derived?.[index];
    const own = counts.subarray(offset, offset + slots);
    const problem = block === undefined ? null : derivedKindOf(block).problem(block, own, rows);
    if (problem !== null)
      throw invalid(`A pane has ${rows} rows, and its block "${kind}" cannot be: ${problem}.`);
  });
}

function sound<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) throw invalid(`The profile cannot be read: ${error.message}.`);
    throw error;
  }
}
