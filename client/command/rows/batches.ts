/**
 * Rows cut into batches. Where a batch begins and ends depends on nothing but the rows and the rule, never on the parts that a
 * file is read in: the same file cut again gives the same batches, so that one which is sent twice is known by its id.
 */
import { floorTo } from "#core/domain/event-time.ts";
import { cutRows, joinRows, type TimedRows } from "./timed-rows.ts";

export interface CutRule {
  /** Rows of a batch, at most. */
  rows: number;
  /** Event time that a batch is about, on a grid from 1970 on. */
  spanMs: number;
}

export interface RowBatch {
  /** Rows before it. */
  first: number;
  rows: TimedRows;
}

export async function* batchesOf(
  parts: AsyncIterable<TimedRows> | Iterable<TimedRows>,
  { rows: most, spanMs }: CutRule,
): AsyncGenerator<RowBatch, void, void> {
  let [held, count, first]: [TimedRows[], number, number] = [[], 0, 0];
  let endMs = Infinity;
  const take = (): RowBatch => {
    const batch = { first, rows: joinRows(held) };
    [held, first, count] = [[], first + count, 0];
    return batch;
  };
  for await (const part of parts) {
    const { timesMs } = part.columns;
    let from = 0;
    for (let row = 0; row < timesMs.length; row++) {
      if (count > 0 && (count === most || timesMs[row] >= endMs)) {
        if (row > from) held.push(cutRows(part, from, row));
        from = row;
        yield take();
      }
      if (count === 0) endMs = floorTo(timesMs[row], spanMs) + spanMs;
      count++;
    }
    if (from < timesMs.length) held.push(cutRows(part, from, timesMs.length));
  }
  if (count > 0) yield take();
}
