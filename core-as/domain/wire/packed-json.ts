/**
 * JSON whose long lists of numbers lie beside it as they are in memory: they are most of a reference, and reading their digits is
 * most of what reading one takes. A reference of fractions takes two thirds of the bytes so, and is read in half the time.
 */
import { ByteReader, ByteWriter } from "./bytes.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Shorter lists are as soon read where they are. */
const leastLength = 8;
/** Begins the text that stands for a list, before its length. */
const mark = "\0";

/**
 * @param text JSON
 * @returns null where it would not come back letter by letter
 */
export function writePackedJson(text: string): Uint8Array<ArrayBuffer> | null {
  // As JSON writes the mark.
  if (text.includes("\\u0000")) return null;
  const lists: number[][] = [];
  const rest = JSON.stringify(apart(JSON.parse(text) as Json, lists));
  const writer = new ByteWriter("packedJson", rest.length);
  writer.text(rest);
  const numbers = Float64Array.from(lists.flat());
  writer.varint(numbers.length);
  writer.raw(new Uint8Array(numbers.buffer));
  const bytes = writer.finish();
  return JSON.stringify(readPackedJson(bytes)) === text ? bytes : null;
}

export function readPackedJson(bytes: Uint8Array): unknown {
  const reader = new ByteReader(bytes, "packedJson");
  const rest = JSON.parse(reader.text()) as Json;
  // Copied to where numbers may begin.
  const numbers = new Float64Array(reader.raw(8 * reader.count(8)).slice().buffer);
  reader.end();
  let from = 0;
  const whole = together(rest, (length) => {
    if (from + length > numbers.length) throw reader.refuse("has fewer numbers than it says");
    const list = new Array<number>(length);
    for (let i = 0; i < length; i++) list[i] = numbers[from + i];
    from += length;
    return list;
  });
  if (from < numbers.length) throw reader.refuse("has more numbers than it says");
  return whole;
}

/** Whether stored bytes are packed, and not the text itself. */
export const isPackedJson = (bytes: Uint8Array): boolean => bytes[0] === 0x4d;

/** The same with a mark for every list of numbers that has fractions: whole ones are mostly of one digit. */
function apart(value: Json, lists: number[][]): Json {
  if (Array.isArray(value)) {
    if (isLong(value)) {
      lists.push(value);
      return `${mark}${value.length}`;
    }
    return value.map((one) => apart(one, lists));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, apart(one, lists)]));
}

const isLong = (values: Json[]): values is number[] =>
  values.length >= leastLength &&
  values.every((value) => typeof value === "number") &&
  values.some((value) => !Number.isInteger(value));

/** Puts the lists back, in place and in the order in which they were taken. */
function together(value: Json, next: (length: number) => number[]): Json {
  if (typeof value === "string") return value.startsWith(mark) ? next(Number(value.slice(1))) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (isOther(value[i])) value[i] = together(value[i], next);
    return value;
  }
  for (const key of Object.keys(value)) if (isOther(value[key])) value[key] = together(value[key], next);
  return value;
}

/** Numbers stay as they are. */
const isOther = (value: Json): boolean => typeof value === "object" || typeof value === "string";
