import type { Columns } from "../domain/columns.ts";
import { DAY_MS } from "../domain/limits.ts";
import { minimumChunks } from "../nulls/chunk-null.ts";

/** The reference cut into stretches of the window's period and phase. */
export interface Chunking {
  /** Start of each chunk, ascending, in epoch milliseconds. */
  starts: number[];
  /** Rows of each chunk. */
  rowsOf: Int32Array[];
  /** Chunk of each row; −1 for rows of chunks that are too small to compare. */
  chunkOf: Int32Array;
}

/** Shorter chunks than half the usual are cut off by the reference's ends: they say nothing about a whole period. */
const smallestShare = 0.5;
/** Two cycles of the week, or weekends would look like drift. */
const twoCyclesMs = 14 * DAY_MS;

/** Null without times, with fewer than 14 chunks, or with less than two weeks (METHODS §4). */
export function chunkRows({ rows, timesMs }: Columns, periodMs: number): Chunking | null {
  if (timesMs === null) return null;
  const byStart = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    if (Number.isNaN(timesMs[row])) continue; // a row without a time is of no chunk
    const start = Math.floor(timesMs[row] / periodMs) * periodMs;
    const list = byStart.get(start);
    if (list) list.push(row);
    else byStart.set(start, [row]);
  }
  const all = [...byStart].sort((a, b) => a[0] - b[0]);
  const sizes = all.map(([, list]) => list.length).sort((a, b) => a - b);
  const median = sizes[sizes.length >> 1] ?? 0;
  const whole = all.filter(([, list]) => list.length >= smallestShare * median);
  const spanMs = whole.length > 0 ? whole[whole.length - 1][0] + periodMs - whole[0][0] : 0;
  if (whole.length < minimumChunks || spanMs < twoCyclesMs) return null;
  const chunkOf = new Int32Array(rows).fill(-1);
  whole.forEach(([, list], chunk) => {
    for (const row of list) chunkOf[row] = chunk;
  });
  return {
    starts: whole.map(([start]) => start),
    rowsOf: whole.map(([, list]) => Int32Array.from(list)),
    chunkOf,
  };
}
