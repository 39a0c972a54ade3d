/** What the text of one cell means: nothing, a number, a time, a code. */
import { parseTimestamp } from "../timestamp.ts";

/** Texts that mean that there is no value. */
const empty = new Set(
  ["", "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "NaN", "nan", "-NaN", "-nan"].concat([
    "null",
    "NULL",
    "None",
  ]),
);
export function isMissing(text: string): boolean {
  const first = text.charCodeAt(0);
  // None begins with a digit or a small letter but "n"; most values do, and need not be looked up.
  if ((first >= 48 && first <= 57) || (first > 97 && first < 123 && first !== 110)) return false;
  return text.length < 5 ? empty.has(text.trim()) : text.trim() === "";
}

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite: Record<string, number> = {
  Infinity,
  inf: Infinity,
  "-Infinity": -Infinity,
  "-inf": -Infinity,
};

/** Powers of ten that a double holds exactly. */
const tens = Array.from({ length: 16 }, (_, power) => Number(`1e${power}`));

/**
 * The number that a text is, NaN where it is none. Up to fifteen digits are read by hand: a whole number below 2^53 over an
 * exact power of ten is rounded once, as `Number` rounds (W. D. Clinger, "How to read floating point numbers accurately",
 * 1990). Everything else is `Number`'s.
 */
export function parseNumber(text: string): number {
  const length = text.length;
  if (length > 0 && length <= 17) {
    const negative = text.charCodeAt(0) === 45;
    let [at, whole, digits, point] = [negative ? 1 : 0, 0, 0, -1];
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 48 && code <= 57) {
        whole = whole * 10 + (code - 48);
        digits++;
      } else if (code === 46 && point < 0) point = at;
      else break;
    }
    if (at === length && digits > 0 && digits <= 15) {
      const value = point < 0 ? whole : whole / tens[length - 1 - point];
      return negative ? -value : value;
    }
  }
  return parseSlowly(text);
}

function parseSlowly(text: string): number {
  const trimmed = text.trim();
  return numeric.test(trimmed) ? Number(trimmed) : (infinite[trimmed] ?? NaN);
}

/** ISO 8601, also with slashes: 2026/01/05. Day and month first are ambiguous, and no times here. */
export const parseTime = (text: string): number =>
  parseTimestamp(text.charCodeAt(4) === 47 ? text.replace("/", "-").replace("/", "-") : text);

/** "01067" is a code and no number. */
export const hasLeadingZero = (text: string): boolean => /^[+-]?0\d/.test(text);
