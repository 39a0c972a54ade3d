/** Reference against window, cell by cell: shares, densities, cumulative shares, and what each cell adds to PSI. */
import type { EChartsOption } from "echarts";
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { formatNumber, formatPercent } from "../format.ts";
import { escape } from "./heatmap.ts";
import type { Palette } from "./palette.ts";

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
  if (cells.kind === "values") return [...cells.values.map((value) => named(formatNumber(value))), ...extra];
  const bounds = [moments?.min ?? cells.edges[0], ...cells.edges, moments?.max ?? cells.edges.at(-1)];
  const ranges = Array.from({ length: cells.edges.length + 1 }, (_, i) => {
    const [lower, upper] = [bounds[i] ?? 0, Math.max(bounds[i + 1] ?? 0, bounds[i] ?? 0)];
    return {
      label: cells.single[i] ? `= ${formatNumber(upper)}` : `${formatNumber(lower)} – ${formatNumber(upper)}`,
      lower,
      upper,
    };
  });
  return [...ranges, ...extra];
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

/** Two distributions: densities over a value axis for ranges, shares as bars for categories. */
export function distributionOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  return rows.some(({ lower }) => lower !== null)
    ? densityOption(mergeRanges(rows, 40), unit, palette)
    : barOption(rows, palette);
}

const frame = (palette: Palette) => ({
  animation: false,
  tooltip: {
    trigger: "axis" as const,
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.line,
    textStyle: { color: palette.text, fontSize: 12 },
  },
});

function densityOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  // The outer cells reach to extremes: the axis ends where 1 % of the reference is left, or nothing else could be seen.
  const [left, right] = [quantileOf(rows, 0.005), quantileOf(rows, 0.995)];
  const steps = (key: "reference" | "current"): [number, number][] =>
    rows.flatMap((row) => {
      const [lower, upper] = [row.lower ?? 0, row.upper ?? 0];
      const density = upper > lower ? row[key] / (upper - lower) : 0;
      return [
        [lower, density],
        [upper, density],
      ] as [number, number][];
    });
  return {
    ...frame(palette),
    grid: { left: 62, right: 18, top: 28, bottom: 44 },
    xAxis: {
      type: "value",
      min: left,
      max: right,
      name: unit,
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: palette.muted },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => formatNumber(value),
      },
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      name: "density",
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -50] },
      axisLabel: { color: palette.muted, fontSize: 11, formatter: (value: number) => formatNumber(value, 2) },
      splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
    },
    series: [
      {
        type: "line",
        name: "reference",
        data: steps("reference"),
        symbol: "none",
        lineStyle: { color: palette.reference, width: 1.5 },
        areaStyle: { color: palette.reference, opacity: 0.3 },
      },
      {
        type: "line",
        name: "window",
        data: steps("current"),
        symbol: "none",
        lineStyle: { color: palette.accent, width: 2 },
      },
    ],
    tooltip: { show: false },
  };
}

function quantileOf(rows: readonly CellRow[], share: number): number {
  let below = 0;
  for (const { reference, current, lower, upper } of rows) {
    below += (reference + current) / 2;
    if (below >= share) return share < 0.5 ? (lower ?? 0) : (upper ?? 0);
  }
  return rows.at(-1)?.upper ?? 1;
}

/** Bars of the largest categories; the table has all. */
const barsShown = 30;

function barOption(rows: readonly CellRow[], palette: Palette): EChartsOption {
  const ordered =
    rows.length > barsShown
      ? [...rows]
          .sort((a, b) => Math.max(b.reference, b.current) - Math.max(a.reference, a.current))
          .slice(0, barsShown)
      : rows;
  return {
    ...frame(palette),
    grid: { left: 56, right: 12, top: 28, bottom: 56 },
    xAxis: {
      type: "category",
      data: ordered.map(({ label }) => label),
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        rotate: ordered.length > 12 ? 45 : 0,
        hideOverlap: true,
      },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      name: "share of rows",
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -44] },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        formatter: (value: number) => formatPercent(value, 0),
      },
      splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
    },
    series: [
      {
        type: "bar",
        name: "reference",
        data: ordered.map(({ reference }) => reference),
        itemStyle: { color: palette.reference },
        barGap: "10%",
      },
      {
        type: "bar",
        name: "window",
        data: ordered.map(({ current }) => current),
        itemStyle: { color: palette.accent },
      },
    ],
    tooltip: {
      ...frame(palette).tooltip,
      formatter: (hovered) => {
        const row = ordered[(Array.isArray(hovered) ? hovered[0] : hovered)?.dataIndex ?? 0];
        return `<b>${escape(row.label)}</b><br>reference ${formatPercent(row.reference)}<br>window ${formatPercent(row.current)}`;
      },
    },
  };
}

/** Both cumulative shares with the largest gap marked: what the KS statistic measures. */
export function cumulativeOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  const ranges = rows.filter(({ lower }) => lower !== null);
  const curves = { reference: [] as [number, number][], current: [] as [number, number][] };
  let [r, c, best] = [0, 0, { gap: -1, at: 0, r: 0, c: 0 }];
  const totals = ranges.reduce((sum, row) => [sum[0] + row.reference, sum[1] + row.current], [0, 0]);
  for (const { reference, current, upper } of ranges) {
    r += reference / (totals[0] || 1);
    c += current / (totals[1] || 1);
    const at = upper ?? 0;
    curves.reference.push([at, r]);
    curves.current.push([at, c]);
    if (Math.abs(r - c) > best.gap) best = { gap: Math.abs(r - c), at, r, c };
  }
  const [left, right] = [quantileOf(ranges, 0.005), quantileOf(ranges, 0.995)];
  return {
    animation: false,
    grid: { left: 56, right: 18, top: 28, bottom: 44 },
    xAxis: {
      type: "value",
      min: left,
      max: right,
      name: unit,
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: palette.muted },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => formatNumber(value),
      },
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      max: 1,
      name: "share of rows at or below",
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -44] },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        formatter: (value: number) => formatPercent(value, 0),
      },
      splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
    },
    series: [
      {
        type: "line",
        name: "reference",
        data: curves.reference,
        symbol: "none",
        lineStyle: { color: palette.reference, width: 2 },
      },
      {
        type: "line",
        name: "window",
        data: curves.current,
        symbol: "none",
        lineStyle: { color: palette.accent, width: 2 },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: palette.drift, width: 2, type: "solid" },
          label: {
            formatter: `gap ${formatNumber(best.gap)}`,
            color: palette.drift,
            position: "middle",
            distance: 6,
            rotate: 0,
            padding: [0, 0, 0, 34],
          },
          data: [
            [{ coord: [best.at, Math.min(best.r, best.c)] }, { coord: [best.at, Math.max(best.r, best.c)] }],
          ],
        },
      },
    ],
  };
}
