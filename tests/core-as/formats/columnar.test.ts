/** Parquet and Arrow as PyArrow 25 writes them (`files/`), every compression: the values that were put in come out. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { lz4Frames } from "#core/formats/tables/arrow-compression.ts";
import { builtFrom, failureOf, readAll } from "./sources.ts";

const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`files/${name}`, import.meta.url)));
const start = Date.UTC(2026, 0, 1);

/** Row i of every fixture. */
const expected: Record<string, (i: number) => unknown> = {
  whole: (i) => (i % 10 === 9 ? null : i),
  small: (i) => i % 7,
  unsafe: (i) => String(9007199254740993n + BigInt(i)),
  real: (i) => (i % 11 === 10 ? null : (i % 100) / 8),
  plain: (i) => (i % 100) * 0.5,
  text: (i) => (i % 13 === 12 ? null : `v${i % 5}é`),
  flag: (i) => i % 3 === 0,
  day: (i) => start + (i % 30) * 86_400_000,
  when: (i) => start + i * 1000,
  price: (i) => i / 4,
  kind: (i) => `k${i % 3}`,
};

const plain = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value ?? null;
};

const files = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
  .map((codec): [string, number] => [`${codec}.parquet`, 60])
  .concat([
    ["lz4.feather", 60],
    ["linked.feather", 9000],
    ["zstd.feather", 60],
    ["stream.arrows", 60],
  ]);

// Quarters are doubles whatever they are multiplied by; tenths tell a whole number divided from one times 10^-1.
it("gives Parquet's decimals as the doubles that their digits are", async () => {
  const { columns, remarks } = await readAll("decimals.parquet", fixture("decimals.parquet"));
  expect(columns.small.map(plain)).toEqual([0.3, 2.3, null, -4.1, 0]);
  expect(columns.wide.map(plain)).toEqual([1234567.891, 0.007, -0.001, null, 99999999.999]);
  expect(remarks).toHaveLength(1);
});

/** The blocks of one buffer in `linked.feather` refer to each other: it is longer than 64 KB. */
describe.each(files)("%s", (name, rows) => {
  it("gives every value back, also inside gzip", async () => {
    for (const bytes of [fixture(name), new Uint8Array(gzipSync(fixture(name)))]) {
      const read = await readAll(bytes[0] === 0x1f ? `${name}.gz` : name, bytes);
      expect(read.rows).toBe(rows);
      expect(read.names).toEqual(rows === 60 ? Object.keys(expected) : ["plain", "kind"]);
      for (const [column, value] of Object.entries(expected).filter(([key]) => read.names.includes(key)))
        expect(read.columns[column].map(plain), column).toEqual(
          Array.from({ length: rows }, (_, i) => value(i)),
        );
      if (rows === 60)
        expect(read.remarks.map((remark) => remark.split(" ")[0])).toEqual(['"tags"', '"place"', '"raw"']);
    }
  });

  if (rows !== 60) return;
  it("becomes numbers, times and codes", async () => {
    const built = await builtFrom(name, fixture(name));
    const kinds = Object.fromEntries(built.map((column) => [column.name, column.kind]));
    expect(kinds).toEqual({
      ...{
        whole: "numbers",
        small: "numbers",
        unsafe: "codes",
        real: "numbers",
        plain: "numbers",
        text: "codes",
      },
      ...{ flag: "codes", day: "times", when: "times", price: "numbers", kind: "codes" },
    });
    expect(built.find((column) => column.name === "whole")?.missing).toBe(rows / 10);
  });
});

it("says which row group is damaged, and that a file is cut off", async () => {
  const bytes = fixture("snappy.parquet");
  expect((await failureOf("t.parquet", bytes.slice(0, 2000))).message).toMatch(
    /no Parquet file, or cut off or damaged/,
  );
  expect((await failureOf("t.parquet", fixture("lz4.feather"), { format: "parquet" })).message).toMatch(
    /no Parquet file/,
  );
  const damaged = bytes.slice();
  damaged.fill(0xee, 40, 400);
  expect((await failureOf("t.parquet", damaged)).message).toMatch(/row group 1 is damaged/);
});

it("reads only the bytes of the columns that are wanted", async () => {
  const { openTable } = await import("#core/formats/tables/open-table.ts");
  const { sourceOf } = await import("./sources.ts");
  const source = sourceOf("t.parquet", fixture("none.parquet"));
  const table = await openTable(source);
  let read = 0;
  const { slice } = source;
  source.slice = (from, to) => ((read += to - from), slice(from, to));
  for await (const chunk of table.chunks(table.names.map((name) => name === "small")))
    expect(chunk.columns.map((column) => column !== null)).toEqual(
      table.names.map((name) => name === "small"),
    );
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(source.size / 5);
});

it("names columns apart that are called the same", async () => {
  const table = tableFromArrays([
    ["a", [1, 2]],
    ["a", ["x", "y"]],
  ] as never);
  const read = await readAll("t.arrow", new Uint8Array(tableToIPC(table, { format: "file" }) ?? []));
  expect(read.columns).toEqual({ a: [1, 2], "a (2)": ["x", "y"] });
});

it("reads an LZ4 block that copies what it is still writing", () => {
  // Magic, version 1 with independent blocks, block size, header check; one block: "ab", then 6 bytes from 2 before, then "c".
  const block = [0x22, 0x61, 0x62, 2, 0, 0x10, 0x63];
  const frame = Uint8Array.of(
    4,
    0x22,
    0x4d,
    0x18,
    0x60,
    0x40,
    0,
    block.length,
    0,
    0,
    0,
    ...block,
    0,
    0,
    0,
    0,
  );
  expect(new TextDecoder().decode(lz4Frames(frame))).toBe("ababababc");
  expect(() => lz4Frames(frame.slice(0, 20))).toThrow("damaged");
  frame[14] = 9;
  expect(() => lz4Frames(frame)).toThrow("damaged");
});
