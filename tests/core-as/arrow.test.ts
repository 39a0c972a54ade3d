import {
  bool,
  columnFromArray,
  type DataType,
  dateDay,
  decimal,
  dictionary,
  float16,
  float32,
  float64,
  int16,
  int64,
  int8,
  list,
  nullType,
  tableFromArrays,
  tableFromColumns,
  tableToIPC,
  timestamp,
  uint32,
  uint64,
  uint8,
  utf8,
} from "@uwdata/flechette";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { readArrow } from "#core/formats/arrow.ts";
import { bodyOfColumns } from "#core/formats/column-body.ts";
import { parsePredictionColumns } from "#core/formats/column-rows.ts";
import { fieldKinds } from "#core/formats/field-kinds.ts";

type Format = "stream" | "file";

function ipc(
  columns: Record<string, [unknown[], DataType]>,
  format: Format = "stream",
  maxBatchRows?: number,
): Uint8Array {
  const entries = Object.entries(columns).map(
    ([name, [values, type]]) => [name, columnFromArray(values, type, { maxBatchRows })] as const,
  );
  return new Uint8Array(tableToIPC(tableFromColumns(Object.fromEntries(entries)), { format }) ?? []);
}

/** Values as a reader of the columns sees them. */
function plain(column: Column | undefined): (number | string | null)[] | undefined {
  if (column === undefined) return undefined;
  return column.kind === "numeric"
    ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
    : Array.from(column.codes, (code) => (code < 0 ? null : column.dictionary[code]));
}

const timeMs = Date.UTC(2026, 5, 1, 12, 0, 0, 250);
const cases: Record<string, [unknown[], DataType, (number | string | null)[]]> = {
  doubles: [[1.5, null, -Infinity, 0], float64(), [1.5, null, -Infinity, 0]],
  floats: [[1.5, 2, null, -4], float32(), [1.5, 2, null, -4]],
  halves: [[1.5, 2, null, -4], float16(), [1.5, 2, null, -4]],
  bytes: [[1, null, -128, 127], int8(), [1, null, -128, 127]],
  shorts: [[1, 2, 3, 4], int16(), [1, 2, 3, 4]],
  unsigned: [[1, 2, null, 2 ** 32 - 1], uint32(), [1, 2, null, 2 ** 32 - 1]],
  long: [[1n, null, -(2n ** 40n), 3n], int64(), [1, null, -(2 ** 40), 3]],
  unsignedLong: [[1n, null, 2n ** 63n, 3n], uint64(), [1, null, 2 ** 63, 3]],
  flags: [[true, null, false, true], bool(), ["true", null, "false", "true"]],
  text: [["a", null, "ü", "a"], utf8(), ["a", null, "ü", "a"]],
  codes: [["b", "a", "b", "c"], dictionary(utf8()), ["b", "a", "b", "c"]],
  narrowCodes: [["b", null, "b", "c"], dictionary(utf8(), uint8()), ["b", null, "b", "c"]],
  seconds: [[timeMs - 250, null, 0, 1000], timestamp(0), [timeMs - 250, null, 0, 1000]],
  millis: [[timeMs, null, 0, 1000], timestamp(1), [timeMs, null, 0, 1000]],
  micros: [[timeMs, null, 0, 1000], timestamp(2), [timeMs, null, 0, 1000]],
  nanos: [[timeMs, null, 0, 1000], timestamp(3), [timeMs, null, 0, 1000]],
  days: [
    [new Date(86_400_000), null, new Date(0), new Date(-86_400_000)],
    dateDay(),
    [86_400_000, null, 0, -86_400_000],
  ],
  nothing: [[null, null, null, null], nullType(), [null, null, null, null]],
};

function problemOf(bytes: Uint8Array): string {
  try {
    readArrow(bytes);
  } catch (error) {
    if (error instanceof ProblemError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("Arrow columns", () => {
  const columns = Object.fromEntries(
    Object.entries(cases).map(([name, [values, type]]) => [name, [values, type] as [unknown[], DataType]]),
  );
  it.each<[Format, number | undefined]>([
    ["stream", undefined],
    ["file", undefined],
    ["stream", 1],
    ["stream", 3],
    ["file", 2],
  ])("of every type are read from a %s with %s rows a batch", (format, maxBatchRows) => {
    const read = readArrow(ipc(columns, format, maxBatchRows));
    expect(read.rows).toBe(4);
    for (const [name, [, , expected]] of Object.entries(cases))
      expect([name, plain(read.columns.get(name))]).toEqual([name, expected]);
  });

  it("of doubles and 32-bit codes are views of the bytes", () => {
    const bytes = ipc({ a: [[1, 2, 3], float64()], b: [["x", "y", "x"], dictionary(utf8())] });
    const { columns: read } = readArrow(bytes);
    const [a, b] = [read.get("a"), read.get("b")];
    expect(a?.kind === "numeric" && a.values.buffer === bytes.buffer).toBe(true);
    expect(b?.kind === "categorical" && b.codes.buffer === bytes.buffer).toBe(true);
  });

  it("at any offset and of any length come back, the one named timestamp as times", () => {
    const row = fc.record({
      value: fc.option(fc.double({ noNaN: true })),
      name: fc.option(fc.string()),
      time: fc.integer({ min: 0, max: 4e12 }),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        (rows, offset, most) => {
          const bytes = ipc(
            {
              value: [rows.map(({ value }) => value), float64()],
              name: [rows.map(({ name }) => name), dictionary(utf8())],
              timestamp: [rows.map(({ time }) => time), timestamp(1)],
            },
            "stream",
            most,
          );
          const moved = new Uint8Array(bytes.length + offset + 1).subarray(offset, offset + bytes.length);
          moved.set(bytes);
          const { timesMs, columns: read } = readArrow(moved);
          expect(Array.from(timesMs ?? [])).toEqual(rows.map(({ time }) => time));
          expect(plain(read.get("value"))).toEqual(rows.map(({ value }) => value));
          expect(plain(read.get("name"))).toEqual(rows.map(({ name }) => name));
          expect([...read.keys()]).toEqual(["value", "name"]);
        },
      ),
    );
  });

  it("of whole numbers are ids digit by digit, beyond what a double holds too", () => {
    const bytes = ipc({
      prediction_id: [[2n ** 60n + 1n, null, 7n], int64()],
      timestamp: [[1, 2, 3], timestamp(1)],
    });
    const rules = { nowMs: 4, oldestMs: 0 };
    const { predictionIds, rejected } = parsePredictionColumns([], readArrow(bytes), rules);
    expect([predictionIds, rejected]).toEqual([["1152921504606846977", null, "7"], 0]);
  });

  it("of types that cannot be counted are named, and refuse only what a model asks of them", () => {
    const read = readArrow(
      ipc({
        price: [[1, 2.25, null], decimal(18, 3)],
        tags: [[["a"], ["b"], null], list(utf8())],
        code: [[1, 2, 1], dictionary(float64())],
        timestamp: [[1, 2, 3], timestamp(1)],
      }),
    );
    expect(plain(read.columns.get("price"))).toEqual([1, 2.25, null]);
    expect([...(read.unreadable ?? [])]).toEqual([
      ["tags", "List"],
      ["code", "dictionary of Float"],
    ]);
    const rules = { nowMs: 4, oldestMs: 0 };
    const feature = (name: string) => ({ name, type: "numeric", role: "feature" }) as const;
    const { ignored, rejected } = parsePredictionColumns([feature("price")], read, rules);
    expect([ignored, rejected]).toEqual([["code", "tags"], 0]);
    const kinds = (name: string) => fieldKinds([feature(name)]);
    expect(bodyOfColumns(read, kinds("price")).columns.tags).toEqual([null, null, null]);
    for (const asked of [
      () => parsePredictionColumns([feature("tags")], read, rules),
      () => bodyOfColumns(read, kinds("tags")),
      () => readArrow(ipc({ timestamp: [[["a"]], list(utf8())] })),
    ])
      expect(asked).toThrow(/"(tags|timestamp)" is of the type List/);
  });

  it("with any bytes changed or cut are read or refused, in no time", () => {
    const types = { a: float64(), b: dictionary(utf8()), c: utf8(), d: bool(), e: int64() };
    const table = tableFromArrays(
      { a: [1, null], b: ["x", "y"], c: ["long text", null], d: [true, null], e: [1n, 2n] },
      { types },
    );
    const originals = (["stream", "file"] as const).map(
      (format) => new Uint8Array(tableToIPC(table, { format }) ?? []),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(2000), fc.constantFrom(0, 1, 4, 127, 128, 255)), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(2000),
        (bytes, changes, length) => {
          const changed = bytes.slice();
          for (const [place, byte] of changes) changed[place % bytes.length] = byte;
          expect(problemOf(changed)).toMatch(/^(none|malformed_columns)/);
          expect(problemOf(changed.slice(0, length))).toMatch(/^(none|malformed_columns)/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
