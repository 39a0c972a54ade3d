/**
 * What windows of a reference count beside its features' cells for the quality of their data: values out of range, and what
 * is missing together. Learnt from the reference's own rows; rows in another order give the same blocks.
 */
import type { Column, Columns } from "../domain/columns.ts";
import type { DerivedBlock } from "../derived/kinds.ts";
import { chunkValues, type CoMissing } from "../derived/co-missing.ts";
import type { Ranges } from "../derived/ranges.ts";
import { limits } from "../domain/limits.ts";
import type { Cells } from "../domain/reference-cells.ts";
import type { ReferenceFeature } from "../domain/reference.ts";
import { createFolder } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import type { Chunking } from "./chunks.ts";

interface CelledFeature extends Pick<ReferenceFeature, "name" | "type" | "role" | "moments"> {
  column: Column;
  cells: Cells;
}

export function qualityBlocks(
  kernel: Kernel,
  features: readonly CelledFeature[],
  columns: Columns,
  chunking: Chunking | null,
): DerivedBlock[] {
  return [rangesOf(features, chunking), coMissingOf(kernel, features, columns, chunking)].filter(
    (block) => block !== null,
  );
}

/** Of numbers with quantile cells; others have no cell for what is out of range. */
function rangesOf(features: readonly CelledFeature[], chunking: Chunking | null): Ranges | null {
  const ranged = features.flatMap(({ name, cells, moments, column }) =>
    cells.kind === "quantile" && moments !== null && column.kind === "numeric"
      ? [{ name, min: moments.min, max: moments.max, values: column.values }]
      : [],
  );
  if (ranged.length === 0) return null;
  return {
    kind: "ranges",
    features: ranged.map(({ name, min, max }) => ({ name, min, max })),
    reference: {
      own: true,
      counts: ranged.flatMap(() => [0, 0]),
      clusters: chunking && ranged.map(({ values }) => clusterOf(values, chunking)),
      outside: null,
    },
  };
}

/** Outermost rows of an end that are looked at, a chunk: extremes come together in few rows or in many. */
const depths = [0.5, 2, 8];

/**
 * How many of the outermost rows come together: the heterogeneity factor X²/(K − 1) of their numbers by chunk (Finney 1971),
 * 1 where rows come independently. The largest of both ends and of a few depths, since a storm of twenty rows does not show
 * among the outermost thousand.
 */
function clusterOf(values: Float64Array, { rowsOf }: Chunking): number {
  const wanted = depths.map((depth) => Math.round(depth * rowsOf.length));
  const rows = rowsOf.map((own) => own.reduce((sum, row) => sum + (Number.isFinite(values[row]) ? 1 : 0), 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  let cluster = 1;
  for (const side of [-1, 1] as const) {
    const outermost = outermostOf(values, rowsOf, side, wanted[wanted.length - 1]);
    const ends = wanted.filter((many) => 2 * many <= total).map((many) => outermost[many - 1]);
    for (const counts of beyond(values, rowsOf, side, ends))
      cluster = Math.max(cluster, heterogeneity(counts, rows, total));
  }
  // Four digits say how sure this is.
  return Number(cluster.toPrecision(4));
}

/** The `most` values that lie farthest to one side, the farthest first; all where there are fewer. No full sort. */
function outermostOf(
  values: Float64Array,
  rowsOf: readonly Int32Array[],
  side: -1 | 1,
  most: number,
): number[] {
  const kept: number[] = [];
  const cut = (): void => {
    kept.sort((a, b) => side * (b - a));
    if (kept.length > most) kept.length = most;
  };
  let nearest = -Infinity;
  for (const rows of rowsOf)
    for (const row of rows) {
      const value = values[row];
      if (!(side * value > nearest) || !Number.isFinite(value)) continue;
      if (kept.push(value) < 4 * most) continue;
      cut();
      nearest = side * kept[most - 1];
    }
  cut();
  return kept;
}

/** By end, how many values of each chunk reach it; ties with it do. Ends come from the farthest inwards. */
function beyond(
  values: Float64Array,
  rowsOf: readonly Int32Array[],
  side: -1 | 1,
  ends: readonly number[],
): number[][] {
  const counts = ends.map(() => rowsOf.map(() => 0));
  const innermost = side * ends[ends.length - 1];
  for (const [chunk, rows] of rowsOf.entries())
    for (const row of rows) {
      const value = values[row];
      if (!(side * value >= innermost) || !Number.isFinite(value)) continue;
      for (let end = ends.length - 1; end >= 0 && side * value >= side * ends[end]; end--)
        counts[end][chunk]++;
    }
  return counts;
}

function heterogeneity(counts: readonly number[], rows: readonly number[], total: number): number {
  const share = counts.reduce((sum, count) => sum + count, 0) / total;
  const squares = counts.reduce((sum, count, chunk) => {
    const expected = share * rows[chunk];
    return expected > 0 ? sum + ((count - expected) * (count - expected)) / (expected * (1 - share)) : sum;
  }, 0);
  return share < 1 ? squares / (counts.length - 1) : 1;
}

/** Null where no two features have missing values: one alone says all of it itself. */
function coMissingOf(
  kernel: Kernel,
  features: readonly CelledFeature[],
  columns: Columns,
  chunking: Chunking | null,
): CoMissing | null {
  const patterns = frequentPatterns(features, columns.rows);
  if (new Set(patterns.flat()).size < 2) return null;
  const block = { kind: "coMissing" as const, features: features.map(({ name }) => name), patterns };
  const unknown = { counts: new Array<number>(patterns.length + 1).fill(0), chunks: null };
  const folder = createFolder(kernel, { features, derived: [{ ...block, reference: unknown }] });
  const [{ offset }] = folder.layout.derived;
  const counted = (rows?: Int32Array): Float64Array => folder.fold(columns, rows).slice(offset);
  const counts = counted();
  return {
    ...block,
    reference: {
      counts: [...counts],
      chunks: chunking && chunkValues(kernel, counts, chunking.rowsOf.map(counted)),
    },
  };
}

/** Rows in a thousand that a pattern needs for a place of its own. */
const rarest = 1;

/**
 * The most frequent patterns, that of nothing missing first. Rows are told apart by a hash of the places that are missing:
 * of 53 bits, so that the few patterns that are frequent do not meet.
 */
function frequentPatterns(features: readonly CelledFeature[], rows: number): number[][] {
  const [high, low] = [new Int32Array(rows), new Int32Array(rows)];
  let any = false;
  features.forEach(({ column }, place) => {
    const [a, b] = [mixed(2 * place + 1), mixed(2 * place + 2)];
    for (let row = 0; row < rows; row++) {
      if (!(column.kind === "numeric" ? Number.isNaN(column.values[row]) : column.codes[row] < 0)) continue;
      any = true;
      high[row] ^= a;
      low[row] ^= b;
    }
  });
  if (!any) return [[]];
  const found = new Map<number, { count: number; row: number }>();
  for (let row = 0; row < rows; row++) {
    const key = (high[row] >>> 0) * 0x200000 + (low[row] & 0x1fffff);
    if (key === 0) continue;
    const known = found.get(key);
    if (known === undefined) found.set(key, { count: 1, row });
    else known.count++;
  }
  const frequent = [...found.values()]
    .filter(({ count }) => count > 1 && 1000 * count >= rarest * rows)
    .map(({ count, row }) => ({ count, pattern: missingIn(features, row) }));
  frequent.sort((a, b) => b.count - a.count || (String(a.pattern) < String(b.pattern) ? -1 : 1));
  return [[], ...frequent.slice(0, limits.missingPatterns - 1).map(({ pattern }) => pattern)];
}

const missingIn = (features: readonly CelledFeature[], row: number): number[] =>
  features.flatMap(({ column }, place) =>
    (column.kind === "numeric" ? Number.isNaN(column.values[row]) : column.codes[row] < 0) ? [place] : [],
  );

/** Every bit of the result depends on every bit of the number: the finisher of MurmurHash3 (Appleby 2011). */
function mixed(number: number): number {
  let bits = Math.imul(number, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
