/** A line over windows, with gates, intervals and injected stretches. */
import type { EChartsOption } from "echarts";
import type { Annotation } from "#core/domain/model.ts";
import { formatNumber, formatWindow } from "../format.ts";
import { escape } from "./heatmap.ts";
import type { Palette } from "./palette.ts";

export interface TimePoint {
  startMs: number;
  endMs: number;
  value: number | null;
  low?: number | null;
  high?: number | null;
  status?: "ok" | "warning" | "drift" | "insufficient" | "error";
}

export interface OverTime {
  points: readonly TimePoint[];
  /** Names the quantity and, where it has one, its unit. */
  name: string;
  /** Horizontal lines: gates, or the reference's own value. */
  lines: readonly { value: number; label: string; color: keyof Palette }[];
  annotations: readonly Annotation[];
  zeroBased: boolean;
}

export function overTimeOption(
  { points, name, lines, annotations, zeroBased }: OverTime,
  palette: Palette,
): EChartsOption {
  const banded = points.some(({ low }) => low !== undefined && low !== null);
  const dots = points.map(({ startMs, value, status }) => ({
    value: [startMs, value],
    itemStyle: {
      color:
        status === "drift" || status === "error"
          ? palette.drift
          : status === "warning"
            ? palette.warning
            : palette.accent,
    },
    symbolSize:
      status === "drift" || status === "warning" || status === "error" ? 7 : points.length > 60 ? 3 : 5,
  }));
  return {
    animation: false,
    grid: { left: 56, right: 16, top: 30, bottom: 30 },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
      formatter: (hovered) => {
        const index = (Array.isArray(hovered) ? hovered[0] : hovered)?.dataIndex ?? 0;
        const { startMs, endMs, value, low, high } = points[index];
        const interval = low != null && high != null ? ` (${formatNumber(low)} – ${formatNumber(high)})` : "";
        return `${formatWindow(startMs, endMs)}<br><b>${escape(name)}</b> ${formatNumber(value)}${interval}`;
      },
    },
    xAxis: {
      type: "time",
      axisLabel: { color: palette.muted, hideOverlap: true, fontSize: 11 },
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      name,
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -46] },
      scale: !zeroBased,
      axisLabel: { color: palette.muted, fontSize: 11, formatter: (value: number) => formatNumber(value) },
      splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
    },
    series: [
      {
        type: "line",
        data: dots,
        lineStyle: { color: palette.accent, width: 1.5 },
        showSymbol: true,
        connectNulls: false,
        z: 3,
        markLine: {
          silent: true,
          symbol: "none",
          data: lines.map(({ value, label, color }) => ({
            yAxis: value,
            lineStyle: { color: palette[color], type: "dashed" as const },
            label: {
              formatter: label,
              color: palette[color],
              position: "insideEndTop" as const,
              fontSize: 11,
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
      ...(banded ? intervalSeries(points, palette) : []),
    ],
  };
}

/** The interval as two stacked areas: an unseen one up to its lower end, a tinted one for its width. */
function intervalSeries(
  points: readonly TimePoint[],
  palette: Palette,
): NonNullable<EChartsOption["series"]> & object[] {
  const line = {
    type: "line" as const,
    stack: "interval",
    symbol: "none",
    lineStyle: { opacity: 0 },
    silent: true,
  };
  return [
    { ...line, data: points.map(({ startMs, low }) => [startMs, low ?? null]) },
    {
      ...line,
      areaStyle: { color: palette.accent, opacity: 0.16 },
      data: points.map(({ startMs, low, high }) => [
        startMs,
        low != null && high != null ? high - low : null,
      ]),
    },
  ];
}
