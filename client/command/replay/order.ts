/** Rows that do not come in the order of their times: held in memory as numbers, and put in order there. */
import { joinRows, pickRows, type TimedRows } from "../rows/timed-rows.ts";

/** Bytes of rows that are put in order here: what a laptop has left. */
const mostBytes = 2_000_000_000;
const rowsAtOnce = 65_536;
/** An id as text, and a row's place in the file. */
const idBytes = 64;

/** What holding the rows takes, in bytes, where it is too much; else null. */
export function tooManyToSort(rows: number, numbers: number): number | null {
  const bytes = rows * (8 * (numbers + 2) + idBytes);
  return bytes > mostBytes ? bytes : null;
}

/** The same rows by time; those of one time stay in the order of the file. */
export async function* inOrder(parts: AsyncIterable<TimedRows>): AsyncGenerator<TimedRows, void, void> {
  const held: TimedRows[] = [];
  for await (const part of parts) held.push(part);
  if (held.length === 0) return;
  const whole = joinRows(held);
  held.length = 0;
  const { timesMs } = whole.columns;
  const order = Int32Array.from(timesMs.keys()).sort((a, b) => timesMs[a] - timesMs[b] || a - b);
  for (let at = 0; at < order.length; at += rowsAtOnce)
    yield pickRows(whole, order.subarray(at, at + rowsAtOnce));
}
