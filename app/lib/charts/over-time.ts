/** A line over windows, with gates, intervals, injected stretches and, where asked for, a strip of verdicts. */
import type { EChartsOption } from "echarts";
import type { Status } from "#core/domain/check.ts";
import type { Annotation } from "#core/domain/model.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { formatNumber, formatShortDay, formatWindow } from "#core/report/format.ts";
import { escape, labelLook, quantityAxis, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

export interface TimePoint {
  startMs: number;
  endMs: number;
  value: number | null;
  low?: number | null;
  high?: number | null;
  /** A second number of the window, drawn as a dashed line: an estimate beside what was realised. */
  beside?: number | null;
  /** Its own interval, where it has one. */
  besideLow?: number | null;
  besideHigh?: number | null;
  status?: Status;
}

export interface OverTime {
  points: readonly TimePoint[];
  /** Names the quantity and, where it has one, its unit. */
  name: string;
  /** Names the second line, where there is one. */
  besideName?: string;
  /** Names what `low` and `high` span where that is not the value's own interval: what was usual, say. */
  bandName?: string;
  /** Writes a value on the axis and in the tooltip; three digits when left out. */
  format?: (value: number | null | undefined) => string;
  /** Horizontal lines: gates, or the reference's own value. */
  lines: readonly { value: number; label: string; color: keyof Palette }[];
  annotations: readonly Annotation[];
  zeroBased: boolean;
  /** The most that the quantity can be, where the axis has to end there. */
  most?: number;
  /** A strip of the windows' verdicts under the axis. */
  strip?: boolean;
}

/**
 * The points with an empty one wherever windows are missing between two of them: months without rows are no line from the
 * last day before to the first day after.
 */
export function withGaps(points: readonly TimePoint[]): TimePoint[] {
  return points.flatMap((point, at) => {
    const next = points[at + 1];
    // A day of a time zone may be an hour longer than the one before it.
    const missing = next !== undefined && next.startMs - point.endMs >= (point.endMs - point.startMs) / 2;
    return missing ? [point, { startMs: point.endMs, endMs: next.startMs, value: null }] : [point];
  });
}

const stripHeight = 12;

export function overTimeOption(asked: OverTime, palette: Palette): EChartsOption {
  const { points, name, lines, annotations, zeroBased, strip = false, format = formatNumber } = asked;
  const bands: Band[] = [
    {
      name: "interval",
      color: asked.bandName ? palette.reference : palette.accent,
      of: ({ low, high }) => [low, high],
    },
    { name: "beside", color: palette.beside, of: ({ besideLow, besideHigh }) => [besideLow, besideHigh] },
  ];
  // Lines stand inside the picture even when no point comes near them.
  const top = Math.max(...lines.map(({ value }) => value), 0);
  return {
    animation: false,
    useUTC: true,
    grid: { left: 56, right: 16, top: 30, bottom: strip ? 34 + stripHeight : 30 },
    tooltip: {
      trigger: "axis",
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const index = (Array.isArray(hovered) ? hovered[0] : hovered)?.dataIndex ?? 0;
        return tooltip(points[index], asked);
      },
    },
    xAxis: {
      type: "time",
      min: points[0]?.startMs,
      max: points.at(-1)?.endMs,
      axisLabel: {
        ...labelLook(palette),
        margin: strip ? stripHeight + 12 : 8,
        formatter: (ms: number) => tick(ms, points),
      },
      axisLine: { lineStyle: { color: palette.line }, onZero: false },
      axisTick: { show: !strip },
      splitLine: { show: false },
    },
    yAxis: {
      ...quantityAxis(name, palette, (value) => format(value)),
      scale: !zeroBased,
      max:
        asked.most ?? (zeroBased ? ({ max }: { max: number }) => niceAbove(Math.max(max, top)) : undefined),
    },
    series: [
      {
        type: "line",
        data: points.map((point) => dot(point, points.length, palette)),
        lineStyle: { color: palette.accent, width: 1.5 },
        showSymbol: true,
        connectNulls: false,
        z: 3,
        markLine: {
          silent: true,
          symbol: "none",
          z: 4,
          data: lines.map(({ value, label, color }) => ({
            yAxis: value,
            lineStyle: { color: palette[color], type: "dashed" as const },
            label: {
              formatter: label,
              color: palette[color === "warning" ? "warningText" : color],
              position: "insideStartTop" as const,
              fontSize: 11,
              backgroundColor: palette.surface,
              padding: [1, 3],
              borderRadius: 3,
            },
          })),
        },
        markArea: {
          silent: true,
          itemStyle: { color: palette.injected, opacity: 0.13 },
          label: { color: palette.injected, fontSize: 10 },
          data: annotations.map(({ kind, fromMs, toMs }) => [
            { name: kind === "injected" ? "injected" : "note", xAxis: fromMs },
            { xAxis: toMs },
          ]),
        },
      },
      ...(asked.besideName ? [besideSeries(points, asked.besideName, palette)] : []),
      ...bands
        .filter(({ of }) => points.some((point) => of(point)[0] != null))
        .flatMap((band) => bandSeries(points, band)),
      ...(strip ? [stripSeries(points, palette)] : []),
    ],
  };
}

/** Days as dates; where there are few days, times between them. */
function tick(ms: number, points: readonly TimePoint[]): string {
  const spanMs = (points.at(-1)?.endMs ?? 0) - (points[0]?.startMs ?? 0);
  if (ms % DAY_MS === 0 || spanMs > 10 * DAY_MS) return formatShortDay(ms);
  return new Date(ms).toISOString().slice(11, 16);
}

function tooltip(point: TimePoint, asked: OverTime): string {
  const { name, besideName, bandName, format = formatNumber } = asked;
  const { startMs, endMs, value, low, high, beside, besideLow, besideHigh, status } = point;
  const span = (from: number | null | undefined, to: number | null | undefined): string | null =>
    from != null && to != null ? `${format(from)} – ${format(to)}` : null;
  const inBrackets = (of: string | null): string => (of === null ? "" : ` (${of})`);
  const [own, second] = [span(low, high), span(besideLow, besideHigh)];
  const lines = [
    formatWindow(startMs, endMs),
    `<b>${escape(name)}</b> ${format(value)}${bandName ? "" : inBrackets(own)}`,
    ...(besideName ? [`${escape(besideName)} ${format(beside)}${inBrackets(second)}`] : []),
    ...(own && bandName ? [`${escape(bandName)} ${own}`] : []),
    ...(status ? [`verdict: ${status}`] : []),
  ];
  return lines.join("<br>");
}

function dot({ startMs, value, status }: TimePoint, count: number, palette: Palette) {
  const loud = status === "drift" || status === "error" || status === "warning";
  const color = loud ? palette[status === "error" ? "drift" : status] : palette.accent;
  return { value: [startMs, value], itemStyle: { color }, symbolSize: loud ? 7 : count > 60 ? 3 : 5 };
}

const besideSeries = (points: readonly TimePoint[], name: string, palette: Palette) => ({
  type: "line" as const,
  name,
  data: points.map(({ startMs, beside }) => [startMs, beside ?? null]),
  symbol: "none",
  silent: true,
  lineStyle: { color: palette.beside, width: 2, type: "dashed" as const },
  z: 4,
});

/** An interval over the windows, in the colour of its line. */
interface Band {
  name: string;
  color: string;
  of: (point: TimePoint) => [low: number | null | undefined, high: number | null | undefined];
}

/** The interval as two stacked areas: an unseen one up to its lower end, a tinted one for its width. */
function bandSeries(
  points: readonly TimePoint[],
  { name, color, of }: Band,
): NonNullable<EChartsOption["series"]> & object[] {
  const line = {
    type: "line" as const,
    stack: name,
    symbol: "none",
    lineStyle: { opacity: 0 },
    silent: true,
  };
  return [
    { ...line, data: points.map((point) => [point.startMs, of(point)[0] ?? null]) },
    {
      ...line,
      areaStyle: { color, opacity: 0.16 },
      data: points.map((point) => {
        const [low, high] = of(point);
        return [point.startMs, low != null && high != null ? high - low : null];
      }),
    },
  ];
}

/** One block a window, under the axis line: as wide as the window, in the colour of its verdict. */
function stripSeries(
  points: readonly TimePoint[],
  palette: Palette,
): NonNullable<EChartsOption["series"]> & object {
  return {
    type: "custom",
    silent: true,
    clip: false,
    tooltip: { show: false },
    // Only the time is data: a value would move the axis.
    encode: { x: 0 },
    data: points.map(({ startMs }) => [startMs]),
    renderItem: (params, api) => {
      const { startMs, endMs, status } = points[params.dataIndex];
      const place = params.coordSys as unknown as { y: number; height: number };
      const [left] = api.coord([startMs, 0]);
      const [right] = api.coord([endMs, 0]);
      return {
        type: "rect",
        shape: {
          x: left,
          y: place.y + place.height + 5,
          width: Math.max(1, right - left - 1),
          height: stripHeight,
        },
        style: { fill: status ? palette[status === "error" ? "drift" : status] : palette.line },
      };
    },
  };
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × a power of ten, with some room above the value. */
export function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const scale = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12];
  const step = steps.find((one) => one * scale >= value * 1.05) ?? 12;
  return Number((step * scale).toPrecision(3));
}
