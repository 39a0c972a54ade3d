/** Files that were cut, changed or mixed up: a reader ends with values or with a problem that says so, and soon. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProblemError } from "#core/domain/errors.ts";
import { readAll, utf8 } from "./sources.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const table = tableFromArrays({ a: [1, 2, 3.5], b: ["x", null, "z"], c: [true, false, true] });
const arrow = (format: "file" | "stream"): Bytes => new Uint8Array(tableToIPC(table, { format }) ?? []);
const fixture = (name: string): Bytes =>
  new Uint8Array(readFileSync(new URL(`files/${name}`, import.meta.url)));

const files: Record<string, Bytes> = {
  "t.csv": utf8('a,b,c\n1,"x, ""y""",true\n2,,false\n3.5,"two\nlines",true\n'),
  "t.ndjson": utf8('{"a":1,"b":"x"}\n{"a":2,"b":{"c":[1]}}\n'),
  "t.json": utf8('{"columns":{"a":[1,2],"b":["x",null]}}'),
  "t.arrow": arrow("file"),
  "t.arrows": arrow("stream"),
  "lz4.feather": fixture("lz4.feather"),
  "snappy.parquet": fixture("snappy.parquet"),
  "zstd.parquet": fixture("zstd.parquet"),
};

async function endsWell(name: string, bytes: Bytes): Promise<void> {
  const began = performance.now();
  try {
    await readAll(name, bytes, {}, 100);
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    expect(cause.code).toBe("file_unreadable");
    expect(cause.message.length).toBeLessThan(400);
  }
  expect(performance.now() - began).toBeLessThan(5000);
}

describe.each(Object.keys(files))("%s", (name) => {
  const whole = files[name];
  it("ends well wherever it is cut", async () => {
    const step = Math.max(1, Math.floor(whole.length / 80));
    for (let length = 0; length < whole.length; length += step) {
      await endsWell(name, whole.slice(0, length));
      if (length % 7 === 0) await endsWell(`${name}.gz`, new Uint8Array(gzipSync(whole)).slice(0, length));
    }
  });

  // Not Parquet: its decoders may run on for minutes in changed data (docs/formats.md, limits).
  if (/parquet$/.test(name)) return;
  it("ends well whatever bytes are changed", async () => {
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const changed = whole.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        await endsWell(name, changed);
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

it("any bytes under any name end well", async () => {
  const names = fc.constantFrom(...Object.keys(files), "unknown", "t.csv.gz");
  await fc.assert(
    fc.asyncProperty(names, fc.uint8Array({ maxLength: 300 }), async (name, bytes) =>
      endsWell(name, new Uint8Array(bytes)),
    ),
    { numRuns: 500, seed: 5 },
  );
});
