import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits, MINUTE_MS } from "#core/domain/limits.ts";
import { Feature } from "#core/domain/model.ts";
import { parsePredictionRows, parseReferenceRows } from "#core/formats/json-rows.ts";
import { parseLabelRows } from "#core/formats/label-rows.ts";
import { parseTimestamp } from "#core/formats/timestamp.ts";

const features = [
  Feature.parse({ name: "age", type: "numeric" }),
  Feature.parse({ name: "colour", type: "categorical" }),
  Feature.parse({ name: "member", type: "boolean" }),
];
const nowMs = Date.UTC(2026, 5, 1);
const rules = { nowMs, oldestMs: 0 };
const timestamp = "2026-05-31T12:00:00Z";
const parse = (...rows: unknown[]): ReturnType<typeof parsePredictionRows> =>
  parsePredictionRows(features, { rows }, rules);

describe("predictions", () => {
  test("become columns; null and a field left out are missing", () => {
    const parsed = parse(
      { timestamp, prediction_id: "a", age: 41, colour: "red", member: true },
      { timestamp, prediction_id: 7, age: null, colour: 12, member: 0 },
      { timestamp },
    );
    expect(parsed).toMatchObject({ rejected: 0, errors: [], ignored: [], predictionIds: ["a", "7", null] });
    expect(Object.fromEntries(parsed.columns.columns)).toEqual({
      age: { kind: "numeric", values: Float64Array.of(41, NaN, NaN) },
      colour: { kind: "categorical", codes: Int32Array.of(0, 1, -1), dictionary: ["red", "12"] },
      member: { kind: "categorical", codes: Int32Array.of(1, 0, -1), dictionary: ["false", "true"] },
    });
    expect(parsed.columns.timesMs?.[0]).toBe(Date.parse(timestamp));
  });
  test.each([
    [{ age: "41" }, "age"],
    [{ age: true }, "age"],
    [{ colour: 1.5 }, "colour"],
    [{ colour: false }, "colour"],
    [{ member: "true" }, "member"],
    [{ member: 2 }, "member"],
    [{ age: [1] }, "age"],
  ])("a value of the wrong type refuses its row: %j", (wrong, field) => {
    const parsed = parse({ timestamp, age: 1 }, { timestamp, ...wrong }, { timestamp, age: 3 });
    expect(parsed.errors).toMatchObject([{ row: 1, field, code: "type_mismatch" }]);
    expect([...parsed.rowIndex]).toEqual([0, 2]);
    expect(parsed.columns.columns.get("age")).toEqual({ kind: "numeric", values: Float64Array.of(1, 3) });
  });
  test.each([
    [undefined, "timestamp_missing"],
    [null, "timestamp_missing"],
    ["yesterday", "timestamp_invalid"],
    ["2026-02-30T00:00:00Z", "timestamp_invalid"],
    [Infinity, "timestamp_invalid"],
    [nowMs + limits.aheadMs + MINUTE_MS, "timestamp_ahead"],
    [-1, "timestamp_too_old"],
  ])("a time of %j is refused as %s", (time, code) => {
    expect(parse({ timestamp: time }).errors).toMatchObject([{ row: 0, field: "timestamp", code }]);
  });
  test("what is no object is refused, and unknown fields are named", () => {
    const parsed = parse(1, null, [], "x", { timestamp, zip: 1, __proto__: 3, constructor: 2 });
    expect(parsed.rejected).toBe(4);
    expect(parsed.errors.every(({ code }) => code === "not_an_object")).toBe(true);
    expect(parsed.ignored).toEqual(["constructor", "zip"]);
  });
  test("at most a hundred errors are listed, all are counted", () => {
    const parsed = parse(...Array.from({ length: 250 }, () => ({ timestamp, age: "x" })));
    expect(parsed.errors).toHaveLength(100);
    expect(parsed.rejected).toBe(250);
  });
  test("rows and columns of the same values give the same", () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(null, "red", true, 1, 0, 2.5));
    const row = fc.record({ timestamp: fc.constant(timestamp), age: value, colour: value, member: value });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const columns = Object.fromEntries(
          (["timestamp", "age", "colour", "member"] as const).map((name) => [
            name,
            rows.map((one) => one[name]),
          ]),
        );
        expect(parsePredictionRows(features, { columns }, rules)).toEqual(parse(...rows));
      }),
    );
  });
  test("a reference needs no times, but all or none", () => {
    expect(parseReferenceRows(features, { rows: [{ age: 1 }, { age: 2 }] }).columns).toMatchObject({
      rows: 2,
      timesMs: null,
    });
    const mixed = parseReferenceRows(features, { rows: [{ age: 1, timestamp }, { age: 2 }] });
    expect(mixed.errors).toMatchObject([{ row: 1, code: "timestamp_missing" }]);
  });
});

const answers: Feature[] = [
  { name: "score", type: "numeric", role: "score" },
  { name: "grade", type: "categorical", role: "prediction" },
];
const binary: Parameters<typeof parseLabelRows>[0] = {
  task: "binary",
  classes: [],
  features: answers.slice(0, 1),
  segments: [],
};

describe("labels", () => {
  test("of several classes are their names, of a regression numbers", () => {
    const rows = ["low", "high", 3, 0.5, null].map((label, index) => ({ prediction_id: `p${index}`, label }));
    const classes = ["low", "high", "3"];
    const named = parseLabelRows(
      { ...binary, task: "multiclass", classes, features: answers.slice(1) },
      { rows },
      rules,
    );
    expect([...named.labels]).toEqual([0, 1, 2]);
    expect(named.errors.map(({ code }) => code)).toEqual(["label_invalid", "label_missing"]);
    const numbers = parseLabelRows({ ...binary, task: "regression", features: [] }, { rows }, rules);
    expect([...numbers.labels]).toEqual([3, 0.5]);
  });

  test("that repeat their prediction need no id; what cannot be read of it refuses the row", () => {
    const parsed = parseLabelRows(
      binary,
      {
        rows: [
          { label: 1, prediction_timestamp: timestamp, score: 0.25 },
          { label: 0, prediction_timestamp: timestamp, score: "high" },
          { label: 0, score: 0.5 },
        ],
      },
      rules,
    );
    expect(parsed.errors.map(({ row, code }) => [row, code])).toEqual([
      [1, "type_mismatch"],
      [2, "prediction_id_invalid"],
    ]);
    expect([...parsed.direct.places]).toEqual([0]);
    expect(parsed.direct.columns.columns.get("score")).toMatchObject({ values: Float64Array.of(0.25) });
  });

  test("are true, false, 1 or 0, and need the prediction's id", () => {
    const parsed = parseLabelRows(
      binary,
      {
        rows: [
          { prediction_id: "a", label: true, prediction_timestamp: timestamp },
          { prediction_id: "b", label: 0 },
          { label: 1 },
          { prediction_id: "c", label: "yes" },
          { prediction_id: "d" },
        ],
      },
      rules,
    );
    expect(parsed.errors.map(({ row, code }) => [row, code])).toEqual([
      [2, "prediction_id_invalid"],
      [3, "label_invalid"],
      [4, "label_missing"],
    ]);
    expect([...parsed.labels]).toEqual([1, 0]);
    expect([...parsed.predictionTimesMs]).toEqual([Date.parse(timestamp), NaN]);
  });
});

describe("timestamps", () => {
  test("are read as the platform reads ISO 8601", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
        expect(parseTimestamp(date.getTime())).toBe(date.getTime());
      }),
    );
  });
  test.each([
    ["2026-03-01", Date.UTC(2026, 2, 1)],
    ["2026-03-01T10:20", Date.UTC(2026, 2, 1, 10, 20)],
    ["2026-03-01 10:20:30.5+02:00", Date.UTC(2026, 2, 1, 8, 20, 30, 500)],
    ["2024-02-29T00:00:00-0130", Date.UTC(2024, 1, 29, 1, 30)],
  ])("%s is read", (text, ms) => expect(parseTimestamp(text)).toBe(ms));
  test.each(["", "2026", "2026-13-01", "2023-02-29", "2026-01-01T24:00:00Z", "01/02/2026", {}, true, NaN])(
    "%j is not",
    (value) => expect(parseTimestamp(value)).toBeNaN(),
  );
});
