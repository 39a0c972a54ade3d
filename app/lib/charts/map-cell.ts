/** Where a cell of windows × rows is drawn. */
import type { CustomSeriesRenderItemAPI } from "echarts";

export type Place = Pick<CustomSeriesRenderItemAPI, "coord" | "size">;

/** @param at column and row of the cell, of so many windows */
export function cellBox(place: Place, at: number[], windows: number) {
  const [width, height] = place.size?.([1, 1]) as number[];
  const [middle, centre] = place.coord(at);
  // Hairlines between many windows, or more surface than cell would be seen.
  const gap = windows > 120 ? 0.3 : 1;
  return {
    x: middle - width / 2 + gap / 2,
    y: centre - height / 2 + 0.5,
    width: Math.max(0.5, width - gap),
    height: height - 1,
    r: 1,
  };
}
