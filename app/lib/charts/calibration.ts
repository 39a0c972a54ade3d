/** What happened against what was foretold: one dot a bin of scores, with the interval of its share. */
import type { CustomSeriesRenderItemReturn, EChartsOption } from "echarts";
import type { CalibrationBin } from "#core/domain/performance.ts";
import { formatCount, formatNumber, formatPercent } from "#core/report/format.ts";
import { quantityAxis, shareAxis, tooltipLook } from "./look.ts";
import type { Palette } from "./palette.ts";

/** Bins with rows, of the window and, where there is one, of the reference. */
export function calibrationOption(
  window: readonly CalibrationBin[],
  reference: readonly CalibrationBin[] | null,
  palette: Palette,
): EChartsOption {
  const dots = filled(window);
  return {
    animation: false,
    grid: { left: 56, right: 18, top: 30, bottom: 44 },
    tooltip: {
      trigger: "item",
      ...tooltipLook(palette),
      formatter: (hovered) => {
        const { data } = (Array.isArray(hovered) ? hovered[0] : hovered) as unknown as {
          data: { bin?: CalibrationBin };
        };
        return data.bin ? tooltip(data.bin) : "";
      },
    },
    xAxis: shareAxis("mean score of the bin", palette),
    yAxis: {
      ...quantityAxis("share that came true", palette, (value) => formatPercent(value, 0)),
      min: 0,
      max: 1,
    },
    series: [
      diagonal(palette),
      ...(reference
        ? [{ ...curve("reference", filled(reference), palette.reference, 1.5), symbol: "none" }]
        : []),
      { ...curve("window", dots, palette.accent, 1.5), symbolSize: 7, z: 4 },
      {
        type: "custom",
        silent: true,
        z: 3,
        data: dots.map(({ meanScore }) => [meanScore, 0]),
        renderItem: (params, api) => whisker(dots[params.dataIndex], api.coord, palette),
      },
    ],
  };
}

const filled = (bins: readonly CalibrationBin[]): CalibrationBin[] =>
  bins.filter(({ meanScore, share }) => meanScore !== null && share !== null);

const curve = (name: string, bins: readonly CalibrationBin[], color: string, width: number) => ({
  type: "line" as const,
  name,
  data: bins.map((bin) => ({ value: [bin.meanScore, bin.share?.value], bin })),
  lineStyle: { color, width },
  itemStyle: { color },
});

/** Where a calibrated model lies. */
export const diagonal = (palette: Palette) => ({
  type: "line" as const,
  data: [
    [0, 0],
    [1, 1],
  ],
  symbol: "none",
  silent: true,
  lineStyle: { color: palette.muted, type: "dashed" as const, width: 1 },
});

function whisker(
  { meanScore, share }: CalibrationBin,
  coord: (at: number[]) => number[],
  palette: Palette,
): CustomSeriesRenderItemReturn {
  if (share?.low == null || share.high == null) return null;
  const [x, top] = coord([meanScore ?? 0, share.high]);
  const [, bottom] = coord([meanScore ?? 0, share.low]);
  return {
    type: "line",
    shape: { x1: x, y1: top, x2: x, y2: bottom },
    style: { stroke: palette.accent, lineWidth: 2, opacity: 0.45 },
  };
}

function tooltip({ from, to, rows, meanScore, share }: CalibrationBin): string {
  const interval =
    share?.low != null && share.high != null
      ? ` (${formatPercent(share.low)} – ${formatPercent(share.high)})`
      : "";
  return [
    `<b>scores ${formatNumber(from)} – ${formatNumber(to)}</b>`,
    `mean score ${formatNumber(meanScore)}`,
    `came true ${formatPercent(share?.value)}${interval}`,
    `${formatCount(rows)} rows`,
  ].join("<br>");
}
