/**
 * Sends one model's flights through the public API in event time, as they happened: predictions hour by hour, labels a
 * day later, several steps at once (in-flight.ts), and nothing late.
 */
import type { Client } from "../../client/http.ts";
import { sendInFlight } from "../../client/in-flight.ts";
import type { Receipt } from "#core/domain/api.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import { replayFromMs, replayToMs } from "./calendar.ts";
import { savePosition } from "./cursor.ts";
import { labelColumns, predictionColumns, rowsOfHours, type Dataset } from "./dataset.ts";
import { latenessMs, type DemoModel } from "./models.ts";

/** Hours of one batch. Part of what a batch id stands for: to change it is to begin anew. */
export const batchHours = 1;
export const inFlight = 4;
/** Steps between two saves of the cursor: what is sent again after a kill, and answered from the first receipts. */
const saveEvery = 50;
const labelDelayMs = DAY_MS;

export interface ReplayOptions {
  client: Client;
  dataset: Dataset;
  model: DemoModel;
  /** Fingerprint of the dataset. */
  data: string;
  /** Everything before it is acknowledged already (see cursor.ts). */
  resumeMs: number;
  /** Default: 29 January to 30 June. */
  fromMs?: number;
  toMs?: number;
  /** Predictions acknowledged by a step, and how far everything is acknowledged. */
  onStep?: (rows: number, throughMs: number) => void;
}

export interface Replayed {
  /** Rows that the platform refused or counted as late: none, if all is well. */
  rejected: number;
  late: number;
}

/** "flight-delay/2001-02-03T04": the same in every start, so that a batch sent again is known. */
export const batchId = (modelId: string, fromMs: number): string =>
  `${modelId}/${new Date(fromMs).toISOString().slice(0, 13)}`;

/** Rows of the replay before an event time: for progress that starts where it resumes. */
export function rowsBefore(dataset: Dataset, toMs: number): number {
  return rowsOfHours(dataset, toMs, 0).start - rowsOfHours(dataset, replayFromMs, 0).start;
}

export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { client, dataset, model, data, resumeMs, fromMs = replayFromMs, toMs = replayToMs } = options;
  const stepMs = batchHours * HOUR_MS;
  // Labels follow for a day after the last prediction.
  const steps = Math.max(0, Math.round((toMs + labelDelayMs - resumeMs) / stepMs));
  const total: Replayed = { rejected: 0, late: 0 };
  const rowsOf = new Float64Array(steps);
  let [told, saved] = [0, 0];

  await sendInFlight(
    Array.from({ length: steps }, (_, step) => {
      const atMs = resumeMs + step * stepMs;
      return {
        oldestMs: atMs,
        newestMs: atMs + stepMs - 1,
        async send() {
          rowsOf[step] = await sendStep(client, dataset, model, atMs, { fromMs, toMs }, total);
        },
      };
    }),
    {
      latenessMs,
      most: inFlight,
      async onDone(finished) {
        const throughMs = resumeMs + finished * stepMs;
        for (; told < finished; told++) options.onStep?.(rowsOf[told], resumeMs + (told + 1) * stepMs);
        if (finished - saved < saveEvery && finished < steps) return;
        saved = finished;
        await savePosition(client, model.id, throughMs, data);
      },
    },
  );
  return total;
}

/** One hour of predictions, and the labels of the same hour a day before. */
async function sendStep(
  client: Client,
  dataset: Dataset,
  { id, variant }: DemoModel,
  atMs: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  total: Replayed,
): Promise<number> {
  const note = ({ rejected, late }: Receipt): void => {
    total.rejected += rejected;
    total.late += late;
  };
  let rows = 0;
  if (atMs < toMs) {
    const { start, end } = rowsOfHours(dataset, atMs, batchHours);
    rows = end - start;
    if (rows > 0)
      note(
        await client.post<Receipt>(`/v1/models/${id}/predictions`, {
          batch_id: batchId(id, atMs),
          columns: predictionColumns(dataset, variant, start, end),
        }),
      );
  }
  const labelledMs = atMs - labelDelayMs;
  if (labelledMs >= fromMs && labelledMs < toMs) {
    const { start, end } = rowsOfHours(dataset, labelledMs, batchHours);
    if (end > start)
      note(
        await client.post<Receipt>(`/v1/models/${id}/labels`, {
          batch_id: batchId(id, labelledMs),
          columns: labelColumns(dataset, start, end, atMs),
        }),
      );
  }
  return rows;
}
