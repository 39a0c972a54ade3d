/** JSON rows, parsed in the module's memory; of strings, only distinct categories and the texts asked for come out. */
import type { Arena } from "./arena.ts";
import { type JsonColumn, type JsonField, jsonKinds, type Kernel } from "./api.ts";
import { powersOfTen } from "./powers-of-ten.ts";

const fieldInts = 8;

export function json({
  call,
  within,
  reserve,
  room,
  putBytes,
  putInts,
  putText,
  take,
  takeBytes,
  takeInt,
  takeInts,
}: Arena): Pick<Kernel, "readJsonRows"> {
  const jsonRows = call("jsonRows");

  function readRows(text: Uint8Array, fields: readonly JsonField[]): ReturnType<Kernel["readJsonRows"]> {
    const keys = fields.map(({ name }) => new TextEncoder().encode(`${JSON.stringify(name)}:`));
    // The shortest row: braces, commas, its keys, and a digit for each.
    const leastBytes = keys.reduce((sum, { length }) => sum + length + 2, 2);
    const most = Math.floor(text.length / leastBytes);
    // A key without a name is shorter than the kernel compares.
    if (most === 0 || fields.length === 0 || fields.some(({ name }) => name === "")) return null;
    const at = putText(text);
    const slots = 1 << (33 - Math.clz32(most));
    const records = new Int32Array(fields.length * fieldInts);
    fields.forEach(({ kind }, index) => {
      const category = kind === "category";
      records.set(
        [
          ...[putBytes(keys[index]), keys[index].length, jsonKinds.indexOf(kind)],
          kind === "nothing" ? 0 : reserve(8 * most),
          ...(category ? [room(slots / 2), slots - 1, reserve(8 * most)] : []),
        ],
        index * fieldInts,
      );
    });
    const listed = putInts(records);
    const pool = reserve(text.length);
    const powers = putBytes(powersOfTen());
    const rows = jsonRows(at, at + text.length, listed, fields.length, most, powers, pool);
    if (rows < 0) return null;
    const numbersAt = (index: number): Float64Array => take(records[index * fieldInts + 3], rows);
    const columns = fields.map(({ kind }, index): JsonColumn => {
      if (kind === "nothing") return { kind };
      if (kind === "number" || kind === "flag") return { kind, values: numbersAt(index) };
      const record = index * fieldInts;
      if (kind === "text") return { kind, texts: readTokens(takeInts(records[record + 3], 2 * rows), pool) };
      const found = takeInt(listed + 4 * (record + 7));
      const distinct = readTokens(takeInts(records[record + 6], 2 * found), pool);
      return { kind, codes: numbersAt(index), distinct };
    });
    return { rows, columns };
  }

  /** Tokens decoded at once, from where the first begins to where the last ends, and cut where all is ASCII. */
  function readTokens(spans: Int32Array, pool: number): unknown[] {
    if (spans.length === 0) return [];
    const from = spans[0];
    const bytes = takeBytes(pool + from, spans[spans.length - 2] + spans[spans.length - 1] - from);
    const decoder = new TextDecoder();
    const text = decoder.decode(bytes);
    const plain = text.length === bytes.length && !text.includes("\\");
    return Array.from({ length: spans.length / 2 }, (_, index): unknown => {
      const [start, end] = [spans[2 * index] - from, spans[2 * index] - from + spans[2 * index + 1]];
      if (!plain) return JSON.parse(decoder.decode(bytes.subarray(start, end)));
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
