/** JSON in lines and in documents: every shape that is a table, and what is said where it is none. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProblemError } from "#core/domain/errors.ts";
import { faultIn } from "#core/formats/tables/json-place.ts";
import { failureOf, readAll } from "./sources.ts";

const value = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const rows = fc.array(fc.record({ a: value, "b.c": value, é: value }), { minLength: 1, maxLength: 30 });
const same = (given: unknown): unknown => (Object.is(given, -0) ? 0 : given);

describe("NDJSON", () => {
  it("gives back what was written, however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom("\n", "\r\n", "\n\n"),
        fc.constantFrom(1, 3, 50, 1 << 16),
        fc.boolean(),
        async (given, end, part, packed) => {
          const text = given.map((row) => JSON.stringify(row)).join(end);
          const read = await readAll("t.ndjson", packed ? new Uint8Array(gzipSync(text)) : text, {}, part);
          expect(read.rows).toBe(given.length);
          for (const name of read.names)
            expect(read.columns[name]).toEqual(given.map((row) => same(row[name as keyof typeof row])));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("takes objects apart, and leaves lists out with a remark", async () => {
    const read = await readAll(
      "t.jsonl",
      '{"id":1,"user":{"age":3,"at":{"city":"Bern"}},"tags":[1,2]}\n{"id":2,"user":{"age":4}}\n',
    );
    expect(read.columns).toEqual({ id: [1, 2], "user.age": [3, 4], "user.at.city": ["Bern", null] });
    expect(read.remarks[0]).toMatch(/"tags" holds lists: it was left out/);
  });

  it("has no trouble with names that objects have by birth", async () => {
    const read = await readAll(
      "t.ndjson",
      '{"__proto__":1,"constructor":"a","x":{"__proto__":5}}\n{"toString":2}\n',
    );
    expect(read.names).toEqual(["__proto__", "constructor", "x.__proto__", "toString"]);
    expect(read.columns.constructor).toEqual(["a", null]);
    expect(read.columns["x.__proto__"]).toEqual([5, null]);
  });

  it("names columns that come late", async () => {
    const text = `${'{"a":1}\n'.repeat(3000)}{"a":2,"late":1}\n`;
    expect((await readAll("t.ndjson", text, {}, 100)).remarks).toEqual([
      '"late" is in none of the first 1000 rows: it was left out.',
    ]);
  });

  it.each([
    ['{"a":1}\n{"a":}\n', /line 2, column 6 is no valid JSON/],
    ['{"a":1}\n\n[1]\n', /line 3 is no object/],
    ['{"a":1}\n{"a":2', /line 2, column 7 is no valid JSON: it ends too early/],
  ])("says what is wrong with %j", async (text, message) => {
    for (const part of [1, 1000]) {
      const failure = await failureOf("t.ndjson", text, {}, part);
      expect(failure).toBeInstanceOf(ProblemError);
      expect(failure.message).toMatch(message);
    }
  });
});

describe("the place of a fault", () => {
  it("is where a text first cannot be the beginning of JSON", () => {
    const documents = fc.json().filter((text) => text.length > 1);
    fc.assert(
      fc.property(
        documents,
        fc.nat(),
        fc.constantFrom("}", "]", ",", ":", "x", '"', "{", "1", " "),
        (text, at, put) => {
          const place = at % (text.length + 1);
          const changed = text.slice(0, place) + put + text.slice(place);
          let valid = true;
          try {
            JSON.parse(changed);
          } catch {
            valid = false;
          }
          const found = faultIn(changed);
          // What was put in can only be found to be wrong at its token or later.
          if (!valid) expect(found).toBeLessThanOrEqual(changed.length);
          else expect(found).toBe(changed.length);
        },
      ),
      { numRuns: 2000 },
    );
    expect(faultIn('{"a":[1,2,]}')).toBe(10);
    expect(faultIn('{"a":1,}')).toBe(7);
    expect(faultIn("[1 2]")).toBe(3);
    expect(faultIn('{"a')).toBe(1);
    expect(faultIn('{"a": NaN}')).toBe(6);
  });
});

describe("a JSON document", () => {
  const columns = { a: [1, 2], b: ["x", null] };
  it.each([
    ["a list of objects", '[{"a":1,"b":"x"},{"a":2,"b":null}]'],
    ["indented", JSON.stringify([{ a: 1, b: "x" }, { a: 2 }], null, 2)],
    ["rows in an object", '{"count":2,"rows":[{"a":1,"b":"x"},{"a":2}]}'],
    ["lists by name", '{"a":[1,2],"b":["x",null]}'],
    ["lists under columns", '{"columns":{"a":[1,2],"b":["x",null]}}'],
    ["a data frame by row number", '{"a":{"0":1,"1":2},"b":{"0":"x","1":null}}'],
    ["a data frame split", '{"columns":["a","b"],"index":[0,1],"data":[[1,"x"],[2,null]]}'],
  ])("may be %s", async (_what, text) => {
    for (const name of ["t.json", "t.txt"]) {
      expect((await readAll(name, text)).columns).toEqual(columns);
      expect((await readAll(name, new Uint8Array(gzipSync(`\ufeff${text}`)), {}, 1)).columns).toEqual(
        columns,
      );
    }
  });

  it.each([
    ['[{"a":1},\n {"a" 2}]', /line 2, column 7 is no valid JSON/],
    ['{"a":[1,2],"b":[1]}', /column "b" has 1 values, the first 2/],
    ['[{"a":1},3]', /entry 2 of its list is no object/],
    ["[]", /its list is empty/],
    ['{"a":1,\n"b":2}', /neither a list of objects/],
    ["<html>", /web page/],
  ])("says what is wrong with %j", async (text, message) => {
    const failure = await failureOf(text.startsWith("<") ? "download" : "t.json", text);
    expect(failure).toBeInstanceOf(ProblemError);
    expect(failure.message).toMatch(message);
  });
});
