import { describe, expect, it } from "vitest";
import { bandsOf } from "../../app/lib/charts/bands.ts";
import { heatmapOption } from "../../app/lib/charts/heatmap.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import { day, DAY_MS, feature, firstDayMs } from "./history.ts";

const checks = [
  day(0, [feature("hour", "ok", 0.01), feature("origin", "ok", 0.02)]),
  day(1, [feature("hour", "ok", 0.02), feature("origin", "drift", 0.3)]),
  day(2, [feature("hour", "warning", 0.07), feature("origin", "ok", 0.02)]),
];
const injected = (features: string[], from: number, to: number) => ({
  kind: "injected" as const,
  fromMs: firstDayMs + from * DAY_MS,
  toMs: firstDayMs + to * DAY_MS,
  features,
  text: "origin missing",
});

interface HeatmapCell {
  value: [number, number, number];
  itemStyle: { color: string; opacity: number };
}
function cellsOf(features: string[]): HeatmapCell[] {
  const { series } = heatmapOption(checks, features, [], palettes.light, false);
  const [heatmap] = series as unknown as { data: HeatmapCell[] }[];
  return heatmap.data;
}

describe("the drift heatmap", () => {
  it("has one cell for each feature and window, in units of the feature's own drift gate", () => {
    const cells = cellsOf(["origin", "hour"]);
    expect(cells).toHaveLength(6);
    const loud = cells.find(({ value: [column, row] }) => column === 1 && row === 0);
    expect(loud?.value[2]).toBeCloseTo(3);
  });

  it("colours by verdict and lets calm cells recede", () => {
    const cells = cellsOf(["origin", "hour"]);
    const drifted = cells.filter(({ itemStyle }) => itemStyle.color === palettes.light.drift);
    expect(drifted.map(({ value }) => value.slice(0, 2))).toEqual([[1, 0]]);
    const calm = cells.filter(({ itemStyle }) => itemStyle.color === palettes.light.ok);
    for (const { itemStyle } of calm) expect(itemStyle.opacity).toBeLessThan(drifted[0].itemStyle.opacity);
  });

  it("leaves out features that are not asked for", () => {
    expect(cellsOf(["hour"])).toHaveLength(3);
  });

  it("escapes names in its tooltip, which is HTML", () => {
    const evil = [day(0, [feature("<img src=x onerror=alert(1)>", "ok", 0)])];
    const name = evil[0].features[0].name;
    const { tooltip, series } = heatmapOption(evil, [name], [], palettes.light, false);
    const [{ data }] = series as unknown as { data: unknown[] }[];
    const { formatter } = tooltip as unknown as { formatter: (hovered: { data: unknown }) => string };
    expect(formatter({ data: data[0] })).not.toContain("<img");
  });
});

describe("annotated bands", () => {
  it("frame exactly the windows and features that the annotation names", () => {
    expect(bandsOf(injected(["origin"], 1, 2), checks, ["hour", "origin"])).toEqual([
      { kind: "injected", columns: [1, 1], rows: [1, 1], labelled: true },
    ]);
  });

  it("count a window that is touched in part, and not one that only borders", () => {
    const half = { ...injected([], 0, 1), fromMs: firstDayMs + DAY_MS / 2, toMs: firstDayMs + DAY_MS };
    expect(bandsOf(half, checks, ["hour"])[0].columns).toEqual([0, 0]);
    expect(bandsOf(injected([], 3, 4), checks, ["hour"])).toEqual([]);
  });

  it("join neighbouring rows, split apart ones, and carry the word once", () => {
    const bands = bandsOf(injected(["a", "b", "d"], 0, 3), checks, ["a", "b", "c", "d"]);
    expect(bands.map(({ rows }) => rows)).toEqual([
      [0, 1],
      [3, 3],
    ]);
    expect(bands.map(({ labelled }) => labelled)).toEqual([true, false]);
  });

  it("span all features when the annotation names none", () => {
    expect(bandsOf(injected([], 0, 1), checks, ["a", "b"])[0].rows).toEqual([0, 1]);
  });
});
