import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonField } from "#core/kernel/api.ts";
import { findRows, parsePredictionText } from "#core/formats/json-fast.ts";
import { twin } from "#core/twin/twin.ts";
import { kernel } from "./kernels.ts";
import {
  bothWays,
  documentDraw,
  documentFeatures,
  documentRules,
  documentText,
  hardNumbers,
  numberText,
  sameOutcome,
} from "../../bench/json-documents.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const numbers: JsonField[] = [{ name: "x", kind: "number" }];
const readNumber = (text: string): number | undefined => {
  const column = kernel.readJsonRows(bytes(`[{"x":${text}}]`), numbers)?.columns[0];
  return column?.kind === "number" ? column.values[0] : undefined;
};

describe("numbers", () => {
  it.each(hardNumbers)("%s is the nearest double, or left to JSON.parse", (text) => {
    const read = readNumber(text);
    if (text.replace(/\D/g, "").length < 19) expect(read).toBeDefined();
    if (read !== undefined) expect(read).toBe(JSON.parse(text));
  });
  it("any double is read back from its shortest digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(readNumber(Object.is(x, -0) ? "-0" : String(x))).toBe(x);
      }),
      { numRuns: 5000 },
    );
  });
  it("50,000 hard ones are as JSON.parse reads them", () => {
    const draw = documentDraw(11);
    for (let i = 0; i < 50_000; i++) {
      const text = numberText(draw);
      const read = readNumber(text);
      if (text !== "null" && read !== undefined && !Object.is(read, JSON.parse(text)))
        expect.fail(`${text} is read as ${read}`);
    }
  });
  it.each(["01", "+1", ".5", "1.", "-", "1e", "1e+", "NaN", "Infinity", "0x1", "", "1 ", "nul", "-a"])(
    "%s is no number",
    (text) => expect(readNumber(text)).toBeUndefined(),
  );
});

describe("bodies", () => {
  it("20,000 of any shape are as JSON.parse and the slow way read them, or not taken", () => {
    const draw = documentDraw(12);
    let taken = 0;
    for (let i = 0; i < 20_000; i++) {
      const body = documentText(draw);
      const { quick, slow } = bothWays(kernel, body);
      if (quick === null) continue;
      taken++;
      if (!sameOutcome(quick, slow)) expect.fail(new TextDecoder().decode(body));
    }
    expect(taken).toBeGreaterThan(5000);
  });
  it("any bytes at all are never taken for what they are not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.json(), (rough, json) => {
        for (const text of [rough, bytes(json), bytes(`[${json}]`), bytes(`[{"x":${json}}]`)]) {
          const read = kernel.readJsonRows(text, numbers);
          if (read !== null) expect(read).toEqual(twin.readJsonRows(text, numbers));
        }
      }),
    );
  });
  it("of one shape are taken, whatever their length and wherever they lie", () => {
    const fields: JsonField[] = [
      { name: "x", kind: "number" },
      { name: "on", kind: "flag" },
      { name: "plan", kind: "category" },
      { name: "id", kind: "text" },
      { name: "rest", kind: "nothing" },
    ];
    const draw = documentDraw(13);
    for (let rows = 1; rows < 300; rows++) {
      const listed = Array.from({ length: rows }, (_, row) => ({
        x: draw() < 0.1 ? null : draw(),
        on: draw() < 0.1 ? null : draw() < 0.5,
        plan: draw() < 0.1 ? null : `plan ${Math.floor(draw() * rows)}`,
        id: `id "${row}" é`,
        rest: draw() < 0.5 ? "é" : 1,
      }));
      const text = bytes(" ".repeat(rows % 9) + JSON.stringify(listed)).subarray(rows % 9);
      const read = kernel.readJsonRows(text, fields);
      expect(read).not.toBeNull();
      expect(read).toEqual(twin.readJsonRows(text, fields));
    }
    expect(kernel.readJsonRows(bytes("[]"), fields)).toBeNull();
    expect(kernel.readJsonRows(new Uint8Array(0), fields)).toBeNull();
  });
  it("what Python's json.dumps writes is taken, with the texts before or behind", () => {
    const row = '{"timestamp": "2026-01-01T00:00:00Z", "x": 1.5, "gr\\u00f6\\u00dfe": "\\u00e9"}';
    const plain = '{"timestamp": "2026-01-01T00:00:00Z", "x": 1.5, "plan": "\\u00e9"}';
    for (const body of [
      `{"batch_id": "b", "rows": [${plain}, ${plain}]}`,
      `{"rows": [${plain}, ${plain}], "batch_id": "b", "version": "v"}\n`,
    ]) {
      const { quick, slow } = bothWays(kernel, bytes(body));
      expect(quick).not.toBeNull();
      expect(quick).toEqual(slow);
    }
    expect(bothWays(kernel, bytes(`{"rows": [${row}]}`)).quick).toBeNull();
  });
  it.each([
    '{"rows":[]}',
    '{"rows":[{}]}',
    '{"rows":[{"timestamp":1767225600000}],"rows":[]}',
    '{"rows":[{"timestamp":1767225600000,"timestamp":1767225600000}]}',
    '{"rows":[{"timestamp":1767225600000,"__proto__":1}]}',
    '{"rows":[{"timestamp":null}]}',
    '{"rows":[{"timestamp":9967225600000}]}',
    '{"rows":[{"timestamp":1}]}',
    '{"rows":[{"timestamp":1767225600000,"x":"1"}]}',
    '{"rows":[{"timestamp":1767225600000,"x":true}]}',
    '{"rows":[{"timestamp":1767225600000},{"timestamp":1767225600000,"x":1}]}',
  ])("%s is left to JSON.parse", (text) => {
    expect(bothWays(kernel, bytes(text)).quick).toBeNull();
  });
  it("the twin takes the same rows and more", () => {
    const frame = findRows(bytes('{"rows":[{"timestamp":1767225600000,"x":1,"plan":12}]}'));
    if (frame === null) throw new Error("no rows found");
    expect(parsePredictionText(kernel, documentFeatures, frame.rows, documentRules)).toEqual(
      parsePredictionText(twin, documentFeatures, frame.rows, documentRules),
    );
  });
});
