/**
 * Chunks of equally many rows, by size or by number, as NannyML cuts them: every chunk has `size` rows, and rows that are
 * left over form one more, smaller chunk. By number means by a size of ⌊rows/number⌋: 50,000 rows in nine chunks are nine
 * of 5,555 and a tenth of 5. With fewer than number² rows the left-over can be longer than a chunk and becomes several.
 *
 * Rows that have times are taken in time's order. Chunks of few rows vary more than the others: a last chunk of five rows
 * widens every threshold that is taken from the chunks' spread. `whole` tells them apart.
 *
 * Cost: a pass over the times. Edge cases: no rows, no chunks; fewer rows than chunks asked for, chunks of one row.
 */
import { checkedCount, checkedRows, type Chunk, type Chunked, orderByTime, type Rows } from "./chunk.ts";

export function chunksBySize(rows: Rows, size: number): Chunked {
  checkedCount(size, "chunk size");
  const count = checkedRows(rows);
  const order = rows.timesMs ? orderByTime(rows.timesMs) : null;
  const chunks: Chunk[] = [];
  for (let start = 0; start < count; start += size) {
    const end = Math.min(start + size, count);
    const [startMs, endMs] = timesOf(rows, order, start, end);
    chunks.push({ key: `[${start}:${end - 1}]`, index: chunks.length, start, end, startMs, endMs });
  }
  return { chunks, order, unplaced: 0 };
}

/** NannyML's default is ten. */
export function chunksByCount(rows: Rows, number = 10): Chunked {
  checkedCount(number, "number of chunks");
  return chunksBySize(rows, Math.max(1, Math.floor(checkedRows(rows) / number)));
}

/** The chunks without a smaller one at the end. */
export function whole(chunks: readonly Chunk[]): Chunk[] {
  const size = chunks.length > 0 ? chunks[0].end - chunks[0].start : 0;
  return chunks.filter(({ start, end }) => end - start === size);
}

/** First and last time of a stretch of rows: rows without a time come last and do not count. */
function timesOf(
  { timesMs }: Rows,
  order: Int32Array | null,
  start: number,
  end: number,
): [number | null, number | null] {
  if (!timesMs) return [null, null];
  const timeAt = (place: number): number => timesMs[order ? order[place] : place];
  let last = end - 1;
  while (last >= start && !Number.isFinite(timeAt(last))) last--;
  return last < start ? [null, null] : [timeAt(start), timeAt(last)];
}
