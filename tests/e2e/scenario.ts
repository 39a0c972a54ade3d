/**
 * A small monitored model on a running platform, driven through the public HTTP API only: days of seeded rows, with
 * or without drift. The demo's flights are too long a story for a test.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlatform, type Platform } from "../../scripts/platform.ts";
import { freePort } from "../../scripts/ports.ts";

export const DAY_MS = 86_400_000;
export const firstDayMs = Date.UTC(2026, 0, 5);
export const referenceDays = 28;
export const rowsPerDay = 400;

/** A platform on a state directory of its own; `dispose` ends it and removes the directory. */
export async function temporaryPlatform(): Promise<{
  stateDir: string;
  start: () => Promise<Platform>;
  dispose: () => Promise<void>;
}> {
  const stateDir = mkdtempSync(join(tmpdir(), "mdt-e2e-"));
  const port = await freePort(14_280 + (randomBytes(2).readUInt16LE() % 2000));
  let platform: Platform | null = null;
  return {
    stateDir,
    start: async () => {
      platform = await startPlatform({ stateDir, port });
      return platform;
    },
    dispose: async () => {
      await platform?.stop();
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface Reply<T> {
  status: number;
  body: T;
}

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<Reply<T>>;

/** Calls the API; throws on a status outside `2xx` unless `allow` names it. */
export function caller(platform: Platform, key = platform.ownerSecret, allow: number[] = []): Call {
  return async <T>(method: string, path: string, body?: unknown): Promise<Reply<T>> => {
    const reply = await fetch(`${platform.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok && !allow.includes(reply.status))
      throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return { status: reply.status, body: (text === "" ? null : JSON.parse(text)) as T };
  };
}

/** mulberry32: the same rows in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface DayOptions {
  day: number;
  rows?: number;
  /** Added to `amount`, in standard deviations. */
  shift?: number;
}

/** One day's rows as columns: a numeric, a categorical, the score and the decision. */
export function dayColumns({ day, rows = rowsPerDay, shift = 0 }: DayOptions): Record<string, unknown[]> {
  const random = seeded(1000 + day);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const columns: Record<string, unknown[]> = {
    prediction_id: [],
    timestamp: [],
    amount: [],
    channel: [],
    score: [],
    approved: [],
  };
  for (let row = 0; row < rows; row++) {
    const score = random();
    columns.prediction_id.push(`d${day}-${row}`);
    columns.timestamp.push(firstDayMs + day * DAY_MS + Math.floor((row * DAY_MS) / rows));
    columns.amount.push(normal() + shift);
    columns.channel.push(random() < 0.6 ? "web" : random() < 0.5 ? "app" : "desk");
    columns.score.push(score);
    columns.approved.push(score > 0.5);
  }
  return columns;
}

function concatenate(parts: Record<string, unknown[]>[]): Record<string, unknown[]> {
  const names = Object.keys(parts[0]);
  return Object.fromEntries(names.map((name) => [name, parts.flatMap((part) => part[name])]));
}

/** Creates the model, profiles 28 days on the server and puts the reference in force from day 28. */
export async function createMonitoredModel(call: Call, id: string): Promise<void> {
  await call("POST", "/v1/models", {
    id,
    name: `Model ${id}`,
    clock: "replay",
    basePaneMs: 3_600_000,
    features: [
      { name: "amount", type: "numeric", unit: "€" },
      { name: "channel", type: "categorical" },
      { name: "score", type: "numeric", role: "score" },
      { name: "approved", type: "boolean", role: "prediction" },
    ],
  });
  const days = Array.from({ length: referenceDays }, (_, day) => dayColumns({ day, rows: 150 }));
  const reference = await call<{ id: string }>("POST", `/v1/models/${id}/references`, {
    columns: concatenate(days),
  });
  await call("POST", `/v1/models/${id}/references/${reference.body.id}/activate`, {
    from: new Date(firstDayMs + referenceDays * DAY_MS).toISOString(),
  });
}

export async function sendDay(call: Call, id: string, options: DayOptions): Promise<void> {
  await call("POST", `/v1/models/${id}/predictions`, {
    batch_id: `${id}-day-${options.day}`,
    columns: dayColumns(options),
  });
}

/** Asks until `probe` gives something, for at most `seconds`. */
export async function eventually<T>(
  seconds: number,
  what: string,
  probe: () => Promise<T | null>,
): Promise<T> {
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    const found = await probe();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not happen within ${seconds} s`);
}
