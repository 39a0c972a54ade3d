/** CSV: what it may look like, what cannot be read and where, and the same columns however the bytes arrive. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProblemError } from "#core/domain/errors.ts";
import { failureOf, readAll, utf8 } from "./sources.ts";

/** A writer that quotes where it must, and where it is told to. */
function written(rows: string[][], delimiter: string, lineEnd: string, always: boolean): string {
  const must = /["\r\n,;|\t]|^\s|\s$/;
  const field = (text: string): string =>
    always || must.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(field).join(delimiter) + lineEnd).join("");
}

const cell = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ",", ";", "\n", "a", " ", "é", "\u{1f6b2}"), maxLength: 6 }),
  fc.double({ noNaN: true }).map(String),
);
const cells = cell.map((text) => text.replace(/\r\n?/g, "\n"));
const tables = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc.array(fc.array(cells, { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  );

describe("CSV", () => {
  it("gives back what was written, for any content, delimiter, line end and chunking of the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1, 2, 3, 7, 64, 1 << 16),
        async (rows, delimiter, lineEnd, always, packed, part) => {
          const header = rows[0].map((_, column) => `name ${column}`);
          const text = written([header, ...rows], delimiter, lineEnd, always);
          const bytes = packed ? new Uint8Array(gzipSync(text)) : utf8(text);
          const read = await readAll("t.csv", bytes, { delimiter, decimal: "." }, part);
          expect(read.rows).toBe(rows.length);
          expect(read.names).toEqual(header);
          header.forEach((name, column) =>
            expect(read.columns[name]).toEqual(rows.map((row) => row[column])),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reads records across the pieces it parses", async () => {
    const long = "x".repeat(300_000);
    const rows = Array.from({ length: 40_000 }, (_, row) => [
      String(row),
      row % 9000 === 0 ? `${long}\n"${row}` : `v ${row}`,
    ]);
    const text = written([["id", "text"], ...rows], ",", "\r\n", false);
    const read = await readAll("t.csv", text, {}, 100_003);
    expect(read.rows).toBe(40_000);
    expect(read.columns.id).toEqual(rows.map(([id]) => id));
    expect(read.columns.text).toEqual(rows.map(([, value]) => value));
  });

  it.each([
    [",", "a,b\n1,x\n"],
    [";", "a;b\n1,5;x\n2,5;y\n"],
    ["tab", "a\tb\n1\tx,y\n"],
    ["|", "a|b\n1|x\n"],
    ["one column", "a\n1\n2\n"],
  ])("finds the delimiter: %s", async (name, text) => {
    expect((await readAll("t.csv", text)).names).toEqual(name === "one column" ? ["a"] : ["a", "b"]);
  });

  it("takes commas for decimal points only where another delimiter shows it", async () => {
    const read = await readAll("t.csv", "a;b\n1,5;x\n-2,25;y\n3;1,2,3\n");
    expect(read.columns).toEqual({ a: ["1.5", "-2.25", "3"], b: ["x", "y", "1,2,3"] });
    expect(read.remarks).toEqual(["Commas in the numbers of t.csv were read as decimal points."]);
    expect((await readAll("t.csv", "a;b\n1.5;1,5\n2.5;x\n")).columns.b).toEqual(["1,5", "x"]);
    expect((await readAll("t.csv", "a;b\n1,5;x\n", { decimal: "." })).columns.a).toEqual(["1,5"]);
    expect((await readAll("t.csv", 'a,b\n"1,5",x\n', { decimal: "," })).columns.a).toEqual(["1.5"]);
  });

  it("knows a file without a header", async () => {
    const read = await readAll("iris.data", "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n");
    expect(read.names).toEqual(["column 1", "column 2", "column 3"]);
    expect(read.rows).toBe(2);
    expect(read.remarks[0]).toContain("holds values, no names");
    expect((await readAll("t.csv", "1,2\n3,4\n", { header: false })).columns["column 2"]).toEqual(["2", "4"]);
    expect((await readAll("t.csv", "1.5,2\n3,4\n", { header: true })).names).toEqual(["1.5", "2"]);
    for (const header of ["country,2019,2020", "id,0.25,0.5", "0,1,2,target", "a b,c-d", "when,x"])
      expect(
        (
          await readAll(
            "t.csv",
            `${header}\n${header
              .split(",")
              .map((_, i) => i)
              .join(",")}\n`,
          )
        ).names,
      ).toEqual(header.split(","));
  });

  it("numbers names that are empty or stand twice, and says so", async () => {
    const read = await readAll("t.csv", "a,,a, a \n1,2,3,4\n");
    expect(read.names).toEqual(["a", "column 2", "a (2)", "a (3)"]);
    expect(read.remarks).toHaveLength(2);
  });

  it.each([
    ["UTF-8 with its mark", "utf8", "\ufeff"],
    ["UTF-16 LE with its mark", "utf16le", "\ufeff"],
    ["UTF-16 LE without", "utf16le", ""],
    ["UTF-16 BE with its mark", "utf16be", "\ufeff"],
    ["Windows-1252", "latin1", ""],
  ])("reads %s, byte by byte too", async (what, encoding, mark) => {
    const text = `${mark}name,city\nZoë,Köln\nAnn,Bern\n`;
    let bytes = Buffer.from(text, encoding === "utf16be" ? "utf16le" : (encoding as BufferEncoding));
    if (encoding === "utf16be") bytes = bytes.swap16();
    for (const part of [1, 5, 1000]) {
      const read = await readAll("t.csv", new Uint8Array(bytes), {}, part);
      expect(read.columns).toEqual({ name: ["Zoë", "Ann"], city: ["Köln", "Bern"] });
      expect(read.remarks).toEqual(
        what === "Windows-1252" ? ["t.csv is no UTF-8: it was read as Windows-1252."] : [],
      );
    }
  });

  it("reads the letters that Windows-1252 has between its two halves", async () => {
    const bytes = new Uint8Array([...utf8("a\n"), 0x80, 0x20, 0x93, 0x78, 0x94, 0x0a]);
    expect((await readAll("t.csv", bytes)).columns.a).toEqual(["€ “x”"]);
    expect((await readAll("t.csv", bytes, { encoding: "windows-1252" })).columns.a).toEqual(["€ “x”"]);
  });

  it("shows single bytes that break off UTF-8, and keeps the rest", async () => {
    const bytes = new Uint8Array([...utf8("a,b\né,1\nx"), 0xff, ...utf8(",2\nü,3\n")]);
    for (const part of [1, 9, 1000]) {
      const read = await readAll("t.csv", bytes, {}, part);
      expect(read.columns.a).toEqual(["é", "x\ufffd", "ü"]);
      expect(read.remarks[0]).toBe("1 lines of t.csv hold bytes that are no UTF-8: they are shown as “�”.");
    }
  });

  it("fills short rows, leaves out blank lines and ignores a delimiter at the end", async () => {
    const read = await readAll("t.csv", "\n\na,b,c\n1,2,3\n\n4\n5,6,7,\n   \n");
    expect(read.columns).toEqual({ a: ["1", "4", "5"], b: ["2", "", "6"], c: ["3", "", "7"] });
    expect(read.remarks).toEqual([
      "1 lines of t.csv have fewer fields than the header: the rest is missing.",
    ]);
  });

  it("keeps empty values of a single column", async () => {
    expect((await readAll("t.csv", "a\n1\n\n3\n")).columns.a).toEqual(["1", "", "3"]);
  });

  it.each([
    ["a field too many", 'a,b\n"x\ny",1\n2,3,4\n', /line 4 has 3 fields, the header 2; field 3 is “4”/],
    ["an unclosed quote", 'a,b\n1,2\n3,"x\n5,6\n', /the quote in line 3, column 3 is never closed/],
    [
      "text behind a quoted value",
      'a,b\n1,2\n3,"x"y\n5,6\n',
      /line 3, column 3 on stands something else than a delimiter/,
    ],
    ["nothing", "", /it is empty/],
    ["nothing but line ends", "\n\r\n\n", /it is empty/],
    ["a spreadsheet", "PK\u0003\u0004", /ZIP or Excel/],
    ["bytes that are no text", "\u0000\u0001\u0002", /neither text nor/],
  ])("says what is wrong and where: %s", async (_what, text, message) => {
    for (const part of [1, 4, 1000]) {
      const failure = await failureOf("t.csv", text, {}, part);
      expect(failure).toBeInstanceOf(ProblemError);
      expect(failure.message).toMatch(message);
    }
  });

  it("gives up on a quote that swallows the file, naming its place", async () => {
    const text = `a,b\n1,2\n${"3,4\n".repeat(1000)}5,"${"x\n".repeat(9_000_000)}`;
    const failure = await failureOf("t.csv", text, {}, 1 << 18);
    expect(failure.message).toMatch(/the quote in line 1003, column 3 is never closed/);
  });

  it("reads one member of gzip after the other, and says when one is cut off", async () => {
    const parts = [gzipSync("a,b\n1,2\n"), gzipSync("3,4\n"), gzipSync("5,6\n")];
    const whole = new Uint8Array(Buffer.concat(parts));
    for (const part of [1, 11, 1000])
      expect((await readAll("t.csv.gz", whole, {}, part)).columns).toEqual({
        a: ["1", "3", "5"],
        b: ["2", "4", "6"],
      });
    for (const length of [whole.length - 1, whole.length - 9, parts[0].length + 3, 12])
      expect((await failureOf("t.csv.gz", whole.slice(0, length), {}, 7)).message).toMatch(
        /cut off or damaged/,
      );
    const damaged = whole.slice();
    damaged[14] ^= 0x55;
    expect((await failureOf("t.csv.gz", damaged)).message).toMatch(/cut off or damaged/);
  });

  it("does not blame the file for who stops the reading", async () => {
    const stop = new Error("stopped");
    const failure = await failureOf("t.csv.gz", new Uint8Array(gzipSync("a\n1\n")), {
      progress: () => {
        throw stop;
      },
    });
    expect(failure).toBe(stop);
  });
});
