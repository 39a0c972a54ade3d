import { describe, expect, it } from "vitest";
import { niceAbove, overTimeOption, type OverTime, withGaps } from "../../app/lib/charts/over-time.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import { DAY_MS, firstDayMs } from "./history.ts";

const points = [0, 1, 2].map((day) => ({
  startMs: firstDayMs + day * DAY_MS,
  endMs: firstDayMs + (day + 1) * DAY_MS,
  value: 0.01 * (day + 1),
  status: day === 2 ? ("drift" as const) : ("ok" as const),
}));
const asked: OverTime = {
  points,
  name: "ks gap",
  lines: [{ value: 0.1, label: "drift gate", color: "drift" }],
  annotations: [],
  zeroBased: true,
};
const seriesOf = (more: Partial<OverTime>) =>
  overTimeOption({ ...asked, ...more }, palettes.light).series as unknown as Record<string, unknown>[];

describe("a line over windows", () => {
  it("has a time axis in UTC, whatever the viewer's zone", () => {
    expect(overTimeOption(asked, palettes.light).useUTC).toBe(true);
  });

  it("keeps the gate in the picture when no point comes near it", () => {
    const { yAxis } = overTimeOption(asked, palettes.light);
    const { max } = yAxis as unknown as { max: (extent: { max: number }) => number };
    expect(max({ max: 0.03 })).toBeGreaterThan(0.1);
    expect(max({ max: 0.4 })).toBeGreaterThan(0.4);
  });

  it("colours the dots of windows that drifted", () => {
    const [{ data }] = seriesOf({}) as unknown as { data: { itemStyle: { color: string } }[] }[];
    expect(data.map(({ itemStyle }) => itemStyle.color)).toEqual([
      palettes.light.accent,
      palettes.light.accent,
      palettes.light.drift,
    ]);
  });

  it("gives a second line an interval of its own, in its own colour", () => {
    const beside = points.map((point) => ({ ...point, beside: 0.6, besideLow: 0.5, besideHigh: 0.75 }));
    const series = seriesOf({ points: beside, besideName: "estimated" });
    const filled = series.filter(({ areaStyle }) => areaStyle !== undefined) as unknown as {
      areaStyle: { color: string };
      data: [number, number][];
    }[];
    expect(filled.map(({ areaStyle }) => areaStyle.color)).toEqual([palettes.light.beside]);
    expect(filled[0].data.map(([, width]) => width)).toEqual([0.25, 0.25, 0.25]);
  });

  it("draws an interval as its lower end and its width, and gaps where there is none", () => {
    const banded = points.map((point, i) => ({
      ...point,
      low: i === 1 ? null : 0.5,
      high: i === 1 ? null : 0.8,
    }));
    const [, low, width] = seriesOf({ points: banded }) as unknown as { data: [number, number | null][] }[];
    expect(low.data.map(([, value]) => value)).toEqual([0.5, null, 0.5]);
    expect(width.data[0][1]).toBeCloseTo(0.3, 12);
    expect(width.data[1][1]).toBeNull();
  });

  it("has no line across windows that are missing", () => {
    const [first, , last] = points;
    expect(withGaps(points)).toEqual(points);
    const gap = { startMs: first.endMs, endMs: last.startMs, value: null };
    expect(withGaps([first, last])).toEqual([first, gap, last]);
    expect(withGaps([])).toEqual([]);
  });

  it("marks what was injected as injected, and a note as a note", () => {
    const annotation = { fromMs: firstDayMs, toMs: firstDayMs + DAY_MS, features: [], text: "x" };
    const [line] = seriesOf({
      annotations: [
        { ...annotation, kind: "injected" },
        { ...annotation, kind: "note" },
      ],
    }) as unknown as { markArea: { data: { name: string }[][] } }[];
    expect(line.markArea.data.map(([{ name }]) => name)).toEqual(["injected", "note"]);
  });

  it("has a strip of statuses only when asked", () => {
    expect(seriesOf({}).map(({ type }) => type)).toEqual(["line"]);
    expect(seriesOf({ strip: true }).map(({ type }) => type)).toEqual(["line", "custom"]);
  });

  it("draws nothing rather than failing before the first window", () => {
    expect(() => seriesOf({ points: [], strip: true })).not.toThrow();
  });
});

describe("the end of an axis", () => {
  it("is a round number a little above the largest value", () => {
    expect([0.162, 0.1, 0.97, 7, 0].map(niceAbove)).toEqual([0.2, 0.12, 1.2, 8, 1]);
  });
});
