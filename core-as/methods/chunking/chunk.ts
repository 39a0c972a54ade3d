/**
 * What a table is cut into before a statistic is followed over it: stretches of rows that lie next to each other, in the
 * rows' own order or in the order of their times. Every row with a place in that order is in exactly one chunk.
 */
export interface Chunk {
  /** As NannyML writes it: "[0:4999]" for rows (both ends included), "2018-01" or "2018Q1" for periods. */
  key: string;
  index: number;
  /** The rows `start` ≤ place < `end`: places in `Chunked.order`, ready for `subarray`. Never empty. */
  start: number;
  end: number;
  /** Periods: where they begin and where the next one begins. Chunks of rows: the first and the last row's time. */
  startMs: number | null;
  endMs: number | null;
}

export interface Chunked {
  chunks: Chunk[];
  /** The row at each place, where that is not the row itself. Rows with a time come first, by time; rows without, last. */
  order: Int32Array | null;
  /** Rows in no chunk: those without a time, where the chunks are periods. They are the last of `order`. */
  unplaced: number;
}

/** Number of rows, and event time of each in epoch milliseconds (NaN, ±Infinity: none) where rows have one. */
export interface Rows {
  rows: number;
  timesMs?: Float64Array | null;
}

/**
 * The order of rows by time, equal times in their own order, rows without a time last; null where the rows already lie
 * so. Cost: a pass, or a sort.
 */
export function orderByTime(timesMs: Float64Array): Int32Array | null {
  const key = (row: number): number => (Number.isFinite(timesMs[row]) ? timesMs[row] : Infinity);
  let ordered = true;
  for (let row = 1; row < timesMs.length && ordered; row++) ordered = key(row) >= key(row - 1);
  if (ordered) return null;
  const places = Int32Array.from(timesMs.keys());
  return places.sort((a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1));
}

/** A whole number of rows or chunks, at least one; anything else is a misuse. */
export function checkedCount(count: number, what: string): number {
  if (!(Number.isSafeInteger(count) && count > 0)) throw new RangeError(`${count} is no ${what}`);
  return count;
}

/** The number of rows; times that are more or fewer are a misuse. */
export function checkedRows({ rows, timesMs }: Rows): number {
  if (!(Number.isSafeInteger(rows) && rows >= 0)) throw new RangeError(`${rows} is no number of rows`);
  if (timesMs && timesMs.length !== rows) throw new RangeError(`${timesMs.length} times of ${rows} rows`);
  return rows;
}
