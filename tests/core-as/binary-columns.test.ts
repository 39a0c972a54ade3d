import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Columns } from "#core/domain/columns.ts";
import { ProblemError } from "#core/domain/errors.ts";
import {
  type BinaryColumn,
  binaryColumnsOf,
  readBinaryColumns,
  writeBinaryColumns,
} from "#core/formats/binary-columns.ts";

const numbers = (rows: number): fc.Arbitrary<Float64Array> =>
  fc.float64Array({ minLength: rows, maxLength: rows });
const codes = (rows: number, below: number): fc.Arbitrary<Int32Array> =>
  fc.int32Array({ minLength: rows, maxLength: rows, min: -1, max: below - 1 });

/** Rows as the core holds them; names and categories are any text. */
const columnsOf: fc.Arbitrary<Columns> = fc
  .tuple(fc.nat(40), fc.uniqueArray(fc.string({ minLength: 1 }).filter((name) => name !== "timestamp")))
  .chain(([rows, names]) =>
    fc.record({
      rows: fc.constant(names.length === 0 ? 0 : rows),
      timesMs: names.length === 0 ? fc.constant(null) : fc.option(numbers(rows)),
      columns: fc
        .tuple(
          ...names.map(() =>
            fc.oneof(
              numbers(rows).map((values) => ({ kind: "numeric" as const, values })),
              fc.array(fc.string(), { minLength: 1 }).chain((dictionary) =>
                codes(rows, dictionary.length).map((of) => ({
                  kind: "categorical" as const,
                  codes: of,
                  dictionary,
                })),
              ),
            ),
          ),
        )
        .map((columns) => new Map(columns.map((column, index) => [names[index], column]))),
    }),
  );

/** The code of the problem that reading ends in. */
function problemOf(bytes: Uint8Array): string {
  try {
    readBinaryColumns(bytes);
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  return "none";
}

/** A body with the given header over so many bytes of data. */
function body(header: unknown, dataBytes = 64): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((16 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + dataBytes);
  const view = new DataView(bytes.buffer);
  [0x4354444d, 1, text.length].forEach((word, index) => view.setUint32(4 * index, word, true));
  bytes.set(text, 16);
  return bytes;
}

const good: BinaryColumn[] = [
  { name: "a", type: "f64", values: Float64Array.of(1, NaN, -Infinity), validity: Uint8Array.of(0b110) },
  { name: "b", type: "f32", values: Float32Array.of(0.5, 1.5, NaN) },
  { name: "c", type: "i32", values: Int32Array.of(-1, 0, 2 ** 31 - 1), validity: Uint8Array.of(0b101) },
  { name: "d", type: "bool", values: Uint8Array.of(1, 0, 1), validity: Uint8Array.of(0b011) },
  { name: "e", type: "category", values: Int32Array.of(1, -1, 0), dictionary: ["x", "ü"] },
  {
    name: "timestamp",
    type: "category",
    values: Int32Array.of(0, 1, -1),
    dictionary: ["2026-01-01", "soon"],
  },
];

describe("binary columns", () => {
  it("come back as they were written, wherever the body lies", () => {
    fc.assert(
      fc.property(columnsOf, fc.nat(9), (columns, offset) => {
        const bytes = writeBinaryColumns(columns.rows, binaryColumnsOf(columns));
        const moved = new Uint8Array(bytes.length + offset).subarray(offset);
        moved.set(bytes);
        expect(readBinaryColumns(moved)).toEqual(columns);
      }),
    );
  });

  it("of every type are widened, and missing where their bitmap says so", () => {
    const { rows, timesMs, columns } = readBinaryColumns(writeBinaryColumns(3, good));
    expect(rows).toBe(3);
    expect(timesMs).toEqual(Float64Array.of(Date.UTC(2026, 0, 1), Infinity, NaN));
    expect([...columns.values()]).toEqual([
      { kind: "numeric", values: Float64Array.of(NaN, NaN, -Infinity) },
      { kind: "numeric", values: Float64Array.of(0.5, 1.5, NaN) },
      { kind: "numeric", values: Float64Array.of(-1, NaN, 2 ** 31 - 1) },
      { kind: "categorical", codes: Int32Array.of(1, 0, -1), dictionary: ["false", "true"] },
      { kind: "categorical", codes: Int32Array.of(1, -1, 0), dictionary: ["x", "ü"] },
    ]);
  });

  it("stay views of an aligned body, and the body stays as it was", () => {
    const bytes = writeBinaryColumns(3, good);
    const before = bytes.slice();
    const { columns } = readBinaryColumns(bytes);
    expect(bytes).toEqual(before);
    const codes = columns.get("e");
    expect(codes?.kind === "categorical" && codes.codes.buffer === bytes.buffer).toBe(true);
  });

  const at = (place: unknown, more: object = {}): object => ({
    rows: 2,
    columns: [{ name: "a", type: "f64", at: place, ...more }],
  });
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["fifteen bytes", new Uint8Array(15)],
    ["another magic", new Uint8Array(64)],
    ["another version", body(at(0)).fill(2, 4, 5)],
    ["a set reserved word", body(at(0)).fill(1, 12, 13)],
    ["a header longer than the body", body(at(0)).fill(255, 8, 12)],
    ["a header that is no JSON", body(at(0)).fill(0x7b, 16, 24)],
    ["a header that is not UTF-8", body(at(0)).fill(0xff, 40, 42)],
    ["a header that is a list", body([])],
    ["no rows", body({ columns: [] })],
    ["rows below zero", body({ ...at(0), rows: -1 })],
    ["a huge number of rows", body({ ...at(0), rows: 2 ** 53 - 1 })],
    ["rows without a column", body({ rows: 2 ** 40, columns: [] })],
    ["a misaligned column", body(at(4))],
    ["a column before the data", body(at(-8))],
    ["a column beyond the data", body(at(56))],
    ["a column far beyond the data", body(at(2 ** 52))],
    ["a bitmap beyond the data", body(at(0, { validity: 64 }))],
    ["a bitmap on its column", body(at(0, { validity: 8 }))],
    ["an unknown type", body(at(0, { type: "f16" }))],
    ["a column without a name", body(at(0, { name: "" }))],
    [
      "two columns on each other",
      body({ rows: 2, columns: [...["a", "b"].map((name, i) => ({ name, type: "f64", at: 8 * i }))] }),
    ],
    [
      "one name twice",
      body({ rows: 2, columns: [...[0, 1].map((i) => ({ name: "a", type: "f64", at: 16 * i }))] }),
    ],
    ["a code without its category", body(at(0, { type: "category", dictionary: [] }))],
    ["a code below −1", body(at(0, { type: "category", dictionary: ["x"] })).fill(0xfe, -64)],
    ["a boolean of 2", body(at(0, { type: "bool" })).fill(2, -64)],
  ])("with %s are refused", (_what, bytes) => {
    expect(problemOf(bytes)).toBe("malformed_columns");
  });

  it("with any bytes changed or cut are read or refused, never anything else", () => {
    const bytes = writeBinaryColumns(3, good);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const changed = bytes.slice();
          for (const [place, byte] of changes) changed[place] = byte;
          expect(["none", "malformed_columns"]).toContain(problemOf(changed));
          expect(["none", "malformed_columns"]).toContain(problemOf(changed.subarray(0, length)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are not written with a wrong number of values or of another width", () => {
    const values = new Float64Array(3);
    expect(() => writeBinaryColumns(2, [{ name: "a", type: "f64", values }])).toThrow(RangeError);
    expect(() => writeBinaryColumns(3, [{ name: "a", type: "f32", values }])).toThrow(RangeError);
    const validity = new Uint8Array(2);
    expect(() => writeBinaryColumns(3, [{ name: "a", type: "f64", values, validity }])).toThrow(RangeError);
  });
});
