/**
 * Chunks by time: calendar periods in UTC, or stretches of a fixed number of milliseconds. Rows are taken in time's order;
 * only periods that hold rows become chunks, as in NannyML, so that gaps cost nothing and are not seen as empty chunks.
 * Rows without a time are in no chunk, and are counted.
 *
 * Cost: a pass, and a sort where the rows are not in time's order.
 */
import { type CalendarPeriod, calendarPeriod, fixedPeriod, hasPeriod, type Period } from "./calendar.ts";
import { checkedRows, type Chunk, type Chunked, orderByTime } from "./chunk.ts";

export interface TimedRows {
  rows: number;
  timesMs: Float64Array;
}

export function chunksByCalendar(rows: TimedRows, period: CalendarPeriod): Chunked {
  return chunksOf(rows, (timeMs) => calendarPeriod(timeMs, period));
}

/** @param originMs where one of the periods begins */
export function chunksByDuration(rows: TimedRows, periodMs: number, originMs = 0): Chunked {
  if (!(Number.isSafeInteger(periodMs) && periodMs > 0)) throw new RangeError(`${periodMs} is no duration`);
  if (!Number.isSafeInteger(originMs)) throw new RangeError(`${originMs} is no origin`);
  return chunksOf(rows, (timeMs) => fixedPeriod(timeMs, periodMs, originMs));
}

function chunksOf(rows: TimedRows, periodAt: (timeMs: number) => Period): Chunked {
  const count = checkedRows(rows);
  // A moment beyond the calendar is like none.
  const times = rows.timesMs.map((timeMs) => (hasPeriod(timeMs) ? timeMs : NaN));
  const order = orderByTime(times);
  const chunks: Chunk[] = [];
  let unplaced = 0;
  for (let place = 0; place < count; place++) {
    const timeMs = times[order ? order[place] : place];
    if (Number.isNaN(timeMs)) {
      unplaced++;
      continue;
    }
    const open = chunks.at(-1);
    if (open && timeMs < open.endMs!) {
      open.end = place + 1;
      continue;
    }
    chunks.push({ ...periodAt(timeMs), index: chunks.length, start: place, end: place + 1 });
  }
  return { chunks, order, unplaced };
}
