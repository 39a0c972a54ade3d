import fc from "fast-check";
import { expect, it } from "vitest";
import type { Column, Columns } from "#core/domain/columns.ts";
import type { Feature } from "#core/domain/model.ts";
import { parsePredictionColumns } from "#core/formats/column-rows.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";

const features: Feature[] = [
  { name: "n", type: "numeric", role: "feature" },
  { name: "c", type: "categorical", role: "feature" },
  { name: "b", type: "boolean", role: "feature" },
];
const rules = { nowMs: 1e12, oldestMs: 0 };

const row = fc.record({
  timestamp: fc.option(fc.constantFrom(1, 5e11, -1, 2e12, 1e300)),
  prediction_id: fc.option(fc.string({ maxLength: 130 })),
  n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  c: fc.option(fc.oneof(fc.string(), fc.constant("long".repeat(80)))),
  b: fc.option(fc.constantFrom(0, 1, 2, -1)),
  extra: fc.option(fc.integer()),
});
type Row = Record<"timestamp" | "n" | "b" | "extra", number | null> &
  Record<"prediction_id" | "c", string | null>;

const numeric = (values: (number | null)[]): Column => ({
  kind: "numeric",
  values: Float64Array.from(values, (value) => value ?? NaN),
});
function categorical(values: (string | null)[]): Column {
  const dictionary = [...new Set(values)].filter((value) => value !== null);
  return {
    kind: "categorical",
    codes: Int32Array.from(values, (v) => (v === null ? -1 : dictionary.indexOf(v))),
    dictionary,
  };
}

function columnsOf(rows: Row[]): Columns {
  const of = <Name extends keyof Row>(name: Name): Row[Name][] => rows.map((each) => each[name]);
  return {
    rows: rows.length,
    timesMs: Float64Array.from(of("timestamp"), (time) => time ?? NaN),
    columns: new Map([
      ["prediction_id", categorical(of("prediction_id"))],
      ["n", numeric(of("n"))],
      ["c", categorical(of("c"))],
      ["b", numeric(of("b"))],
      ["extra", numeric(of("extra"))],
    ]),
  };
}

/** What a column says, whatever the order of its dictionary. */
const said = (column: Column | undefined): unknown[] =>
  column?.kind === "categorical"
    ? Array.from(column.codes, (code) => column.dictionary[code] ?? null)
    : Array.from(column?.values ?? []);

it("columns keep and refuse the rows that the same rows as JSON keep and refuse", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
      const json = parsePredictionRows(features, { rows }, rules);
      const raw = parsePredictionColumns(features, columnsOf(rows), rules);
      for (const part of ["predictionIds", "rowIndex", "errors", "rejected", "ignored"] as const)
        expect(raw[part]).toEqual(json[part]);
      expect([raw.columns.rows, raw.columns.timesMs]).toEqual([json.columns.rows, json.columns.timesMs]);
      for (const { name } of features)
        expect(said(raw.columns.columns.get(name))).toEqual(said(json.columns.columns.get(name)));
    }),
    { numRuns: 300 },
  );
});
