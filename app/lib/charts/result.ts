/** A query's result as a picture, where its shape asks for one: numbers over times as lines, numbers of names as bars. */
import type { EChartsOption } from "echarts";
import { formatNumber, formatShortDay } from "#core/report/format.ts";
import { type Cell, isNumeric, type Result } from "../queries/result.ts";
import { escape, labelLook, quantityAxis, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

/** More bars than this are a wall, more lines a tangle. */
const mostBars = 60;
const mostLines = 4;

export interface ResultShape {
  kind: "line" | "bar";
  /** Columns: what is along the axis, and what is measured. */
  along: number;
  measures: number[];
}

/** How a result can be drawn; null where it cannot. */
export function shapeOf({ columns, rows }: Pick<Result, "columns" | "rows">): ResultShape | null {
  if (rows.length < 2) return null;
  const measures = columns.flatMap(({ type }, index) => (isNumeric(type) ? [index] : [])).slice(0, mostLines);
  if (measures.length === 0) return null;
  const time = columns.findIndex(({ type }) => type.startsWith("Timestamp") || type.startsWith("Date"));
  if (time >= 0) return { kind: "line", along: time, measures };
  const name = columns.findLastIndex(({ type }) => type.startsWith("Utf8"));
  if (name < 0 || rows.length > mostBars) return null;
  return { kind: "bar", along: name, measures: measures.slice(0, 1) };
}

export function resultOption(result: Result, shape: ResultShape, palette: Palette): EChartsOption {
  const { columns, rows } = result;
  const colours = [palette.accent, palette.injected, palette.drift, palette.muted];
  const alongTime = shape.kind === "line";
  const at = (cell: Cell): string | number => (alongTime ? Date.parse(String(cell)) : String(cell ?? "∅"));
  const ordered = alongTime
    ? [...rows].sort((a, b) => Number(at(a[shape.along])) - Number(at(b[shape.along])))
    : rows;
  const [first] = shape.measures;
  return {
    animation: false,
    useUTC: true,
    grid: { left: 60, right: 16, top: 30, bottom: alongTime ? 30 : 70 },
    xAxis: alongTime
      ? { type: "time", axisLabel: labelLook(palette), axisLine: { lineStyle: { color: palette.line } } }
      : {
          type: "category",
          data: ordered.map((row) => String(at(row[shape.along]))),
          axisLabel: {
            ...labelLook(palette),
            rotate: rows.length > 6 ? 40 : 0,
            width: 90,
            overflow: "truncate",
          },
          axisTick: { show: false },
          axisLine: { lineStyle: { color: palette.line } },
        },
    yAxis: quantityAxis(shape.measures.length === 1 ? columns[first].name : "", palette, (value) =>
      formatNumber(value),
    ),
    tooltip: {
      trigger: "axis",
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const row = ordered[(Array.isArray(hovered) ? hovered[0] : hovered)?.dataIndex ?? 0];
        const where = at(row[shape.along]);
        const lines = shape.measures.map(
          (index) => `${escape(columns[index].name)} ${formatNumber(Number(row[index] ?? NaN))}`,
        );
        const title = typeof where === "number" ? formatShortDay(where) : where;
        return [`<b>${escape(title)}</b>`, ...lines].join("<br>");
      },
    },
    series: shape.measures.map((index, place) => ({
      type: shape.kind,
      name: columns[index].name,
      data: ordered.map((row) => (alongTime ? [at(row[shape.along]), row[index]] : row[index])) as number[][],
      symbolSize: 4,
      itemStyle: { color: colours[place] },
      lineStyle: { color: colours[place], width: 1.5 },
    })),
  };
}
