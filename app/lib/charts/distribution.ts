/** Reference against window as pictures: densities or bars, and cumulative shares with their largest gap. */
import type { EChartsOption } from "echarts";
import { formatNumber, formatPercent } from "#core/report/format.ts";
import { type CellRow, cumulate, mergeRanges, quantileOf } from "#core/report/cell-rows.ts";
import { escape, labelLook, quantityAxis, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

/** More steps show the noise of single cells rather than the shape. */
const steps = 40;
/** Bars of the largest categories; the table has all. */
const barsShown = 30;
/** Numbers stand side by side in their order: many narrow bars are still one shape. */
const numberBarsShown = 200;

/** Two distributions: densities over a value axis for ranges, shares as bars for categories. */
export function distributionOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  return rows.some(({ lower }) => lower !== null)
    ? densityOption(mergeRanges(rows, steps), unit, palette)
    : barOption(rows, unit, palette);
}

/** Heights are share / width, so that equal areas are equal shares of the rows. */
function densityOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  const outline = (key: "reference" | "current"): number[][] =>
    rows.flatMap((row) => {
      const [lower, upper] = [row.lower ?? 0, row.upper ?? 0];
      const density = upper > lower ? row[key] / (upper - lower) : 0;
      return [
        [lower, density],
        [upper, density],
      ];
    });
  return {
    animation: false,
    grid: { left: 56, right: 18, top: 28, bottom: 44 },
    xAxis: valueAxis(rows, unit, palette),
    yAxis: quantityAxis(unit ? `density, 1/${unit}` : "density", palette, (value) => formatNumber(value, 2)),
    series: [
      {
        ...line("reference", outline("reference"), palette.reference, 1.5),
        areaStyle: { color: palette.reference, opacity: 0.3 },
      },
      line("window", outline("current"), palette.accent, 2),
    ],
  };
}

/** Both cumulative shares with the largest gap marked: what the KS statistic measures. */
export function cumulativeOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  const ranges = rows.filter(({ lower }) => lower !== null);
  const { reference, current, largest } = cumulate(ranges);
  const ends = [Math.min(largest.reference, largest.current), Math.max(largest.reference, largest.current)];
  return {
    animation: false,
    grid: { left: 56, right: 18, top: 28, bottom: 44 },
    xAxis: valueAxis(ranges, unit, palette),
    yAxis: {
      ...quantityAxis("share of rows at or below", palette, (value) => formatPercent(value, 0)),
      max: 1,
    },
    series: [
      line("reference", reference, palette.reference, 2),
      {
        ...line("window", current, palette.accent, 2),
        markLine: {
          silent: true,
          symbol: ["circle", "circle"],
          symbolSize: 5,
          lineStyle: { color: palette.drift, width: 2, type: "solid" },
          // Below the curves and to their right there is room for words.
          label: {
            formatter: `gap ${formatNumber(largest.gap)}`,
            color: palette.drift,
            fontWeight: "bold",
            position: "start",
            rotate: 0,
            align: "left",
            padding: [14, 0, 0, 8],
          },
          data:
            ends[1] > ends[0] ? [[{ coord: [largest.at, ends[0]] }, { coord: [largest.at, ends[1]] }]] : [],
        },
      },
    ],
  };
}

function barOption(rows: readonly CellRow[], unit: string, palette: Palette): EChartsOption {
  const largest = (row: CellRow): number => Math.max(row.reference, row.current);
  const numbers = rows.some(({ value }) => value !== undefined);
  const most = numbers ? numberBarsShown : barsShown;
  const bySize = [...rows].sort((a, b) => largest(b) - largest(a)).slice(0, most);
  const chosen = new Set(bySize);
  const shown = rows.length <= most ? rows : numbers ? rows.filter((row) => chosen.has(row)) : bySize;
  const bars = (name: "reference" | "window", key: "reference" | "current", color: string) => ({
    type: "bar" as const,
    name,
    data: shown.map((row) => row[key]),
    itemStyle: { color },
    barGap: "10%",
  });
  return {
    animation: false,
    grid: { left: 56, right: 12, top: 28, bottom: 56 },
    xAxis: {
      type: "category",
      data: shown.map(({ label }) => label),
      ...(unit !== "" && {
        name: unit,
        nameLocation: "middle" as const,
        nameGap: 28,
        nameTextStyle: { color: palette.muted },
      }),
      // Of numbers in their order some labels are enough.
      axisLabel: { ...labelLook(palette), rotate: numbers || shown.length <= 12 ? 0 : 45 },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: quantityAxis("share of rows", palette, (value) => formatPercent(value, 0)),
    series: [bars("reference", "reference", palette.reference), bars("window", "current", palette.accent)],
    tooltip: {
      trigger: "axis",
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const row = shown[(Array.isArray(hovered) ? hovered[0] : hovered)?.dataIndex ?? 0];
        return `<b>${escape(row.label)}</b><br>reference ${formatPercent(row.reference)}<br>window ${formatPercent(row.current)}`;
      },
    },
  };
}

const line = (name: string, data: number[][], color: string, width: number) => ({
  type: "line" as const,
  name,
  data,
  symbol: "none",
  lineStyle: { color, width },
});

/** The outer cells reach to extremes: the axis leaves half a percent off at both ends, or nothing else could be seen. */
function valueAxis(rows: readonly CellRow[], unit: string, palette: Palette) {
  return {
    type: "value" as const,
    min: quantileOf(rows, 0.005),
    max: quantileOf(rows, 0.995),
    name: unit,
    nameLocation: "middle" as const,
    nameGap: 28,
    nameTextStyle: { color: palette.muted },
    axisLabel: {
      ...labelLook(palette),
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (value: number) => formatNumber(value),
    },
    axisLine: { lineStyle: { color: palette.line } },
    splitLine: { show: false },
  };
}
