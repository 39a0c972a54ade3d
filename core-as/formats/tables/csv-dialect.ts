/** How a CSV file is written, told by its first records: what parts fields, whether it has a header, how decimals look. */
import { parseNumber, parseTime } from "./cell-text.ts";

const delimiters = [",", "\t", ";", "|"];

/** What parts the first lines into the same number of fields most often; a comma where nothing does. */
export function delimiterOf(start: string): string {
  const lines = start
    .slice(0, 1 << 17)
    .replace(/"(?:[^"]|"")*"/g, "q")
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== "")
    .slice(0, 20);
  // The last line may be cut off where the text was.
  if (lines.length > 2 && lines.length < 20 && !/[\r\n]$/.test(start)) lines.pop();
  const scored = delimiters.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length);
    const [first] = counts;
    const alike = counts.filter((count) => count === first).length;
    return { delimiter, score: first > 1 ? (alike / counts.length) * 1000 + first : 0 };
  });
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

/**
 * No names stand in the first line: it holds fractions, negative numbers or times, or nothing but numbers of which some are
 * equal. A column that is a word there and numbers below says the opposite, as in "id,0.25,0.5".
 */
export function headerless([first, ...rows]: readonly string[][]): boolean {
  const texts = first.map((field) => field.trim());
  const numbers = texts.map(parseNumber);
  const named = texts.some(
    (text, column) =>
      text !== "" &&
      Number.isNaN(numbers[column]) &&
      rows.length > 0 &&
      rows.every((row) => !Number.isNaN(parseNumber(row[column] ?? ""))),
  );
  if (named) return false;
  const isValue = (text: string, column: number): boolean =>
    (!Number.isNaN(numbers[column]) && /[.-]/.test(text)) ||
    (text.length > 7 && !Number.isNaN(parseTime(text)));
  if (texts.some(isValue)) return true;
  const all = numbers.length > 1 && numbers.every((number) => !Number.isNaN(number));
  return all && new Set(texts).size < texts.length;
}

/** Where commas do not part fields: more values look like 3,14 than like 3.14. */
export function decimalCommas(records: readonly string[][], delimiter: string, from: number): boolean {
  if (delimiter === ",") return false;
  let [commas, points] = [0, 0];
  for (const record of records.slice(from, from + 1000))
    for (const field of record) {
      if (/^\s*[+-]?\d+,\d+\s*$/.test(field)) commas++;
      else if (/^\s*[+-]?\d+\.\d+\s*$/.test(field)) points++;
    }
  return commas > points;
}
