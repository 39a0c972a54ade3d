import { describe, expect, it } from "vitest";
import type { Status } from "#core/domain/check.ts";
import type { Incident } from "#core/domain/incident.ts";
import { Policy } from "#core/domain/policy.ts";
import type { QualityPoint, QualitySeries } from "#core/domain/quality.ts";
import { overTimeOption } from "../../app/lib/charts/over-time.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import { qualityOverTime } from "../../app/lib/charts/quality-lines.ts";
import { qualityMapOption } from "../../app/lib/charts/quality-map.ts";
import { driftedFeatures, driftedQuality, qualityName } from "../../app/lib/queries/incident-features.ts";
import {
  fieldChanges,
  findingsIn,
  loudestOfFeatures,
  mapRows,
  windowsOf,
} from "../../app/lib/queries/quality-rows.ts";
import { DAY_MS, firstDayMs } from "./history.ts";

const endOf = (day: number): number => firstDayMs + (day + 1) * DAY_MS;

function point(day: number, status: Status, change: Partial<QualityPoint> = {}): QualityPoint {
  const [windowStartMs, windowEndMs] = [firstDayMs + day * DAY_MS, endOf(day)];
  return {
    ...{ windowStartMs, windowEndMs, checkId: `c${day}`, value: 0.1, low: 0.05, high: 0.2, reason: null },
    ...{ expected: 0.02, expectedLow: null, expectedHigh: null, pValue: 0.5, adjustedP: 0.5 },
    ...{ effect: status === "drift" ? 0.3 : 0.01, gate: { warning: 0.05, drift: 0.1 }, status },
    ...change,
  };
}

const of = (
  kind: QualitySeries["kind"],
  subject: string | null,
  points: QualityPoint[],
  unit: QualitySeries["unit"] = "share",
): QualitySeries => ({ kind, subject, change: null, unit, points });

const series: QualitySeries[] = [
  of(
    "volume",
    null,
    [0, 1, 2].map((day) => point(day, "ok", { value: 100 + day })),
    "rows",
  ),
  of("refused", null, [point(2, "warning")]),
  of("missing", "age", [point(0, "ok"), point(1, "ok"), point(2, "ok")]),
  of("missing", "plan", [point(0, "ok"), point(1, "drift"), point(2, "ok")]),
  of("unseen", "plan", [point(1, "warning")]),
  { ...of("schema", "shelf", [point(1, "drift", { reason: "shelf is new" })]), change: "added" },
];
const policy = Policy.parse({});
const windows = windowsOf(series);
const muting = (quality: object) => Policy.parse({ quality: { muted: [], gates: {}, ...quality } });

describe("quality by window", () => {
  it("has kinds of all rows first, then features, the loudest first, each by its loudest test", () => {
    const { general, features } = mapRows(series, windows, policy);
    expect(general.map(({ label }) => label)).toEqual(["rows", "refused rows", "fields"]);
    expect(features.map(({ label }) => label)).toEqual(["plan", "age"]);
    expect(features[0].cells.map((cell) => cell?.kind)).toEqual(["missing", "missing", "missing"]);
    expect(general[1].cells.map((cell) => cell?.point.status)).toEqual([undefined, undefined, "warning"]);
  });

  it("lists one window loudest first, what is muted last", () => {
    const named = (of: Policy) =>
      findingsIn(series, endOf(1), of).map(({ kind, subject }) => `${subject ?? "all"} ${kind}`);
    expect(named(policy).slice(0, 3)).toEqual(["plan missing", "shelf schema", "plan unseen"]);
    expect(
      named(muting({ muted: ["missing"] }))
        .slice(-2)
        .sort(),
    ).toEqual(["age missing", "plan missing"]);
  });

  it("draws what is muted as loud for nobody", () => {
    const { features } = mapRows(series, windows, muting({ muted: ["missing", "unseen"] }));
    const { series: drawn } = qualityMapOption(features, windows, [], palettes.light, false, null);
    const [{ data }] = drawn as unknown as { data: { itemStyle: { color: string } }[] }[];
    expect(new Set(data.map(({ itemStyle }) => itemStyle.color))).toEqual(
      new Set([palettes.light.insufficient]),
    );
  });

  it("escapes names and reasons in its tooltip, which is HTML", () => {
    const evil = "<img src=x onerror=alert(1)>";
    const own = [{ ...of("schema", evil, [point(0, "drift", { reason: evil })]), change: "added" as const }];
    const { general } = mapRows(own, windowsOf(own), policy);
    const { tooltip, series: drawn } = qualityMapOption(
      [...general, null],
      windows,
      [],
      palettes.light,
      true,
      0,
    );
    const [{ data }] = drawn as unknown as { data: unknown[] }[];
    const { formatter } = tooltip as unknown as { formatter: (hovered: { data: unknown }) => string };
    expect(formatter({ data: data[0] })).not.toContain("<img");
  });

  it("opens with the loudest of the features' values that anybody hears", () => {
    expect(loudestOfFeatures(series, policy)).toMatchObject({ kind: "missing", subject: "plan" });
    const deaf = Policy.parse({ features: { plan: { muted: true } } });
    expect(loudestOfFeatures(series, deaf)).toMatchObject({ kind: "missing", subject: "age" });
    expect(loudestOfFeatures([], policy)).toBeNull();
  });

  it("says of a field when it was first and last found, and how loud", () => {
    expect(fieldChanges(series)).toMatchObject([
      { field: "shelf", change: "added", windows: 1, worst: { status: "drift" } },
    ]);
  });
});

describe("one kind over windows", () => {
  it("has rows with what was expected and where such windows lie, under its own name", () => {
    const own = of(
      "volume",
      null,
      [point(0, "ok", { value: 90, expected: 100, expectedLow: 80, expectedHigh: 120 })],
      "rows",
    );
    const line = qualityOverTime(own, windows, []);
    expect(line.points[0]).toMatchObject({ value: 90, beside: 100, low: 80, high: 120 });
    expect(line.points[1].value).toBeNull();
    const { series: drawn } = overTimeOption(line, palettes.light);
    const colors = (drawn as { areaStyle?: { color: string } }[]).flatMap(({ areaStyle }) => areaStyle ?? []);
    expect(colors.map(({ color }) => color)).toEqual([palettes.light.reference]);
  });

  it("is nothing where there was none to test, and a gap where nothing is known", () => {
    const valuesOf = (kind: QualitySeries["kind"]) =>
      qualityOverTime(of(kind, null, [point(1, "ok")]), windows, []).points.map(({ value }) => value);
    expect(valuesOf("duplicates")).toEqual([0, 0.1, 0]);
    expect(valuesOf("constant")).toEqual([null, 0.1, null]);
  });

  it("has silence in the unit that fits the longest", () => {
    const own = of("silence", null, [point(0, "ok", { value: 3 * 3_600_000 })], "ms");
    const line = qualityOverTime(own, windows, []);
    expect([line.name, line.points[0].value]).toEqual(["silence at the window's end, h", 3]);
  });
});

it("an incident names what was wrong with the rows as a whole, once, with the largest effect", () => {
  const found = { kind: "volume" as const, subject: null, change: null, effectName: "change", reason: "" };
  const entries = [0.5, 0.7].map((effect) => ({
    features: [],
    quality: [
      { ...found, effect, status: "drift" as const },
      { ...found, kind: "schema" as const, subject: "shelf", change: "added" as const, effect: 1, status: "warning" as const }, // prettier-ignore
    ],
  }));
  const incident = { kind: "drift", entries } as unknown as Incident;
  expect(driftedFeatures(incident)).toEqual([]);
  expect(driftedQuality(incident)).toEqual([
    { name: "the number of rows", windows: 2, largest: 0.7, effectName: "change" },
  ]);
  expect(qualityName(incident.entries[0].quality[1])).toBe("the field shelf (added)");
});
