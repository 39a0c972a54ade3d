/** The guards at the kernel's door, shared by the Wasm and the twin: lengths are checked here and never in a loop. */
import type { CountedColumn, NullRequest, SketchCounts } from "./api.ts";

export function sameLength(a: Float64Array, c: Float64Array): void {
  if (a.length !== c.length)
    throw new RangeError(`${a.length} cells against ${c.length}: counts of different cells`);
}

export function oneFlagACell(a: Float64Array, single: Uint8Array): void {
  if (single.length !== a.length) throw new RangeError(`${single.length} flags for ${a.length} cells`);
}

export function oneWidthAnEdge(a: Float64Array, widths: Float64Array): void {
  if (widths.length !== Math.max(0, a.length - 1))
    throw new RangeError(`${widths.length} widths for ${a.length} cells`);
}

/** Where features begin in one long row of cells: from 0, never back, to the end. */
export function borders(a: Float64Array, offsets: Int32Array): void {
  if (offsets.length === 0 || offsets[0] !== 0 || offsets[offsets.length - 1] !== a.length)
    throw new RangeError(`offsets of features run from 0 to the number of cells, ${a.length}`);
  for (let i = 1; i < offsets.length; i++)
    if (offsets[i] < offsets[i - 1])
      throw new RangeError(`feature ${i - 1} ends at ${offsets[i]}, before it begins at ${offsets[i - 1]}`);
}

export function sketchPrecision(p: number): void {
  if (!(Number.isInteger(p) && p >= 0 && p <= 10))
    throw new RangeError(`${p} bits of the mantissa: a sketch has 0 to 10`);
}

export function oneCountAKey({ keys, counts }: SketchCounts): void {
  if (keys.length !== counts.length) throw new RangeError(`${counts.length} counts for ${keys.length} keys`);
}

export function square(matrix: Float64Array, k: number): void {
  if (matrix.length !== k * k) throw new RangeError(`${matrix.length} entries are no ${k} × ${k} matrix`);
}

/** What simulations need of their input. The dirichlet sampler ignores `c`: it is made to fit. */
export function checkedNull(request: NullRequest): NullRequest {
  const { a, c, m, draws } = request;
  if (a.length === 0) throw new RangeError("a null needs at least one cell");
  if (!(draws >= 1)) throw new RangeError("a null needs at least one draw");
  const { statistic } = request;
  if ((statistic === "wasserstein" || statistic === "quadratic") && request.widths?.length !== a.length - 1)
    throw new RangeError(`the null of ${statistic} needs one width or weight for each inner edge`);
  if (request.sampler === "dirichlet")
    return { ...request, c: c.length === a.length ? c : new Float64Array(a.length) };
  sameLength(a, c);
  const total = c.reduce((sum, count) => sum + count, 0);
  if (total !== m) throw new RangeError(`the window has ${total} rows, not ${m}`);
  return request;
}

/** Cells of a column, without the four slots behind them. */
export const cellsOf = ({ kind, borders }: CountedColumn): number =>
  borders.length + (kind === "edges" ? 1 : 0);

export function withinSlots(columns: readonly CountedColumn[], slots: number): void {
  for (const column of columns)
    if (!(column.offset >= 0 && column.offset + cellsOf(column) + 4 <= slots))
      throw new RangeError(`cells from ${column.offset} on do not lie within ${slots} slots`);
}

/** @throws RangeError when values cannot be cut into these bins */
export function equalBins(low: number, high: number, bins: number): void {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 8192)) throw new RangeError(`${bins} bins`);
  const scale = bins / (high - low);
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`no ${bins} bins between ${low} and ${high}`);
}
