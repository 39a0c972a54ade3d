/** What references of past windows have in common, in whatever the windows were counted. */
import { ProblemError } from "../domain/errors.ts";
import { DAY_MS } from "../domain/limits.ts";
import { type Reference, referenceFormat } from "../domain/reference.ts";
import { minimumChunks } from "../nulls/chunk-null.ts";

/** A window that the reference is made of. */
export interface CountedWindow {
  startMs: number;
  rows: number;
}

/** Two cycles of the week, or weekends would look like drift. */
const twoCyclesMs = 14 * DAY_MS;

/**
 * The reference without its content address, which costs a hash that not everybody needs.
 *
 * @param given side by side or apart, ascending
 * @param periodMs length of each
 * @param profile what the windows that hold rows say; they are the reference's chunks where they are enough
 * @throws ProblemError `reference_invalid` when the windows hold no rows
 */
export function referenceOfWindows<Window extends CountedWindow>(
  given: readonly Window[],
  periodMs: number,
  profile: (
    windows: readonly Window[],
    chunked: boolean,
  ) => Pick<Reference, "features" | "derived" | "importances">,
): Omit<Reference, "id"> {
  const windows = given.filter(({ rows }) => rows > 0);
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined)
    throw new ProblemError("reference_invalid", "No rows are counted in these windows.");
  const spanMs = last.startMs + periodMs - first.startMs;
  const chunked = windows.length >= minimumChunks && spanMs >= twoCyclesMs;
  return {
    format: referenceFormat,
    rows: windows.reduce((sum, { rows }) => sum + rows, 0),
    fromMs: first.startMs,
    toMs: last.startMs + periodMs,
    chunks: chunked
      ? { periodMs, starts: windows.map(({ startMs }) => startMs), rows: windows.map(({ rows }) => rows) }
      : null,
    ...profile(windows, chunked),
    segments: {},
    performance: null,
  };
}
