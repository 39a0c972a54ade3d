/** True positives won against false positives paid, threshold by threshold. */
import type { EChartsOption } from "echarts";
import type { RocPoint } from "#core/domain/performance.ts";
import { formatNumber, formatPercent } from "#core/report/format.ts";
import { diagonal } from "./calibration.ts";
import { quantityAxis, shareAxis, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

/** The window's curve and, where there is one, the reference's. */
export function rocOption(
  window: readonly RocPoint[],
  reference: readonly RocPoint[] | null,
  palette: Palette,
): EChartsOption {
  return {
    animation: false,
    grid: { left: 56, right: 18, top: 30, bottom: 44 },
    tooltip: {
      trigger: "item",
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const { data } = (Array.isArray(hovered) ? hovered[0] : hovered) as unknown as {
          data: { point?: RocPoint };
        };
        return data.point ? tooltip(data.point) : "";
      },
    },
    xAxis: shareAxis("false positives, share of all that are false", palette),
    yAxis: {
      ...quantityAxis("true positives, share of all that are true", palette, (value) =>
        formatPercent(value, 0),
      ),
      min: 0,
      max: 1,
    },
    series: [
      diagonal(palette),
      ...(reference ? [curve("reference", reference, palette.reference, 1.5)] : []),
      { ...curve("window", window, palette.accent, 2), areaStyle: { color: palette.accent, opacity: 0.08 } },
    ],
  };
}

const curve = (name: string, points: readonly RocPoint[], color: string, width: number) => ({
  type: "line" as const,
  name,
  data: points.map((point) => ({ value: [point.falsePositiveRate, point.truePositiveRate], point })),
  // Thresholds are many: the dots show themselves only under the pointer.
  symbol: "circle",
  symbolSize: 7,
  showSymbol: true,
  itemStyle: { color, opacity: 0 },
  emphasis: { itemStyle: { opacity: 1 } },
  lineStyle: { color, width },
});

function tooltip({ threshold, falsePositiveRate, truePositiveRate }: RocPoint): string {
  return [
    threshold === null ? "<b>no row called true</b>" : `<b>scores from ${formatNumber(threshold)} on</b>`,
    `true positives ${formatPercent(truePositiveRate)}`,
    `false positives ${formatPercent(falsePositiveRate)}`,
  ].join("<br>");
}
