import { describe, expect, it } from "vitest";
import type { PerformanceWindow, RealisedPerformance } from "#core/domain/performance.ts";
import { calibrationOption } from "../../app/lib/charts/calibration.ts";
import { confusionOption, mistakesOf } from "../../app/lib/charts/confusion.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import { rocOption } from "../../app/lib/charts/roc.ts";
import { formatDuration } from "../../app/lib/queries/duration.ts";
import { formatMetric, metricAxis } from "../../app/lib/queries/metric-format.ts";
import { DAY_MS, firstDayMs } from "./history.ts";

const window = (day: number, confusion: number[][] | null): PerformanceWindow => ({
  windowStartMs: firstDayMs + day * DAY_MS,
  windowEndMs: firstDayMs + (day + 1) * DAY_MS,
  predictions: 10,
  labelled: 10,
  coverage: 1,
  delay: null,
  realised: confusion && ({ confusion } as unknown as RealisedPerformance),
  estimated: null,
});

const seriesOf = (option: unknown) => (option as { series: { name?: string; data: unknown[] }[] }).series;

describe("mistakes over time", () => {
  const classes = ["cat", "dog", "owl"];
  const windows = [
    window(0, [
      [8, 2, 0],
      [0, 5, 5],
      [0, 0, 0],
    ]),
    window(1, null),
    window(2, [
      [10, 0, 0],
      [0, 10, 0],
      [1, 0, 3],
    ]),
  ];

  it("are shares of the actual class, largest first, and none where the class did not occur", () => {
    expect(mistakesOf(windows, classes)).toEqual([
      { label: "dog called owl", shares: [0.5, null, 0], rows: [5, null, 0] },
      { label: "owl called cat", shares: [null, null, 0.25], rows: [null, null, 1] },
      { label: "cat called dog", shares: [0.2, null, 0], rows: [2, null, 0] },
    ]);
  });

  it("of two classes both stay, made or not", () => {
    const never = [
      window(0, [
        [5, 0],
        [0, 5],
      ]),
    ];
    expect(mistakesOf(never, ["false", "true"]).map(({ label }) => label)).toEqual([
      "false called true",
      "true called false",
    ]);
  });

  it("leave a gap where nothing is known", () => {
    const mistakes = mistakesOf(windows, classes);
    const [{ data }] = seriesOf(confusionOption(windows, mistakes, palettes.light, false, 0));
    expect(data).toHaveLength(5);
  });
});

describe("curves", () => {
  const share = { value: 0.5, low: 0.4, high: 0.6, standardError: null };
  const bins = [
    { from: 0, to: 0.5, rows: 0, meanScore: null, share: null },
    { from: 0.5, to: 1, rows: 40, meanScore: 0.7, share },
  ];

  it("leave bins without rows out", () => {
    const series = seriesOf(calibrationOption(bins, null, palettes.dark));
    expect(series.find(({ name }) => name === "window")?.data).toEqual([{ value: [0.7, 0.5], bin: bins[1] }]);
  });

  it("show the reference only where it has one", () => {
    const point = { threshold: 0.5, falsePositiveRate: 0.1, truePositiveRate: 0.9 };
    const names = (reference: (typeof point)[] | null) =>
      seriesOf(rocOption([point], reference, palettes.light)).map(({ name }) => name);
    expect(names(null)).toEqual([undefined, "window"]);
    expect(names([point])).toEqual([undefined, "reference", "window"]);
  });
});

describe("words", () => {
  it("say a stretch of time in the unit that fits", () => {
    expect([40_000, 300_000, 3.5 * 3_600_000, 3 * DAY_MS].map(formatDuration)).toEqual([
      "40 s",
      "5 min",
      "3.5 h",
      "3 days",
    ]);
  });

  it("line shares up, and group the digits of large numbers", () => {
    expect([
      formatMetric(0.5, "share"),
      formatMetric(847_512.4, "label²"),
      formatMetric(null, "nats"),
    ]).toEqual(["0.500", "847,512", "–"]);
    expect(metricAxis("mean absolute error", "label", "min")).toBe("mean absolute error, min");
  });
});
