/** A small monitored model in workerd, driven through the Worker's own routes, and its object behind them. */
import { env, runDurableObjectAlarm, runInDurableObject, SELF } from "cloudflare:test";
import { expect } from "vitest";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { readHeads } from "../../worker/objects/model/pane-rows.ts";
import type { ShardObject } from "../../worker/objects/shard-object.ts";

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** First day of rows; the reference covers the 28 days before it. */
export const startMs = Date.UTC(2026, 1, 2);
export const referenceDays = 28;

export interface Row {
  prediction_id?: string;
  timestamp: number | string;
  amount?: unknown;
  channel?: unknown;
  score?: unknown;
  approved?: unknown;
  [other: string]: unknown;
}

/** mulberry32: the same rows in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Rows spread evenly over a stretch; `shift` moves the amount by so many standard deviations. */
export function makeRows(seed: number, count: number, fromMs: number, spanMs = DAY_MS, shift = 0): Row[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const score = random();
    return {
      prediction_id: `p-${seed}-${index}`,
      timestamp: fromMs + Math.floor((index * spanMs) / count),
      amount: random() < 0.02 ? null : normal + shift,
      channel: random() < 0.6 ? "web" : random() < 0.5 ? "app" : "desk",
      score,
      approved: score > 0.5,
    };
  });
}

export function toColumns(rows: readonly Row[]): Record<string, unknown[]> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

export interface Reply<T> {
  status: number;
  body: T;
}

/** Calls the Worker as the owner. */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply<T>> {
  const reply = await SELF.fetch(`http://127.0.0.1:4280${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env.MDT_OWNER_SECRET}`,
      "content-type": "application/json",
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === "" ? null : JSON.parse(text)) as T };
}

/** A call that has to work. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await call<T>(method, path, body);
  expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body).slice(0, 500)}`).toBeLessThan(300);
  return reply.body;
}

export const features = [
  { name: "amount", type: "numeric", unit: "€" },
  { name: "channel", type: "categorical" },
  { name: "score", type: "numeric", role: "score" },
  { name: "approved", type: "boolean", role: "prediction" },
];

export interface ModelOptions {
  clock?: "wall" | "replay";
  basePaneMs?: number;
  windowMs?: number;
  latenessMs?: number;
  retention?: object;
  shards?: number;
  /** From when the reference is in force. */
  fromMs?: number;
  archive?: { retentionMs?: number; subject?: string };
}

/** Creates a model and puts a reference of 28 days in force; answers with the reference's id. */
export async function createModel(id: string, options: ModelOptions = {}): Promise<string> {
  const { fromMs = startMs, ...declared } = options;
  await ask("POST", "/v1/models", {
    id,
    name: `Model ${id}`,
    clock: "replay",
    basePaneMs: HOUR_MS,
    latenessMs: 10 * MINUTE_MS,
    features,
    ...declared,
  });
  return activateNewReference(id, fromMs);
}

/** Profiles made before: making one takes the server longer than taking it. */
const profiles = new Map<number, unknown>();

/** Profiles 28 days of rows on the server, or pushes the profile that it made of them before. */
export async function pushReference(id: string, seed = 1): Promise<string> {
  const path = `/v1/models/${id}/references`;
  const spanMs = referenceDays * DAY_MS;
  const columns = toColumns(makeRows(seed, referenceDays * 150, startMs - spanMs, spanMs));
  const body = profiles.has(seed) ? { profile: profiles.get(seed) } : { columns };
  const reference = await ask<{ id: string }>("POST", path, body);
  if (!profiles.has(seed)) profiles.set(seed, await ask("GET", `${path}/${reference.id}`));
  return reference.id;
}

export async function activateNewReference(id: string, fromMs: number, seed = 1): Promise<string> {
  const reference = await pushReference(id, seed);
  await ask("POST", `/v1/models/${id}/references/${reference}/activate`, { from: fromMs });
  return reference;
}

/** The object of a model of the owner's organisation. */
export async function objectOf(id: string): Promise<DurableObjectStub<ModelObject>> {
  const query = env.DB.prepare("select organisation_id from models where id = ?").bind(id);
  const owner = await query.first<{ organisation_id: string }>();
  return env.MODEL.getByName(`${owner!.organisation_id}/${id}`);
}

/** One of its shards. */
export async function shardOf(id: string, shard: number): Promise<DurableObjectStub<ShardObject>> {
  const { name } = (await objectOf(id)).id;
  return env.SHARD.getByName(`${name}/${shard}`);
}

/** Rings the alarms of a replay's shards and its own until nothing is left to do anywhere. */
export async function ringAll(id: string, shards: number, most = 30): Promise<void> {
  for (let rung = 0; rung < most; rung++) {
    let ran = await runDurableObjectAlarm(await objectOf(id));
    for (let shard = 0; shard < shards; shard++)
      ran = (await runDurableObjectAlarm(await shardOf(id, shard))) || ran;
    if (!ran) return;
  }
  throw new Error(`the alarms of ${id} never came to rest`);
}

export async function ringOnce(id: string): Promise<void> {
  await runDurableObjectAlarm(await objectOf(id));
}

/** Rings the alarm of a replay until nothing is left to do; a live model always has a window to come. */
export async function ringAlarm(id: string, most = 30): Promise<void> {
  const object = await objectOf(id);
  for (let rung = 0; rung < most; rung++) if (!(await runDurableObjectAlarm(object))) return;
  throw new Error(`the alarm of ${id} never came to rest`);
}

export const send = <T>(id: string, batchId: string, rows: readonly Row[]): Promise<Reply<T>> =>
  call<T>("POST", `/v1/models/${id}/predictions`, { batch_id: batchId, columns: toColumns(rows) });

export interface StoredPane {
  startMs: number;
  sizeMs: number;
  quality: string;
}

/** All panes of all rows, in whichever rows they lie, earliest first. */
export const panesOf = async (id: string): Promise<StoredPane[]> =>
  runInDurableObject(await objectOf(id), (_: ModelObject, { storage: { sql } }) =>
    [...readHeads(sql, { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER }, "")]
      .map(({ startMs, sizeMs, quality }) => ({ startMs, sizeMs, quality }))
      .sort((a, b) => a.startMs - b.startMs),
  );

/** How many there are of each size, smallest first. */
export const paneSizesOf = async (id: string): Promise<{ size: number; n: number }[]> =>
  [...Map.groupBy(await panesOf(id), ({ sizeMs }) => sizeMs)]
    .map(([size, panes]) => ({ size, n: panes.length }))
    .sort((a, b) => a.size - b.size);
