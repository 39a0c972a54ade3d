/** A column as it was read, turned into what its type wants; what does not fit becomes missing, and is counted. */
import type { Column } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { parseNumber, parseTime } from "../formats/tables/cell-text.ts";
import type { RawColumn } from "../formats/tables/column-builder.ts";

export interface Fitted<T> {
  value: T;
  /** Values that did not fit, and one of them. */
  misfits: { count: number; example: string };
}

type Misfits = Fitted<never>["misfits"];

export function asNumeric(raw: RawColumn): Fitted<Column> {
  const { values, misfits } = numbersOf(raw, parseNumber);
  return { value: { kind: "numeric", values }, misfits };
}

/** Seconds since 1970 stay below this until 2103; milliseconds passed it in February 1970. */
export const leastMs = 4.2e9;

/** Epoch milliseconds; seconds are found by their size. */
export function asTimes(raw: RawColumn): Fitted<Float64Array> {
  const { values, misfits } = numbersOf(raw, (text) => {
    const number = parseNumber(text);
    return Number.isNaN(number) ? parseTime(text) : number;
  });
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  const inSeconds = largest > 0 && largest < leastMs && raw.kind === "numbers";
  return { value: inSeconds ? values.map((value) => value * 1000) : values, misfits };
}

function numbersOf(
  raw: RawColumn,
  parse: (text: string) => number,
): { values: Float64Array; misfits: Misfits } {
  if (raw.kind === "numbers" || raw.kind === "times") return { values: raw.values, misfits: raw.misfits };
  if (raw.kind === "dropped")
    return {
      values: new Float64Array(raw.rows).fill(NaN),
      misfits: { count: raw.rows - raw.missing, example: raw.example },
    };
  const known = Float64Array.from(raw.dictionary, parse);
  const misfits = { count: 0, example: "" };
  for (const code of raw.codes)
    if (code >= 0 && Number.isNaN(known[code])) {
      misfits.count++;
      misfits.example ||= raw.dictionary[code];
    }
  return { values: lookedUp(raw.codes, known), misfits };
}

/** The value of each code, NaN for −1. A plain loop: `from` with a callback takes several times as long. */
export function lookedUp(codes: Int32Array, values: Float64Array): Float64Array {
  const found = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) found[row] = codes[row] < 0 ? NaN : values[codes[row]];
  return found;
}

/** Texts as they are; numbers as they are written shortest. */
export function asCategorical(raw: RawColumn): Fitted<Column> {
  if (raw.kind === "codes") return shortened(raw.codes, raw.dictionary);
  if (raw.kind === "dropped")
    return {
      value: { kind: "categorical", codes: new Int32Array(raw.rows).fill(-1), dictionary: [] },
      misfits: { count: raw.rows - raw.missing, example: raw.example },
    };
  const codeOf = new Map<number, number>();
  const dictionary: string[] = [];
  const codes = Int32Array.from(raw.values, (value) => {
    if (Number.isNaN(value)) return -1;
    let code = codeOf.get(value);
    if (code === undefined) {
      code = dictionary.length;
      codeOf.set(value, code);
      dictionary.push(raw.kind === "times" ? new Date(value).toISOString() : String(value + 0));
    }
    return code;
  });
  return { value: { kind: "categorical", codes, dictionary }, misfits: raw.misfits };
}

/** A category that no profile can hold is cut; two that then are one stay one. */
function shortened(codes: Int32Array, dictionary: string[]): Fitted<Column> {
  const none = { count: 0, example: "" };
  if (dictionary.every((text) => text.length <= limits.categoryLength))
    return { value: { kind: "categorical", codes, dictionary }, misfits: none };
  const cut = dictionary.map((text) => text.slice(0, limits.categoryLength));
  const unique = [...new Set(cut)];
  const places = new Map(unique.map((text, place) => [text, place]));
  const moved = Int32Array.from(cut, (text) => places.get(text) ?? -1);
  return {
    value: {
      kind: "categorical",
      codes: codes.map((code) => (code < 0 ? -1 : moved[code])),
      dictionary: unique,
    },
    misfits: none,
  };
}

/** 1 and 0 for the usual words for true and false, −1 for any other. */
export const flagOfText = (text: string): number =>
  /^(true|t|yes|y|1|1\.0)$/i.test(text) ? 1 : /^(false|f|no|n|0|0\.0)$/i.test(text) ? 0 : -1;

export function asBoolean(raw: RawColumn): Fitted<Column> {
  const misfits = { count: 0, example: "" };
  const texts = asCategorical(raw).value as Extract<Column, { kind: "categorical" }>;
  const flags = Int32Array.from(texts.dictionary, flagOfText);
  const codes = texts.codes.map((code) => {
    if (code < 0) return -1;
    if (flags[code] < 0) {
      misfits.count++;
      misfits.example ||= texts.dictionary[code];
    }
    return flags[code];
  });
  return { value: { kind: "categorical", codes, dictionary: ["false", "true"] }, misfits };
}
