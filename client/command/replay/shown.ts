/** What a replay came to, for people. */
import { formatCount } from "#core/report/format.ts";
import { placeOf, type RefusedRow } from "../rows/refused-rows.ts";
import type { Surroundings } from "../surroundings.ts";
import { printable, wrapped } from "../terminal-text.ts";
import { isoOf } from "../times.ts";

export interface SentRows {
  accepted: number;
  late: number;
  refused: number;
}

export interface Replayed {
  file: string;
  model: string;
  /** Event time of the rows that were sent in all runs; null where there were none. */
  fromMs: number | null;
  toMs: number | null;
  /** Rows that an earlier run had sent already. */
  resumedAt: number;
  predictions: SentRows;
  /** Null where none were sent. */
  labels: SentRows | null;
  seconds: number;
  refusals: { predictions: RefusedRow[]; labels: RefusedRow[] };
}

const listed = 10;

export function shown(done: Replayed, { paint, width }: Pick<Surroundings, "paint" | "width">): string {
  const { file, model, fromMs, toMs, resumedAt, predictions, labels, seconds, refusals } = done;
  const stretch = fromMs === null || toMs === null ? "" : ` from ${isoOf(fromMs)} to ${isoOf(toMs)}`;
  const rate = seconds > 0 ? predictions.accepted / seconds : 0;
  const lines = [
    `replayed ${printable(file)} into ${printable(model)}${stretch}`,
    ...(resumedAt > 0 ? [`went on behind ${formatCount(resumedAt)} rows that were sent before`] : []),
    `predictions  ${inWords(predictions)}, in ${seconds.toFixed(1)} s (${formatCount(Math.round(rate))} rows/s)`,
    ...(labels ? [`labels       ${inWords(labels)}`] : []),
    ...(predictions.late > 0
      ? ["Late rows came after their window had closed: they were counted, and revise its check."]
      : []),
  ];
  return `${[
    ...lines.flatMap((line) => wrapped(line, width)),
    ...refusedLines("rows", predictions.refused, refusals.predictions, { paint, width }),
    ...refusedLines("labels", labels?.refused ?? 0, refusals.labels, { paint, width }),
  ].join("\n")}\n`;
}

const inWords = ({ accepted, late, refused }: SentRows): string =>
  [
    `${formatCount(accepted)} accepted`,
    ...(late > 0 ? [`${formatCount(late)} of them late`] : []),
    `${formatCount(refused)} refused`,
  ].join(", ");

/** The first refused rows with their places, and how many of which kind there are among those known. */
export function refusedLines(
  what: string,
  count: number,
  rows: readonly RefusedRow[],
  { paint, width }: Pick<Surroundings, "paint" | "width">,
): string[] {
  if (count === 0) return [];
  const kinds = new Map<string, number>();
  for (const { code } of rows) kinds.set(code, (kinds.get(code) ?? 0) + 1);
  const shown = rows.slice(0, listed);
  const places = shown.map((row) => placeOf(row));
  const room = Math.max(0, ...places.map(({ length }) => length));
  return [
    "",
    paint(`${formatCount(count)} ${what} were refused`, "bold"),
    ...shown.flatMap(({ field, code, message }, i) =>
      wrapped(
        `${field === null ? "" : `"${printable(field)}" `}${code}: ${printable(message)}`,
        width - room - 4,
      ).map((line, part) => `  ${(part === 0 ? places[i] : "").padEnd(room)}  ${line}`),
    ),
    ...(count > shown.length
      ? [`  and ${formatCount(count - shown.length)} more (--json lists up to 1,000)`]
      : []),
  ];
}
