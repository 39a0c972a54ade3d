import { limits } from "#core/domain/limits.ts";
import type { ListedHour } from "../objects/archive/answers.ts";

/** A range of event time behind one link. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  rows: number;
  /** One Parquet file of an hour that is too large to be read at once. */
  part?: number;
}

/**
 * Cuts a range into stretches that are fetched one by one: many small hours together, a large one alone, and one that is too large to
 * be read at once by its Parquet files.
 * @returns also the rows that no stretch has: of such an hour before it is compacted
 */
export function stretchesOf(
  hours: readonly Pick<ListedHour, "fromMs" | "toMs" | "rows" | "parts">[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { stretches: Stretch[]; waitingRows: number } {
  const stretches: Stretch[] = [];
  let waitingRows = 0;
  let open: Stretch | null = null;
  for (const hour of hours) {
    const range = { fromMs: Math.max(fromMs, hour.fromMs), toMs: Math.min(toMs, hour.toMs) };
    if (hour.rows > limits.archive.readRows) {
      open = null;
      for (const { part, rows } of hour.parts) stretches.push({ ...range, rows, part });
      waitingRows += hour.parts.reduce((left, { rows }) => left - rows, hour.rows);
    } else if (open !== null && open.rows + hour.rows <= limits.archive.linkRows) {
      open.toMs = range.toMs;
      open.rows += hour.rows;
    } else {
      open = { ...range, rows: hour.rows };
      stretches.push(open);
    }
  }
  return { stretches, waitingRows };
}
