/** Subjects × windows, each cell in the colour of its verdict: where something is loud, and since when. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from "echarts";
import type { Status } from "#core/domain/check.ts";
import { formatWindowShort } from "#core/report/format.ts";
import type { Band } from "./bands.ts";
import { labelLook, tooltipLook } from "./look.ts";
import { cellBox, type Place } from "./map-cell.ts";
import type { Palette } from "./palette.ts";

export interface StatusCell {
  column: number;
  row: number;
  status: Status;
  /** Effect in units of its drift gate. */
  strength: number;
  /** Lines of HTML: names that come from senders are escaped in it. */
  tooltip: () => string;
}

export interface StatusMap {
  windows: readonly { windowStartMs: number; windowEndMs: number }[];
  /** Names of the rows; the first is drawn on top. */
  rows: readonly string[];
  cells: readonly StatusCell[];
  bands: readonly Band[];
  /** Index of the window that the page shows below. */
  selected: number | null;
}

export function statusMapOption(
  { windows, rows, cells: asked, bands: annotated, selected }: StatusMap,
  palette: Palette,
  narrow: boolean,
): EChartsOption {
  const cells = asked.map((cell) => ({
    value: [cell.column, cell.row, cell.strength],
    itemStyle: { color: palette[cell.status === "error" ? "drift" : cell.status], opacity: opacityOf(cell) },
    cell,
  }));
  const bands = [...annotated];
  if (selected !== null && selected >= 0)
    bands.unshift({
      kind: "selected",
      columns: [selected, selected],
      rows: [0, rows.length - 1],
      labelled: false,
    });
  return {
    animation: false,
    grid: { left: narrow ? 92 : 150, right: 12, top: 26, bottom: 34 },
    tooltip: {
      ...tooltipLook(palette),
      formatter: (hovered) =>
        ((Array.isArray(hovered) ? hovered[0] : hovered).data as (typeof cells)[number]).cell.tooltip(),
    },
    xAxis: {
      type: "category",
      data: windows.map(({ windowStartMs, windowEndMs }) => formatWindowShort(windowStartMs, windowEndMs)),
      axisLabel: labelLook(palette),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: [...rows],
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
        renderItem: (params, api) => drawCell(cells[params.dataIndex], api, palette, windows.length),
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        data: bands.map(({ columns, rows: [first] }) => [columns[0], first]),
        renderItem: (params, api) => drawBand(bands[params.dataIndex], api, palette, narrow),
        z: 5,
      },
    ],
  };
}

function drawCell(
  { value, itemStyle }: { value: number[]; itemStyle: { color: string; opacity: number } },
  place: Place,
  palette: Palette,
  windows: number,
): CustomSeriesRenderItemReturn {
  return {
    type: "rect",
    shape: cellBox(place, value.slice(0, 2), windows),
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
function opacityOf({ status, strength }: StatusCell): number {
  if (status === "drift" || status === "error") return 1;
  if (status === "warning") return 0.9;
  return 0.45 + 0.55 * Math.min(1, strength);
}
