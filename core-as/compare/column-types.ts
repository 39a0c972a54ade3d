/**
 * What a column is taken for, and why: proposed from its values, so that a person can see the reason and say otherwise.
 * Whole numbers may be quantities, flags, codes or row numbers; the values alone decide where they can, the name where not.
 */
import { hasLeadingZero, parseNumber, parseTime } from "../formats/tables/cell-text.ts";
import type { RawColumn } from "../formats/tables/column-builder.ts";
import { lookedUp } from "./typed-column.ts";

export const columnTypes = [
  "numeric",
  "discrete",
  "categorical",
  "boolean",
  "timestamp",
  "identifier",
  "text",
] as const;
export type ColumnType = (typeof columnTypes)[number];

export interface Proposal {
  type: ColumnType;
  reason: string;
}

const propose = (type: ColumnType, reason: string): Proposal => ({ type, reason });

/** Null where there are no values to tell by. */
export function proposeType(column: RawColumn): Proposal | null {
  if (column.rows === column.missing) return null;
  if (column.kind === "times") return propose("timestamp", "its values are times");
  if (column.kind === "dropped")
    return propose(
      "text",
      `it has more than ${column.distinct} different texts (such as "${short(column.example)}")`,
    );
  return column.kind === "numbers" ? ofNumbers(column) : ofTexts(column);
}

type Of<K extends RawColumn["kind"]> = Extract<RawColumn, { kind: K }>;

const namesOfTime = /time|date|(^|_)(at|ts|day|when)$/i;
const namesOfIds = /(^|[_\s.-])(id|uuid|guid|key|index|row|nr|no)$|[a-z]I[dD]$|^unnamed|^column 1$|^$/i;
const namesOfCodes = /zip|postal|postcode|plz|(^|_)(code|phone|year_id)$/i;

function ofNumbers({ name, values, rows }: Of<"numbers">): Proposal {
  let [flags, whole, ascending, steps, previous] = [true, true, true, true, NaN];
  let [low, high, count] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    if (value !== 0 && value !== 1) flags = false;
    if (!Number.isInteger(value)) whole = false;
    if (!Number.isNaN(previous)) {
      if (!(value > previous)) ascending = false;
      if (value !== previous + 1) steps = false;
    }
    previous = value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (flags) return propose("boolean", "it has no values but 0 and 1");
  if (whole && count > 20 && steps) return propose("identifier", "it counts the rows");
  if (whole && count > 20 && namesOfIds.test(name) && (ascending || allDifferent(values, count)))
    return propose("identifier", "it is called an id, and every value is another");
  if (whole && namesOfTime.test(name) && isEpoch(low, high))
    return propose("timestamp", "it is called a time, and its values are seconds or milliseconds since 1970");
  if (whole && count > 0 && namesOfCodes.test(name) && low >= 0)
    return propose("categorical", "it is called a code, and codes are not quantities");
  const distinct = whole ? fewValues(values) : null;
  if (distinct !== null && count >= 5 * distinct)
    return propose(
      "discrete",
      distinct === 1 ? "it is one whole number throughout" : `it has ${distinct} different whole numbers`,
    );
  return propose("numeric", count < rows ? "all its values are numbers" : "it holds numbers");
}

function ofTexts({ name, codes, dictionary, rows, missing }: Of<"codes">): Proposal {
  const present = rows - missing;
  const has = (test: (text: string) => boolean): boolean => dictionary.every(test);
  if (has((text) => /^(true|false)$/i.test(text))) return propose("boolean", "its values are true and false");
  for (const words of [/^(yes|no)$/i, /^(y|n)$/i, /^(t|f)$/i])
    if (has((text) => words.test(text))) return propose("boolean", "its values are yes and no");
  if (has((text) => text === "0" || text === "1")) return propose("boolean", "it has no values but 0 and 1");
  const numbers = Float64Array.from(dictionary, parseNumber);
  if (dictionary.some(hasLeadingZero) && numbers.every((value) => !Number.isNaN(value)))
    return propose("categorical", "its numbers begin with 0, so they are codes");
  const counts = new Float64Array(dictionary.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const rowsWith = (test: (code: number) => boolean): number =>
    counts.reduce((sum, count, code) => sum + (test(code) ? count : 0), 0);
  const numberRows = rowsWith((code) => !Number.isNaN(numbers[code]));
  if (numberRows >= 0.95 * present) {
    const values = lookedUp(codes, numbers);
    return ofNumbers({ name, rows, missing, kind: "numbers", values, misfits: { count: 0, example: "" } });
  }
  if (rowsWith((code) => !Number.isNaN(parseTime(dictionary[code]))) >= 0.95 * present)
    return propose("timestamp", "its values are dates");
  const length = dictionary.reduce((sum, text, code) => sum + text.length * counts[code], 0) / present;
  if (dictionary.some((text) => text.length > 256))
    return propose("text", "it has texts of more than 256 characters");
  if (dictionary.length === present && present > 50)
    return length > 40 || dictionary.some((text) => text.includes(" "))
      ? propose("text", "every row has another text")
      : propose("identifier", "every row has another value");
  if (length > 40 && dictionary.length > 0.2 * present)
    return propose("text", "its texts are long and mostly differ");
  if (dictionary.length > 1000 && dictionary.length > 0.5 * present)
    return propose("text", `it has ${dictionary.length} different texts in ${present} rows`);
  return propose("categorical", `it has ${dictionary.length} different texts`);
}

/** Whole numbers of which there are this many or fewer are counts and grades rather than measurements. */
const fewest = 20;

/** How many different values there are; null where they are not few. */
function fewValues(values: Float64Array): number | null {
  const found = new Set<number>();
  for (const value of values) if (!Number.isNaN(value) && found.add(value).size > fewest) return null;
  return found.size;
}

function allDifferent(values: Float64Array, count: number): boolean {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return false;
  return count > 1;
}

/** 1990 to 2100, in seconds or in milliseconds. */
const isEpoch = (low: number, high: number): boolean =>
  (low >= 631152000 && high <= 4102444800) || (low >= 631152000000 && high <= 4102444800000);

const short = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
