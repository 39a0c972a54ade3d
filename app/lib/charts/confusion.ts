/** Which classes are taken for which, window by window: one row a kind of mistake, as a share of its actual class. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from "echarts";
import type { PerformanceWindow } from "#core/domain/performance.ts";
import { formatCount, formatPercent, formatWindow, formatWindowShort } from "#core/report/format.ts";
import { escape, labelLook, tooltipLook } from "./look.ts";
import { cellBox } from "./map-cell.ts";
import type { Palette } from "./palette.ts";

/** One kind of mistake over the windows. */
export interface Mistake {
  label: string;
  /** By window: rows of the actual class that were called the other, out of all of the actual class; null without any. */
  shares: (number | null)[];
  rows: (number | null)[];
}

/** More rows than this cannot be told apart; of several classes the mistakes that were ever largest. */
const mistakesShown = 16;

/** The largest mistakes first. */
export function mistakesOf(windows: readonly PerformanceWindow[], classes: readonly string[]): Mistake[] {
  const mistakes = classes.flatMap((actual, row) =>
    classes.flatMap((called, column): Mistake[] => {
      if (row === column) return [];
      const counted = windows.map(({ realised }) => {
        const of = realised?.confusion?.[row];
        const all = of?.reduce((sum, count) => sum + count, 0) ?? 0;
        return of === undefined || all === 0 ? null : { rows: of[column], share: of[column] / all };
      });
      return [
        {
          label: `${actual} called ${called}`,
          shares: counted.map((one) => one?.share ?? null),
          rows: counted.map((one) => one?.rows ?? null),
        },
      ];
    }),
  );
  const largest = ({ shares }: Mistake): number => Math.max(...shares.map((share) => share ?? 0));
  return mistakes
    .filter((mistake) => classes.length === 2 || largest(mistake) > 0)
    .sort((a, b) => largest(b) - largest(a))
    .slice(0, mistakesShown);
}

export function confusionOption(
  windows: readonly Pick<PerformanceWindow, "windowStartMs" | "windowEndMs">[],
  mistakes: readonly Mistake[],
  palette: Palette,
  narrow: boolean,
  /** Index of the window that the page shows below. */
  selected: number,
): EChartsOption {
  const most = Math.max(1e-9, ...mistakes.flatMap(({ shares }) => shares.map((share) => share ?? 0)));
  const cells = mistakes.flatMap(({ shares }, row) =>
    shares.flatMap((share, column) => (share === null ? [] : [{ value: [column, row], share }])),
  );
  return {
    animation: false,
    grid: { left: narrow ? 104 : 190, right: 12, top: 10, bottom: 34 },
    tooltip: {
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const { value } = (Array.isArray(hovered) ? hovered[0] : hovered).data as (typeof cells)[number];
        return tooltip(windows[value[0]], mistakes[value[1]], value[0]);
      },
    },
    xAxis: {
      type: "category",
      data: windows.map(({ windowStartMs, windowEndMs }) => formatWindowShort(windowStartMs, windowEndMs)),
      axisLabel: labelLook(palette),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: mistakes.map(({ label }) => label),
      axisLabel: { color: palette.text, fontSize: 11, width: narrow ? 94 : 180, overflow: "truncate" },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        type: "custom",
        progressive: 0,
        data: cells,
        renderItem: (params, api): CustomSeriesRenderItemReturn => {
          const { value, share } = cells[params.dataIndex];
          return {
            type: "rect",
            shape: cellBox(api, value, windows.length),
            style: {
              fill: palette.accent,
              opacity: 0.06 + 0.94 * (share / most),
              ...(value[0] === selected && { stroke: palette.text, lineWidth: 1 }),
            },
          };
        },
      },
    ],
  };
}

function tooltip(
  { windowStartMs, windowEndMs }: Pick<PerformanceWindow, "windowStartMs" | "windowEndMs">,
  { label, shares, rows }: Mistake,
  window: number,
): string {
  return [
    `<b>${escape(label)}</b>`,
    formatWindow(windowStartMs, windowEndMs),
    `${formatPercent(shares[window])} of the class, ${formatCount(rows[window] ?? 0)} rows`,
  ].join("<br>");
}
