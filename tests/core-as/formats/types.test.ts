/** What columns are taken for, and that their values get there: the shapes that real files have. */
import { describe, expect, it } from "vitest";
import { proposeType } from "#core/compare/column-types.ts";
import { asBoolean, asNumeric } from "#core/compare/typed-column.ts";
import { columnBuilder } from "#core/formats/tables/column-builder.ts";
import { parseNumber } from "#core/formats/tables/cell-text.ts";
import fc from "fast-check";
import { present, readDatasetFile } from "../../statistics/reference-data.ts";
import { readAll } from "./sources.ts";

const built = (
  name: string,
  values: readonly unknown[],
): ReturnType<ReturnType<typeof columnBuilder>["finish"]> => {
  const builder = columnBuilder(name);
  builder.add(values, values.length);
  return builder.finish();
};
const rows = <T>(count: number, value: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => value(i));

describe("the proposed type", () => {
  it.each<[string, string, unknown[], string | null]>([
    ["whole numbers as text", "age", rows(100, (i) => String(20 + ((i * 7) % 50))), "numeric"],
    ["flags", "bought", rows(100, (i) => String(i % 2)), "boolean"],
    ["flags as numbers", "bought", rows(100, (i) => i % 2), "boolean"],
    ["words for flags", "member", rows(100, (i) => (i % 3 ? "yes" : "No")), "boolean"],
    ["letters for flags", "member", rows(100, (i) => (i % 3 ? "t" : "f")), "boolean"],
    ["postcodes with a zero in front", "place", rows(100, (i) => `0${1000 + (i % 9)}`), "categorical"],
    ["postcodes without", "zip", rows(100, (i) => String(10_000 + (i % 9))), "categorical"],
    ["a mostly missing number", "rare", rows(1000, (i) => (i % 100 ? "" : `${i / 8}`)), "numeric"],
    ["a mostly missing word", "rare", rows(1000, (i) => (i % 100 ? "NA" : "x")), "categorical"],
    ["nothing", "empty", rows(100, () => ""), null],
    ["row numbers", "anything", rows(100, (i) => String(i)), "identifier"],
    ["ids", "customer_id", rows(100, (i) => String(1000 + i * i)), "identifier"],
    ["unique words", "token", rows(100, (i) => `x${i}`), "identifier"],
    ["years", "year", rows(100, (i) => String(2010 + (i % 12))), "discrete"],
    ["grades", "grade", rows(100, (i) => 1 + (i % 5)), "discrete"],
    ["halves", "half", rows(100, (i) => (i % 5) / 2), "numeric"],
    ["times", "when", rows(100, (i) => `2026-01-${10 + (i % 20)}T10:00:00Z`), "timestamp"],
    ["days", "when", rows(100, (i) => `2026-01-${10 + (i % 20)}`), "timestamp"],
    ["seconds since 1970", "created_at", rows(100, (i) => 1_760_000_000 + i * 77), "timestamp"],
    ["a constant", "site", rows(100, () => "north"), "categorical"],
    ["prose", "comment", rows(100, (i) => `The customer of row ${i} wrote that it was all right.`), "text"],
    ["a number among words", "mixed", [1, ...rows(99, (i) => `w${i % 4}`)], "categorical"],
  ])("%s", (_what, name, values, type) => {
    const proposal = proposeType(built(name, values));
    expect(proposal?.type ?? null).toBe(type);
    if (proposal) expect(proposal.reason.length).toBeGreaterThan(5);
  });
});

it("turns words for yes and no into booleans, and counts what is neither", () => {
  const { value, misfits } = asBoolean(built("b", ["yes", "NO", "t", "F", "", "maybe"]));
  expect(value).toMatchObject({ codes: Int32Array.of(1, 0, 1, 0, -1, -1) });
  expect(misfits).toEqual({ count: 1, example: "maybe" });
});

it("keeps every number of a long column, the words among them counted", () => {
  const { value, misfits } = asNumeric(
    built(
      "x",
      rows(60_000, (i) => (i % 10_000 === 9 ? "?" : `${i}.25`)),
    ),
  );
  expect(misfits).toEqual({ count: 6, example: "?" });
  expect(value.kind === "numeric" && value.values[59_999]).toBe(59_999.25);
});

it("reads numbers to the bit as the language does", () => {
  const texts = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.integer(), fc.nat({ max: 999_999_999 })).map(([whole, part]) => `${whole}.${part}`),
    fc.stringMatching(/^-?[0-9]{0,16}\.?[0-9]{0,8}$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const valid = /\d/.test(text);
      expect(parseNumber(text)).toBe(valid ? Number(text) : NaN);
    }),
    { numRuns: 5000 },
  );
});

it("reads the reference data's files whole", async () => {
  const expected = { titanic_reference: 891, car_loan_reference: 50_000, elec2_reference: 8000 };
  const files = present ? Object.entries(expected) : [];
  for (const [name, rows] of files) {
    const read = await readAll(`${name}.csv.gz`, readDatasetFile(`${name}.csv.gz`));
    expect({ name, rows: read.rows, remarks: read.remarks }).toEqual({ name, rows, remarks: [] });
  }
  console.log(`reference data: ${present ? `present, ${files.length} values compared` : "absent"}`);
});
