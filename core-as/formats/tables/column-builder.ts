/**
 * One column while it is read: as numbers where it is one, as codes into its distinct values where they are few, so that
 * memory goes with rows and not with text. Up to 20,000 distinct texts everything is remembered and decided at the end; past
 * that a column of numbers or of times becomes numbers at once, and other text stays text while it has up to 100,000 values.
 */
import { hasLeadingZero, isMissing, parseNumber, parseTime } from "./cell-text.ts";

export type RawColumn = { name: string; rows: number; missing: number } &
  /** Numbers; NaN is missing. `misfits`: how many texts were none, and one of them. */
  (
    | { kind: "numbers"; values: Float64Array; misfits: { count: number; example: string } }
    /** Epoch milliseconds; NaN is missing. */
    | { kind: "times"; values: Float64Array; misfits: { count: number; example: string } }
    /** Codes into texts; −1 is missing. */
    | { kind: "codes"; codes: Int32Array; dictionary: string[] }
    /** Text of so many values that only their number was kept. */
    | { kind: "dropped"; distinct: number; example: string }
  );

const rememberedTexts = 20_000;
const mostTexts = 100_000;
const blockRows = 65_536;

export interface ColumnBuilder {
  add(values: ArrayLike<unknown> | null, rows: number): void;
  finish(): RawColumn;
}

/** A part of a text keeps the whole text in memory; a copy does not. */
const detached = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

export function columnBuilder(name: string): ColumnBuilder {
  let kind: RawColumn["kind"] | "unknown" = "unknown";
  let [rows, missing] = [0, 0];
  // Whether the values came as numbers, not as text that was found to be numbers.
  let native = false;
  const misfits = { count: 0, example: "" };
  const codesOf = new Map<string, number>();
  let dictionary: string[] = [];
  const blocks: (Float64Array | Int32Array)[] = [];
  let [block, filled]: [Float64Array | Int32Array, number] = [new Int32Array(0), 0];
  const ofNumbers = (): boolean => kind === "numbers" || kind === "times";

  function push(value: number): void {
    if (filled === block.length) {
      if (filled > 0) blocks.push(block);
      block = ofNumbers() ? new Float64Array(blockRows) : new Int32Array(blockRows);
      filled = 0;
    }
    block[filled++] = value;
  }

  /** What was coded so far as numbers. */
  function recode(to: "numbers" | "times"): void {
    const known = Float64Array.from(dictionary, to === "numbers" ? parseNumber : parseTime);
    dictionary.forEach((text, code) => {
      if (Number.isNaN(known[code])) misfits.example ||= text;
    });
    const old = filled > 0 ? [...blocks, block.subarray(0, filled)] : blocks.slice();
    blocks.length = 0;
    [kind, block, filled] = [to, new Float64Array(0), 0];
    for (const part of old)
      for (const code of part) {
        const value = code < 0 ? NaN : known[code];
        if (code >= 0 && Number.isNaN(value)) misfits.count++;
        push(value);
      }
    codesOf.clear();
    dictionary = [];
  }

  /** Numbers that came as numbers, and now a word: as texts, unless they are too many to remember. */
  function backToTexts(): boolean {
    native = false;
    const old = [...blocks, block.subarray(0, filled)];
    const texts = new Set<number>();
    for (const part of old)
      for (const value of part)
        if (!Number.isNaN(value) && texts.add(value).size > rememberedTexts) return false;
    blocks.length = 0;
    [kind, block, filled] = ["codes", new Int32Array(0), 0];
    for (const part of old)
      for (const value of part) {
        if (Number.isNaN(value)) push(-1);
        else addText(String(value + 0));
      }
    return true;
  }

  /** Too many distinct texts to remember: by what nearly all of them are. */
  function settle(): void {
    const share = (parse: (text: string) => number): number =>
      dictionary.reduce((count, text) => count + (Number.isNaN(parse(text)) ? 0 : 1), 0) / dictionary.length;
    if (share(parseNumber) > 0.95 && !dictionary.some(hasLeadingZero)) recode("numbers");
    else if (share(parseTime) > 0.95) recode("times");
  }

  function addText(text: string): void {
    if (kind === "unknown") kind = "codes";
    if (isMissing(text)) {
      addMissing();
      return;
    }
    if (kind === "codes") {
      let code = codesOf.get(text);
      if (code === undefined) {
        if (dictionary.length === rememberedTexts) settle();
        if (kind !== "codes") return addText(text);
        code = dictionary.length;
        if (code === mostTexts) {
          kind = "dropped";
          misfits.example = dictionary[0];
          blocks.length = 0;
          [block, filled] = [new Int32Array(0), 0];
          return;
        }
        const kept = detached(text);
        codesOf.set(kept, code);
        dictionary.push(kept);
      }
      push(code);
      return;
    }
    if (kind === "dropped") return;
    const value = kind === "numbers" ? parseNumber(text) : parseTime(text);
    if (Number.isNaN(value)) {
      if (native && kind === "numbers" && backToTexts()) return addText(text);
      misfits.count++;
      misfits.example ||= text;
    }
    push(value);
  }

  function addNumber(value: number): void {
    if (kind === "unknown") {
      [kind, native] = ["numbers", true];
      const before = filled > 0 ? [...blocks, block.subarray(0, filled)] : blocks.slice();
      blocks.length = 0;
      [block, filled] = [new Float64Array(0), 0];
      // So far nothing but missing values.
      for (const part of before) for (let i = 0; i < part.length; i++) push(NaN);
    }
    if (kind !== "numbers") return addText(String(value));
    if (Number.isNaN(value)) missing++;
    push(value);
  }

  /** Past 2^53 whole numbers are ids more often than quantities: they stay text, unless the column is numbers already. */
  function addWhole(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number) || kind === "numbers") addNumber(number);
    else addText(String(value));
  }

  function addTime(ms: number): void {
    if (kind === "unknown") {
      addNumber(NaN);
      missing--;
      filled--;
      kind = "times";
    }
    if (kind !== "times") return addText(Number.isNaN(ms) ? "" : new Date(ms).toISOString());
    if (Number.isNaN(ms)) missing++;
    push(ms);
  }

  function addMissing(): void {
    missing++;
    if (kind !== "dropped") push(ofNumbers() ? NaN : -1);
  }

  return {
    add(values, count) {
      rows += count;
      for (let row = 0; row < count; row++) {
        const value = values === null ? null : values[row];
        if (typeof value === "string") addText(value);
        else if (typeof value === "number") addNumber(value);
        else if (value === null || value === undefined) addMissing();
        else if (typeof value === "bigint") addWhole(value);
        else if (typeof value === "boolean") addText(value ? "true" : "false");
        else if (value instanceof Date) addTime(value.getTime());
        else addText(JSON.stringify(value));
      }
    },
    finish() {
      const base = { name, rows, missing };
      if (kind === "dropped") return { ...base, kind, distinct: mostTexts, example: misfits.example };
      if (kind === "unknown")
        return { ...base, kind: "codes", codes: new Int32Array(rows).fill(-1), dictionary: [] };
      const whole = ofNumbers() ? new Float64Array(rows) : new Int32Array(rows);
      let at = 0;
      for (const part of [...blocks, block.subarray(0, filled)]) {
        whole.set(part, at);
        at += part.length;
      }
      blocks.length = 0;
      if (kind === "codes") return { ...base, kind, codes: whole as Int32Array, dictionary };
      return { ...base, kind: kind as "numbers" | "times", values: whole as Float64Array, misfits };
    },
  };
}
