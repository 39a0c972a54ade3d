/** JSON rows, parsed in the module's memory; of strings, only distinct categories and the texts asked for come out. */
import type { Arena } from "./arena.ts";
import { type JsonColumn, type JsonField, jsonKinds, type Kernel } from "./api.ts";
import { utf8 } from "../domain/utf8.ts";
import { powersOfTen } from "./powers-of-ten.ts";

const fieldInts = 8;
const nothing = new Float64Array(0);
const encoder = new TextEncoder();

function textOf(bytes: Uint8Array): string {
  const text = utf8(bytes);
  if (text === null) throw new SyntaxError("a token is not UTF-8");
  return text;
}

/** The texts of all keys as they stand in a row, behind one another; where each begins, and the last one ends. */
function keysOf(fields: readonly JsonField[]): { bytes: Uint8Array; starts: number[] } {
  const texts = fields.map(({ name }) => `${JSON.stringify(name)}:`);
  const bytes = encoder.encode(texts.join(""));
  const isAscii = bytes.length === texts.reduce((sum, { length }) => sum + length, 0);
  const starts = [0];
  for (const text of texts)
    starts.push(starts[starts.length - 1] + (isAscii ? text.length : encoder.encode(text).length));
  return { bytes, starts };
}

export function json({
  call,
  within,
  reserve,
  room,
  putBytes,
  putInts,
  putText,
  takeBytes,
  takeColumns,
  takeInt,
  takeInts,
}: Arena): Pick<Kernel, "readJsonRows"> {
  const jsonRows = call("jsonRows");

  function readRows(text: Uint8Array, fields: readonly JsonField[]): ReturnType<Kernel["readJsonRows"]> {
    const keys = keysOf(fields);
    // The shortest row: braces, commas, its keys, and a digit for each.
    const leastBytes = keys.bytes.length + 2 * fields.length + 2;
    const most = Math.floor(text.length / leastBytes);
    // A key without a name is shorter than the kernel compares.
    if (most === 0 || fields.length === 0 || fields.some(({ name }) => name === "")) return null;
    const at = putText(text);
    const keysAt = putBytes(keys.bytes);
    const slots = 1 << (33 - Math.clz32(most));
    const records = new Int32Array(fields.length * fieldInts);
    fields.forEach(({ kind }, index) => {
      const record = index * fieldInts;
      records[record] = keysAt + keys.starts[index];
      records[record + 1] = keys.starts[index + 1] - keys.starts[index];
      records[record + 2] = jsonKinds.indexOf(kind);
      records[record + 3] = kind === "nothing" ? 0 : reserve(8 * most);
      if (kind === "category") records.set([room(slots / 2), slots - 1, reserve(8 * most)], record + 4);
    });
    const listed = putInts(records);
    const pool = reserve(text.length);
    const powers = putBytes(powersOfTen());
    const rows = jsonRows(at, at + text.length, listed, fields.length, most, powers, pool);
    if (rows < 0) return null;
    const hasNumbers = fields.map(({ kind }) => kind !== "nothing" && kind !== "text");
    const places = hasNumbers.flatMap((has, index) => (has ? [records[index * fieldInts + 3]] : []));
    const numbers = takeColumns(places, rows).values();
    const columns = fields.map(({ kind }, index): JsonColumn => {
      const record = index * fieldInts;
      if (kind === "nothing") return { kind };
      if (kind === "text") return { kind, texts: readTokens(takeInts(records[record + 3], 2 * rows), pool) };
      const values = numbers.next().value ?? nothing;
      if (kind !== "category") return { kind, values };
      const found = takeInt(listed + 4 * (record + 7));
      const distinct = readTokens(takeInts(records[record + 6], 2 * found), pool);
      return { kind, codes: values, distinct };
    });
    return { rows, columns };
  }

  /** Tokens decoded at once, from where the first begins to where the last ends, and cut where all is ASCII. */
  function readTokens(spans: Int32Array, pool: number): unknown[] {
    if (spans.length === 0) return [];
    const from = spans[0];
    const bytes = takeBytes(pool + from, spans[spans.length - 2] + spans[spans.length - 1] - from);
    const text = textOf(bytes);
    const plain = text.length === bytes.length && !text.includes("\\");
    return Array.from({ length: spans.length / 2 }, (_, index): unknown => {
      const [start, end] = [spans[2 * index] - from, spans[2 * index] - from + spans[2 * index + 1]];
      if (!plain) return JSON.parse(textOf(bytes.subarray(start, end)));
      if (bytes[start] === 0x22) return text.slice(start + 1, end - 1);
      return JSON.parse(text.slice(start, end));
    });
  }

  return {
    readJsonRows: (text, fields) =>
      within(() => {
        try {
          return readRows(text, fields);
        } catch (error) {
          // A token that is no JSON: the whole text is not.
          if (error instanceof SyntaxError) return null;
          throw error;
        }
      }),
  };
}
