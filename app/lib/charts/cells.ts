/** Reference against window, cell by cell: shares, and what each cell adds to PSI. */
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { formatNumber } from "../format.ts";

export interface CellRow {
  label: string;
  /** Bounds of the cell; null where it is open or has none. */
  lower: number | null;
  upper: number | null;
  reference: number;
  current: number;
  /** (p − q) ln(p/q) with half a count on both sides: this cell's part of the PSI. */
  psi: number;
}

/** Cells with unseen and missing as rows of their own where there are any. */
export function cellRows(feature: ReferenceFeature, counts: readonly number[]): CellRow[] {
  const size = feature.counts.length;
  const labels = labelsOf(feature);
  const a = [...feature.counts, 0, feature.missing];
  const c = [...counts.slice(0, size), counts[size] ?? 0, counts[size + 1] ?? 0];
  const n = a.reduce((sum, count) => sum + count, 0);
  const m = c.reduce((sum, count) => sum + count, 0);
  const kept = a.filter((count, i) => count + c[i] > 0).length;
  return a.flatMap((count, i) => {
    if (i >= size && count + c[i] === 0) return [];
    const p = (count + 0.5) / (n + kept / 2);
    const q = (c[i] + 0.5) / (m + kept / 2);
    const both = count + c[i] > 0;
    return [
      {
        ...labels[i],
        reference: n > 0 ? count / n : 0,
        current: m > 0 ? c[i] / m : 0,
        psi: both ? (p - q) * Math.log(p / q) : 0,
      },
    ];
  });
}

function labelsOf({ cells, moments }: ReferenceFeature): Pick<CellRow, "label" | "lower" | "upper">[] {
  const named = (label: string): Pick<CellRow, "label" | "lower" | "upper"> => ({
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
    return [...cells.values.map((value) => named(formatNumber(value, digits))), ...extra];
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
    const sum = (key: "reference" | "current" | "psi"): number =>
      part.reduce((total, row) => total + row[key], 0);
    const [lower, upper] = [part[0].lower, part[part.length - 1].upper];
    const label = `${formatNumber(lower)} – ${formatNumber(upper)}`;
    merged.push({
      label,
      lower,
      upper,
      reference: sum("reference"),
      current: sum("current"),
      psi: sum("psi"),
    });
  }
  return merged;
}
