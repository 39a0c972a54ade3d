/**
 * The rows of a file sent as they happened: batches of predictions in event time, several at once (in-flight.ts), and labels
 * once they would have been known. Ending it at any moment is safe: what was acknowledged is kept on the platform, and what
 * is sent again has the ids that it had.
 */
import type { ModelConfig } from "#core/domain/model.ts";
import { sendInFlight, type TimedStep } from "../../in-flight.ts";
import { batchesOf, type CutRule, type RowBatch } from "../rows/batches.ts";
import { labelsBody, predictionsBody } from "../rows/bodies.ts";
import { type Sendable, type Sending, sendRows } from "../rows/send-rows.ts";
import { cutRows, labelledRows, type TimedRows } from "../rows/timed-rows.ts";
import type { Position } from "./position.ts";

export interface ReplayRun {
  model: Pick<ModelConfig, "features" | "task" | "classes" | "latenessMs">;
  /** In the order in which they are sent. */
  parts: AsyncIterable<TimedRows>;
  /** Features that the file has. */
  fields: { has(name: string): boolean };
  labelDelayMs: number;
  /** Begins all batch ids. */
  idPrefix: string;
  cut: CutRule;
  /** Where it goes on. */
  from: Pick<Position, "rows" | "labels">;
  most: number;
  predictions: Sending;
  labels: Sending;
  pace?: (step: TimedStep) => Promise<void>;
  /** Everything before these rows, and before these rows' labels, is acknowledged; event time has come to `atMs`. */
  onDone: (place: Pick<Position, "rows" | "labels">, atMs: number) => Promise<void>;
}

/** The labels of a batch, and when the last of them was known. */
interface Labelled {
  id: string;
  end: number;
  rows: TimedRows;
  knownMs: number;
}

export async function replayRows(run: ReplayRun): Promise<void> {
  const { from, model, most, pace, onDone } = run;
  const places: { rows: number; labels: number; atMs: number }[] = [];

  async function* steps(): AsyncGenerator<TimedStep, void, void> {
    const waiting: Labelled[] = [];
    let place = { rows: from.rows, labels: from.labels };
    const stepOf = (batch: RowBatch | null, until: number): TimedStep => {
      const [oldestMs, newestMs] = batch ? stretchOf(batch.rows) : [Infinity, -Infinity];
      const due: Labelled[] = [];
      while (waiting.length > 0 && waiting[0].knownMs <= until) due.push(...waiting.splice(0, 1));
      place = {
        rows: batch ? endOf(batch) : place.rows,
        labels: due.at(-1)?.end ?? place.labels,
      };
      places.push({ ...place, atMs: batch ? newestMs : (places.at(-1)?.atMs ?? until) });
      return {
        ...{ oldestMs, newestMs },
        async send() {
          if (batch) await sendPredictions(run, batch);
          for (const labelled of due) await sendLabels(run, labelled);
        },
      };
    };
    for await (const batch of batchesOf(run.parts, run.cut)) {
      if (endOf(batch) <= from.labels) continue;
      const [, newestMs] = stretchOf(batch.rows);
      if (batch.rows.labels !== null) {
        const labelled = {
          id: idOf(run, batch),
          end: endOf(batch),
          rows: labelledRows(batch.rows, run.labelDelayMs),
        };
        waiting.push({ ...labelled, knownMs: newestMs + run.labelDelayMs });
      }
      if (endOf(batch) > from.rows) yield stepOf(batch, newestMs);
    }
    while (waiting.length > 0) yield stepOf(null, waiting[0].knownMs);
  }

  await sendInFlight(steps(), {
    ...{ latenessMs: model.latenessMs, most, pace },
    async onDone(count) {
      const { atMs, ...place } = places[count - 1];
      await onDone(place, atMs);
    },
  });
}

const endOf = ({ first, rows }: RowBatch): number => first + rows.columns.rows;

function stretchOf({ columns: { timesMs } }: TimedRows): [number, number] {
  let [oldest, newest] = [Infinity, -Infinity];
  for (const time of timesMs) {
    if (time < oldest) oldest = time;
    if (time > newest) newest = time;
  }
  return [oldest, newest];
}

const idOf = ({ idPrefix }: ReplayRun, { first, rows }: RowBatch): string =>
  `${idPrefix}/${first}+${rows.columns.rows}`;

async function sendPredictions(run: ReplayRun, batch: RowBatch): Promise<void> {
  const sendable = (rows: TimedRows): Sendable => ({
    rows: rows.columns.rows,
    bytes: () => predictionsBody(rows, run.fields),
    placeOf: (row) => ({ row: rows.rows[row], line: rows.lines[row] }),
    half: (from, to) => sendable(cutRows(rows, from, to)),
  });
  await sendRows(run.predictions, sendable(batch.rows), idOf(run, batch));
}

async function sendLabels(run: ReplayRun, { id, rows: whole }: Labelled): Promise<void> {
  const sendable = (rows: TimedRows): Sendable => ({
    rows: rows.columns.rows,
    bytes: () => labelsBody(run.model, rows),
    placeOf: (row) => ({ row: rows.rows[row], line: rows.lines[row] }),
    half: (from, to) => sendable(cutRows(rows, from, to)),
  });
  if (whole.columns.rows > 0) await sendRows(run.labels, sendable(whole), id);
}
