/** Reference against window, cell by cell, for tables and pictures: what a cell is called, its bounds, and its shares. */
import type { ReferenceFeature } from "../domain/reference.ts";
import { formatNumber } from "./format.ts";

export interface CellRow {
  label: string;
  /** Bounds of the cell; null where it is open or has none. */
  lower: number | null;
  upper: number | null;
  /** The number that a cell of its own stands for. */
  value?: number;
  /** Shares of all rows, in [0, 1]. */
  reference: number;
  current: number;
  /** Rows. */
  counts: { reference: number; current: number };
}

/** Cells with unseen and missing as rows of their own where there are any. */
export function cellRows(feature: ReferenceFeature, counts: readonly number[]): CellRow[] {
  const size = feature.counts.length;
  const labels = labelsOf(feature);
  const a = [...feature.counts, 0, feature.missing];
  const c = [...counts.slice(0, size), counts[size] ?? 0, counts[size + 1] ?? 0];
  const n = a.reduce((sum, count) => sum + count, 0);
  const m = c.reduce((sum, count) => sum + count, 0);
  return a.flatMap((count, i) => {
    if (i >= size && count + c[i] === 0) return [];
    const shares = { reference: n > 0 ? count / n : 0, current: m > 0 ? c[i] / m : 0 };
    return [{ ...labels[i], ...shares, counts: { reference: count, current: c[i] } }];
  });
}

type CellName = Pick<CellRow, "label" | "lower" | "upper" | "value">;

function labelsOf({ cells, moments }: ReferenceFeature): CellName[] {
  const named = (label: string): CellName => ({
    label,
    lower: null,
    upper: null,
  });
  const extra = [named("unseen"), named("missing")];
  if (cells.kind === "categories")
    return [
      ...cells.values.map(named),
      ...(cells.other.length > 0 ? [named(`other (${cells.other.length})`)] : []),
      ...extra,
    ];
  if (cells.kind === "values") {
    const digits = digitsApart(cells.values);
    return [...cells.values.map((value) => ({ ...named(formatNumber(value, digits)), value })), ...extra];
  }
  const digits = digitsApart(cells.edges);
  const bounds = [moments?.min ?? cells.edges[0], ...cells.edges, moments?.max ?? cells.edges.at(-1)];
  const ranges = Array.from({ length: cells.edges.length + 1 }, (_, i) => {
    const [lower, upper] = [bounds[i] ?? 0, Math.max(bounds[i + 1] ?? 0, bounds[i] ?? 0)];
    return {
      label: cells.single[i]
        ? `= ${formatNumber(upper, digits)}`
        : `${formatNumber(lower, digits)} – ${formatNumber(upper, digits)}`,
      lower,
      upper,
    };
  });
  return [...ranges, ...extra];
}

/** As few digits as tell neighbours apart; three where that is enough. */
function digitsApart(values: readonly number[]): number {
  for (let digits = 3; digits < 15; digits++) {
    const apart = values.every(
      (value, i) => i === 0 || formatNumber(value, digits) !== formatNumber(values[i - 1], digits),
    );
    if (apart) return digits;
  }
  return 15;
}

/** Neighbouring cells merged to at most `most` ranges, so that shapes are seen and not their noise. */
export function mergeRanges(rows: readonly CellRow[], most: number): CellRow[] {
  const ranges = rows.filter(({ lower }) => lower !== null);
  const step = Math.ceil(ranges.length / most);
  const merged: CellRow[] = [];
  for (let i = 0; i < ranges.length; i += step) {
    const part = ranges.slice(i, i + step);
    const sum = (value: (row: CellRow) => number): number =>
      part.reduce((total, row) => total + value(row), 0);
    const [lower, upper] = [part[0].lower, part[part.length - 1].upper];
    const label = `${formatNumber(lower)} – ${formatNumber(upper)}`;
    const counts = {
      reference: sum((row) => row.counts.reference),
      current: sum((row) => row.counts.current),
    };
    const shares = { reference: sum((row) => row.reference), current: sum((row) => row.current) };
    merged.push({ label, lower, upper, ...shares, counts });
  }
  return merged;
}

/** Cumulative shares at the upper end of each range, and where they are furthest apart. */
export function cumulate(ranges: readonly CellRow[]): {
  reference: number[][];
  current: number[][];
  largest: { gap: number; at: number; reference: number; current: number };
} {
  const total = (key: "reference" | "current"): number => ranges.reduce((sum, row) => sum + row[key], 0) || 1;
  const [n, m] = [total("reference"), total("current")];
  const start = ranges[0]?.lower ?? 0;
  const [reference, current] = [[[start, 0]], [[start, 0]]];
  let [r, c] = [0, 0];
  let largest = { gap: 0, at: start, reference: 0, current: 0 };
  for (const row of ranges) {
    r += row.reference / n;
    c += row.current / m;
    const at = row.upper ?? start;
    reference.push([at, r]);
    current.push([at, c]);
    if (Math.abs(r - c) > largest.gap) largest = { gap: Math.abs(r - c), at, reference: r, current: c };
  }
  return { reference, current, largest };
}

/** Where this share of both distributions lies below, as if cells were even inside. */
export function quantileOf(rows: readonly CellRow[], share: number): number {
  let below = 0;
  for (const { reference, current, lower, upper } of rows) {
    const inside = (reference + current) / 2;
    const [from, to] = [lower ?? 0, upper ?? 0];
    if (below + inside >= share && inside > 0) return from + ((to - from) * (share - below)) / inside;
    below += inside;
  }
  return rows.at(-1)?.upper ?? 1;
}
