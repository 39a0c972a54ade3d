/**
 * What a check's quality tests are made of, beside the counts: what is known of the window's rows, and what was known of
 * comparable windows before it when it was checked. Kept with the check, so that whoever has it can make the same tests.
 */
import type { ModelConfig } from "./model.ts";
import { emptyQuality, type PaneQuality, refusedIn } from "./pane-quality.ts";

/** What is known of one window's rows. */
export interface ToldWindow {
  /** Rows in the window, in whichever reference's cells they are counted. */
  rows: number;
  /** Null for a segment, and where nothing was told: quality is of all rows. */
  told: PaneQuality | null;
}

export interface QualityEvidence extends ToldWindow {
  /** A replay moves with its rows only: it is never silent. */
  clock: ModelConfig["clock"];
  /** How long nothing has come when the window ends; 0 where rows come until its last pane. */
  silentMs: number;
  /** Steps of `past` after which windows are alike: 7 for days, 1 for weeks; 0 for windows that always have as many rows. */
  season: number;
  /** Comparable windows that were known, newest first. */
  past: PastWindow[];
  /** Fields of this window that the model does not know, by the windows before. */
  fields: Record<string, { batches: number; most: number }>;
}

/** Of a window that was told, what later ones need; its fields are pooled in `fields`. */
export function pastWindow(
  place: Pick<PastWindow, "back" | "startMs">,
  { rows, told }: ToldWindow,
): PastWindow {
  const { received, batches, empty, duplicates } = told ?? emptyQuality();
  return { ...place, rows, received, refused: told ? refusedIn(told) : 0, batches, empty, duplicates };
}

/** So many seasons without a row are no outage among windows like these: what comes after them begins anew. */
const seasonsOfRest = 2;

/**
 * The windows before that say how many rows are usual: from the first one with rows on, and anew after a rest of two seasons.
 * A model waits for its first rows, or lies idle for months, and neither is a number of rows that its traffic could grow from.
 * A silence that still lasts is no rest yet: it is what the window is asked about.
 *
 * @param past newest first
 */
export function sinceTraffic<Told extends { rows: number }>(past: readonly Told[], season: number): Told[] {
  let kept = 0;
  let empty = 0;
  for (const [at, { rows }] of past.entries()) {
    if (rows === 0) {
      empty += 1;
      continue;
    }
    if (kept > 0 && empty >= seasonsOfRest * season) break;
    [kept, empty] = [at + 1, 0];
  }
  return past.slice(0, kept);
}

/** A window's unknown fields as the windows before had them: in how many batches, and the largest share in one window. */
export function fieldsBefore(
  told: PaneQuality | null,
  past: readonly ToldWindow[],
): QualityEvidence["fields"] {
  const entries: [string, QualityEvidence["fields"][string]][] = [];
  for (const field of Object.keys(told?.unknown ?? {})) {
    let [batches, most] = [0, 0];
    for (const { told: before } of past) {
      if (before === null || !Object.hasOwn(before.unknown, field)) continue;
      batches += before.unknown[field];
      most = Math.max(most, before.unknown[field] / before.batches);
    }
    entries.push([field, { batches, most }]);
  }
  return Object.fromEntries(entries);
}

/** A comparable window so many steps back. */
export interface PastWindow {
  back: number;
  startMs: number;
  rows: number;
  /** Rows of the part of it that corresponds to the silent one; left out where nothing is silent or it cannot be cut. */
  tailRows?: number;
  received: number;
  refused: number;
  batches: number;
  empty: number;
  duplicates: number;
}
