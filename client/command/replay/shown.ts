/** What a replay came to, for people. */
import { formatCount } from "#core/report/format.ts";
import { refusedLines } from "../rows/refused-lines.ts";
import type { RefusedRow } from "../rows/refused-rows.ts";
import type { SentRows } from "../rows/send-rows.ts";
import type { Surroundings } from "../surroundings.ts";
import { printable, wrapped } from "../terminal-text.ts";
import { isoOf } from "../times.ts";

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
      ? [
          "Late rows came after their window had closed: they were counted, and revise its check, mostly within a minute.",
        ]
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
