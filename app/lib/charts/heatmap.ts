/** Features × windows: how far each feature is from its reference, in units of its own drift gate. */
import type { EChartsOption } from "echarts";
import type { DriftHistory } from "#core/domain/api.ts";
import type { Annotation } from "#core/domain/model.ts";
import { formatNumber, formatWindow, statusWords } from "../format.ts";
import type { Palette } from "./palette.ts";

type Checks = DriftHistory["checks"];

/** Rows of the heatmap in the order given; the first is drawn on top. */
export function heatmapOption(
  checks: Checks,
  features: readonly string[],
  annotations: readonly Annotation[],
  palette: Palette,
  narrow: boolean,
): EChartsOption {
  const rowOf = new Map(features.map((name, index) => [name, index]));
  const cells = checks.flatMap((check, column) =>
    check.features
      .filter(({ name }) => rowOf.has(name))
      .map((feature) => ({
        value: [column, rowOf.get(feature.name) as number, feature.effect / (feature.gate.drift || 1)],
        name: feature.name,
        itemStyle: {
          color: palette[feature.status === "error" ? "drift" : feature.status],
          opacity: strength(feature),
        },
        feature,
        check,
      })),
  );
  return {
    animation: false,
    grid: { left: narrow ? 92 : 150, right: 12, top: 26, bottom: 34 },
    tooltip: {
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
      formatter: (hovered) =>
        tooltip((Array.isArray(hovered) ? hovered[0] : hovered).data as (typeof cells)[number]),
    },
    xAxis: {
      type: "category",
      data: checks.map(({ windowStartMs }) =>
        formatWindow(windowStartMs, windowStartMs + 86_400_000).replace(/ \d{4}$/, ""),
      ),
      axisLabel: { color: palette.muted, hideOverlap: true, fontSize: 11 },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: [...features],
      axisLabel: { color: palette.text, fontSize: 11, width: narrow ? 82 : 140, overflow: "truncate" },
      axisLine: { show: false },
      axisTick: { show: false },
      triggerEvent: true,
    },
    series: [
      {
        type: "heatmap",
        data: cells,
        progressive: 0,
        itemStyle: {
          borderColor: palette.surface,
          borderWidth: checks.length > 120 ? 0.3 : 1,
          borderRadius: 1,
        },
        emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 1.5 } },
        markArea: {
          silent: true,
          itemStyle: {
            color: "transparent",
            borderColor: palette.injected,
            borderWidth: 1.5,
            borderType: "dashed",
          },
          label: { show: !narrow, color: palette.injected, fontSize: 10, position: "top", distance: 4 },
          data: annotations.flatMap((annotation) => bandOf(annotation, checks)),
        },
      },
    ],
  };
}

/** Calm cells are faint, loud ones full: one looks where something is. */
function strength({ status, effect, gate }: Checks[number]["features"][number]): number {
  if (status === "drift" || status === "error") return 1;
  if (status === "warning") return 0.9;
  return 0.45 + 0.55 * Math.min(1, effect / (gate.drift || 1));
}

function bandOf(
  annotation: Annotation,
  checks: Checks,
): [{ name: string; xAxis: number }, { xAxis: number }][] {
  const inside = checks.flatMap(({ windowStartMs, windowEndMs }, index) =>
    windowStartMs < annotation.toMs && windowEndMs > annotation.fromMs ? [index] : [],
  );
  if (inside.length === 0) return [];
  const name = annotation.kind === "injected" ? "injected" : "note";
  return [[{ name, xAxis: inside[0] }, { xAxis: inside[inside.length - 1] }]];
}

function tooltip({
  feature,
  check,
}: {
  feature: Checks[number]["features"][number];
  check: Checks[number];
}): string {
  const lines = [
    `<b>${escape(feature.name)}</b> · ${statusWords[feature.status]}`,
    formatWindow(check.windowStartMs, check.windowEndMs),
    `${feature.effectName} ${formatNumber(feature.effect)} (drift from ${formatNumber(feature.gate.drift)})`,
    `${feature.m.toLocaleString("en-US")} rows`,
  ];
  return lines.join("<br>");
}

/** Feature names come from senders; the tooltip is HTML. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
