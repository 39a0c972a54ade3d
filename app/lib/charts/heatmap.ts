/** Features × windows: how far each feature is from its reference, in units of its own drift gate. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn, EChartsOption } from "echarts";
import type { DriftHistory } from "#core/domain/api.ts";
import type { Annotation } from "#core/domain/model.ts";
import { formatNumber, formatWindow, formatWindowShort, statusWords } from "#core/report/format.ts";
import { type Band, bandsOf } from "./bands.ts";
import { escape, labelLook, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

type Checks = DriftHistory["checks"];

/** Rows of the heatmap in the order given; the first is drawn on top. */
export function heatmapOption(
  checks: Checks,
  features: readonly string[],
  annotations: readonly Annotation[],
  palette: Palette,
  narrow: boolean,
  /** Index of the window that the page shows below. */
  selected: number | null = null,
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
  const bands = annotations.flatMap((annotation) => bandsOf(annotation, checks, features));
  if (selected !== null && selected >= 0)
    bands.unshift({
      kind: "selected",
      columns: [selected, selected],
      rows: [0, features.length - 1],
      labelled: false,
    });
  return {
    animation: false,
    grid: { left: narrow ? 92 : 150, right: 12, top: 26, bottom: 34 },
    tooltip: {
      ...tooltipLook(palette),
      formatter: (hovered) =>
        tooltip((Array.isArray(hovered) ? hovered[0] : hovered).data as (typeof cells)[number]),
    },
    xAxis: {
      type: "category",
      data: checks.map(({ windowStartMs, windowEndMs }) => formatWindowShort(windowStartMs, windowEndMs)),
      axisLabel: labelLook(palette),
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
        // Not ECharts' own heatmap: that one takes its colours from a scale of values, ours are verdicts.
        type: "custom",
        data: cells,
        progressive: 0,
        renderItem: (params, api) => drawCell(cells[params.dataIndex], api, palette, checks.length),
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        data: bands.map(({ columns, rows }) => [columns[0], rows[0]]),
        renderItem: (params, api) => drawBand(bands[params.dataIndex], api, palette, narrow),
        z: 5,
      },
    ],
  };
}

type Place = Pick<CustomSeriesRenderItemAPI, "coord" | "size">;

function drawCell(
  { value, itemStyle }: { value: number[]; itemStyle: { color: string; opacity: number } },
  place: Place,
  palette: Palette,
  windows: number,
): CustomSeriesRenderItemReturn {
  const [width, height] = place.size?.([1, 1]) as number[];
  const [middle, centre] = place.coord(value.slice(0, 2));
  // Hairlines between many windows, or more surface than cell would be seen.
  const gap = windows > 120 ? 0.3 : 1;
  return {
    type: "rect",
    shape: {
      x: middle - width / 2 + gap / 2,
      y: centre - height / 2 + 0.5,
      width: Math.max(0.5, width - gap),
      height: height - 1,
      r: 1,
    },
    style: { fill: itemStyle.color, opacity: itemStyle.opacity },
    emphasis: { style: { stroke: palette.text, lineWidth: 1.5 } },
  };
}

/** Coordinates are the middles of cells: a frame reaches half a cell further. */
function drawBand(
  { kind, columns, rows, labelled }: Band,
  place: Place,
  palette: Palette,
  narrow: boolean,
): CustomSeriesRenderItemReturn {
  const [cellWidth, cellHeight] = place.size?.([1, 1]) as number[];
  const [left, top] = place.coord([columns[0], rows[0]]);
  const [right, bottom] = place.coord([columns[1], rows[1]]);
  const [x, y] = [left - cellWidth / 2 - 1, top - cellHeight / 2 - 1];
  return {
    type: "rect",
    shape: { x, y, width: right - left + cellWidth + 2, height: bottom - top + cellHeight + 2, r: 2 },
    style: {
      fill: "transparent",
      stroke: kind === "selected" ? palette.text : palette.injected,
      lineWidth: kind === "selected" ? 1 : 2,
    },
    // On a narrow screen the words would lie on each other; the list beside the chart has them.
    textContent:
      labelled && !narrow
        ? {
            type: "text",
            style: {
              text: kind === "injected" ? "injected" : "note",
              fill: palette.injected,
              fontSize: 10,
              backgroundColor: palette.surface,
              padding: [1, 3],
              borderRadius: 3,
            },
          }
        : undefined,
    textConfig: { position: "top", distance: 2 },
  };
}

/** Calm cells are faint, loud ones full: one looks where something is. */
function strength({ status, effect, gate }: Checks[number]["features"][number]): number {
  if (status === "drift" || status === "error") return 1;
  if (status === "warning") return 0.9;
  return 0.45 + 0.55 * Math.min(1, effect / (gate.drift || 1));
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
