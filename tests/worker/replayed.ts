/** Data sets of the reference data, sent through the HTTP API so that each of the oracle's chunks is one window. */
import { env } from "cloudflare:test";
import type { Performance } from "#core/domain/api.ts";
import type { PerformanceWindow } from "#core/domain/performance.ts";
import type { Reference } from "#core/domain/reference.ts";
import { parseCsv } from "../statistics/csv.ts";
import { ask, HOUR_MS, MINUTE_MS, ringAlarm, startMs } from "./model-scenario.ts";

export interface DataSet {
  name: string;
  model: Record<string, unknown>;
  /** Ours of theirs. */
  columns: Record<string, string>;
  /** Ours that hold texts. */
  texts?: readonly string[];
  label: string;
  isBoolean?: boolean;
  /** Labels and answers are texts, not numbers. */
  isText?: boolean;
}

async function read(path: string): Promise<Response | null> {
  const reply = await env.REFERENCE_DATA.fetch(`http://reference-data${path}`);
  if (reply.status === 404) return null;
  if (!reply.ok) throw new Error(`${path} is required (MDT_REQUIRE_REFERENCE_DATA=1) and not there`);
  return reply;
}

/** Null without the reference data. */
export async function readJson<T>(path: string): Promise<T | null> {
  const reply = await read(path);
  return reply === null ? null : ((await reply.json()) as T);
}

async function readTable(name: string): Promise<Map<string, string[]>> {
  const reply = await read(`/datasets/${name}.csv.gz`);
  if (reply === null) throw new Error(`${name} is missing beside an oracle that is there`);
  return parseCsv(await new Response(reply.body!.pipeThrough(new DecompressionStream("gzip"))).text());
}

export type Columns = Record<string, unknown[]>;

/** Columns of features and labels as the API takes them. */
async function columnsOf(data: DataSet, part: "reference" | "monitored"): Promise<Columns> {
  const table = await readTable(`${data.name}_${part}`);
  const values = (theirs: string, decided: boolean, isText = decided && data.isText): unknown[] =>
    table.get(theirs)!.map((text) => {
      if (decided && data.isBoolean) return Number(text) === 1;
      return isText ? text : Number(text);
    });
  const features = Object.entries(data.columns).map(
    ([ours, theirs]) =>
      [ours, values(theirs, ours === "answer", data.texts?.includes(ours) || undefined)] as const,
  );
  return { ...Object.fromEntries(features), label: values(data.label, true) };
}

export const slice = (columns: Columns, start: number, end: number): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(start, end)]));

/** A batch is as many rows as a body holds easily. */
const batchRows = 5000;

export interface Replayed {
  id: string;
  reference: Reference;
  /** What was sent, chunk by chunk. */
  sent: Columns;
  windows: Performance["windows"];
  performance: Performance;
}

/**
 * Sends the monitored rows, chunk k in hour k, and their labels: the last first, some of them twice, a part of them before
 * their predictions.
 */
export async function replayDataSet(
  data: DataSet,
  chunks: readonly { start: number; end: number }[],
): Promise<Replayed> {
  const id = data.name.replaceAll("_", "-");
  const path = `/v1/models/${id}`;
  await ask("POST", "/v1/models", {
    ...{ id, name: data.name, clock: "replay", windowMs: HOUR_MS, basePaneMs: 15 * MINUTE_MS },
    ...{ latenessMs: 0, ...data.model },
  });
  const reference = await ask<{ id: string }>("POST", `${path}/references`, {
    columns: await columnsOf(data, "reference"),
  });
  await ask("POST", `${path}/references/${reference.id}/activate`, { from: startMs });
  const monitored = await columnsOf(data, "monitored");
  const timeOf = (chunk: number, place: number, rows: number): number =>
    startMs + chunk * HOUR_MS + Math.floor((place * HOUR_MS) / rows);
  const labels: (() => Promise<unknown>)[] = [];
  for (const [chunk, { start, end }] of chunks.entries())
    for (let from = start; from < end; from += batchRows) {
      const { label, ...features } = slice(monitored, from, Math.min(end, from + batchRows));
      const ids = label.map((_, place) => `${id}-${from + place}`);
      const times = label.map((_, place) => timeOf(chunk, from + place - start, end - start));
      const batch = `${chunk}-${from}`;
      const sendLabels = () =>
        ask("POST", `${path}/labels`, {
          batch_id: batch,
          columns: {
            ...{
              prediction_id: ids,
              label,
              prediction_timestamp: chunk % 2 === 0 ? times : ids.map(() => null),
            },
            timestamp: times.map((time) => time + 2 * HOUR_MS),
          },
        });
      if (chunk === 1) await sendLabels();
      labels.push(sendLabels);
      await ask("POST", `${path}/predictions`, {
        batch_id: batch,
        columns: { prediction_id: ids, timestamp: times, ...features },
      });
    }
  for (const sendLabels of labels.toReversed()) await sendLabels();
  const afterMs = startMs + (chunks.length + 3) * HOUR_MS;
  const { label: _, ...last } = slice(monitored, 0, 1);
  await ask("POST", `${path}/predictions`, { batch_id: "after", columns: { timestamp: [afterMs], ...last } });
  await ringAlarm(id, 60);
  const performance = await ask<Performance>("GET", `${path}/performance`);
  const profile = await ask<Reference>("GET", `${path}/references/${reference.id}`);
  // The row that closed the last window is in one of its own, without a label.
  const windows = performance.windows.slice(0, chunks.length);
  return { id, reference: profile, sent: monitored, performance, windows };
}

export const valueOf = (window: PerformanceWindow, name: string): number =>
  (window.realised?.metrics as Record<string, { value: number } | null>)[name]?.value ?? NaN;
