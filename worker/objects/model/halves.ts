import type { Receipt } from "#core/domain/api.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { HOUR_MS, limits } from "#core/domain/limits.ts";
import { type BatchStore, planVersionOf } from "./batch-store.ts";
import { type BatchInput, type BatchReply, findReceipt, takeBatch } from "./take-batch.ts";

/**
 * Inferences that loggers tell in two halves, the request and the response, under one id. The half that comes first waits
 * here, one row written; the second finds it, and goes on with both. The receipt of the batch says that they met, so no half
 * is counted twice whatever is repeated, and the waiting one is deleted in the transaction that takes the batch.
 *
 * A half is kept for an hour of wall time, in a table by the hour of arrival: what was never joined is dropped with its table,
 * which costs nothing, and counted.
 */
export type Part = "request" | "response";

export interface SentHalf {
  id: string;
  part: Part;
  /** Fingerprint of the half's bytes. */
  bodyHash: string;
}

export interface KeptHalf extends SentHalf {
  /** Event time as the sender said it, as text; null where it did not. */
  said: string | null;
  /** The half's bytes, packed or not. */
  bytes: Uint8Array<ArrayBuffer>;
}

export interface HalfInput extends KeptHalf {
  /** Of the plan that named this object for it. */
  planVersion: string;
}

export interface WaitingHalf extends KeptHalf {
  arrivedMs: number;
}

export type HalfReply =
  /** Kept until the other one comes. */
  | { outcome: "waiting" }
  /** The other one is here: fold both and hand them in. */
  | { outcome: "meets"; other: WaitingHalf }
  /** Both were counted before. */
  | { outcome: "joined"; receipt: Receipt }
  /** Another object takes it by now: look at the plan again. */
  | { outcome: "stale" }
  /** Too many wait already. */
  | { outcome: "busy"; retryAfterMs: number }
  | { outcome: "reused" | "too_large" | "unknown" };

/** Of halves, for a page about them. */
export interface HalfCounts {
  waiting: number;
  /** Forgotten without their other half, since the model was made. */
  unjoined: number;
}

/** Of several objects. */
export const addHalves = (counts: readonly HalfCounts[]): HalfCounts => ({
  waiting: counts.reduce((sum, { waiting }) => sum + waiting, 0),
  unjoined: counts.reduce((sum, { unjoined }) => sum + unjoined, 0),
});

const tableOf = (hourMs: number): string => `half_${hourMs / HOUR_MS}`;

/** The hash of both halves as one body: half of each one's, so that each is known again alone. */
export function joinedHash(request: string, response: string): string {
  return request.slice(0, 8) + response.slice(0, 8);
}
const hashPlaces = { request: 0, response: 8 } as const;

export class Halves {
  readonly #store: BatchStore;
  /** Of the halves that wait; null before they were weighed. */
  #bytes: number | null = null;

  constructor(store: BatchStore) {
    this.#store = store;
  }

  /** What there is to answer where the other half, the same or both are here; null where nothing is known of it. */
  find(half: SentHalf, nowMs: number): HalfReply | null {
    const store = this.#store;
    if (store.state === null) return { outcome: "unknown" };
    this.forget(nowMs);
    const known = findReceipt(store, "predictions", half.id);
    if (known !== null) {
      const from = hashPlaces[half.part];
      return known.bodyHash.slice(from, from + 8) === half.bodyHash.slice(0, 8)
        ? { outcome: "joined", receipt: known.receipt }
        : { outcome: "reused" };
    }
    const waiting = findHalf(store.sql, half.id, nowMs);
    if (waiting !== null && waiting.part !== half.part) return { outcome: "meets", other: waiting };
    if (waiting !== null)
      return waiting.bodyHash === half.bodyHash ? { outcome: "waiting" } : { outcome: "reused" };
    return null;
  }

  /** No step waits, so of two halves that come at once one finds the other. */
  offer(half: HalfInput, nowMs: number): HalfReply {
    const found = this.find(half, nowMs);
    if (found !== null) return found;
    const store = this.#store;
    if (half.planVersion !== planVersionOf(store.configured)) return { outcome: "stale" };
    const { byteLength } = half.bytes;
    if (byteLength > limits.storedRowBytes - rowMarginBytes) return { outcome: "too_large" };
    this.#bytes ??= weighHalves(store.sql);
    if (this.#bytes + byteLength > limits.halvesBytes) {
      const [oldestMs = nowMs] = tables(store.sql);
      return { outcome: "busy", retryAfterMs: forgottenAtMs(oldestMs) - nowMs };
    }
    store.transaction(() => insertHalf(store.sql, half, nowMs));
    this.#bytes += byteLength;
    return { outcome: "waiting" };
  }

  /** Takes a batch (take-batch.ts); of two halves that met with it the one that waited goes, or neither happens. */
  takeBatch(input: BatchInput, nowMs: number, foldsAtMs: number | null): BatchReply {
    const store = this.#store;
    if (!input.joined) return takeBatch(store, input, nowMs, foldsAtMs);
    try {
      return store.transaction(() => {
        const reply = takeBatch(store, input, nowMs, foldsAtMs);
        if (reply.outcome === "stored") this.drop(input.batchId);
        return reply;
      });
    } catch (error) {
      this.reload();
      throw error;
    }
  }

  /** The halves met and are counted: the one that waited is not needed any more. */
  drop(id: string): void {
    const { sql } = this.#store;
    for (const hourMs of tables(sql)) {
      const deletion = `delete from ${tableOf(hourMs)} where id = ? returning length(bytes) as bytes`;
      for (const { bytes } of sql.exec<{ bytes: number }>(deletion, id)) this.#bytes &&= this.#bytes - bytes;
    }
  }

  /** Drops the tables whose halves have all waited for an hour or longer, and counts those. */
  forget(nowMs: number): void {
    const { sql } = this.#store;
    const old = tables(sql).filter((hourMs) => forgottenAtMs(hourMs) <= nowMs);
    if (old.length === 0) return;
    this.#bytes = null;
    this.#store.transaction(() => {
      for (const hourMs of old) {
        const left = countRows(sql, tableOf(hourMs));
        sql.exec(`drop table ${tableOf(hourMs)}`);
        if (left === 0) continue;
        sql.exec(
          "create table if not exists unjoined (one integer primary key check (one = 1), halves integer not null)",
        );
        sql.exec(
          "insert into unjoined values (1, ?) on conflict do update set halves = halves + excluded.halves",
          left,
        );
      }
    });
  }

  /** What waits is weighed again at the next half. */
  reload(): void {
    this.#bytes = null;
  }

  counts(nowMs: number): HalfCounts {
    this.forget(nowMs);
    const { sql } = this.#store;
    const waiting = tables(sql).reduce((sum, hourMs) => sum + countRows(sql, tableOf(hourMs)), 0);
    const counted = "select name from sqlite_master where type = 'table' and name = 'unjoined'";
    if (sql.exec(counted).toArray().length === 0) return { waiting, unjoined: 0 };
    return { waiting, unjoined: sql.exec<{ halves: number }>("select halves from unjoined").one().halves };
  }
}

/** When all halves of an hour's table have waited long enough. */
const forgottenAtMs = (hourMs: number): number => hourMs + HOUR_MS + limits.halfMs;

/** Room for a row's other columns. */
const rowMarginBytes = 4096;

/** Exactly one row written, which a test measures. */
export function insertHalf(sql: SqlStorage, half: KeptHalf, nowMs: number): number {
  const table = tableOf(floorTo(nowMs, HOUR_MS));
  sql.exec(
    `create table if not exists ${table} (
       id text primary key, part text not null, arrived_ms integer not null, body_hash text not null, said text,
       bytes blob not null
     ) without rowid`,
  );
  const { id, part, bodyHash, said, bytes } = half;
  return sql.exec(`insert into ${table} values (?, ?, ?, ?, ?, ?)`, id, part, nowMs, bodyHash, said, bytes)
    .rowsWritten;
}

function findHalf(sql: SqlStorage, id: string, nowMs: number): WaitingHalf | null {
  for (const hourMs of tables(sql).reverse()) {
    const [row] = sql
      .exec<{
        part: Part;
        arrived_ms: number;
        body_hash: string;
        said: string | null;
        bytes: ArrayBuffer;
      }>(`select * from ${tableOf(hourMs)} where id = ? and arrived_ms > ?`, id, nowMs - limits.halfMs)
      .toArray();
    if (row === undefined) continue;
    const { part, arrived_ms: arrivedMs, body_hash: bodyHash, said, bytes } = row;
    return { id, part, arrivedMs, bodyHash, said, bytes: new Uint8Array(bytes) };
  }
  return null;
}

/** Hours that have a table, oldest first. */
function tables(sql: SqlStorage): number[] {
  return sql
    .exec<{ name: string }>("select name from sqlite_master where type = 'table' and name glob 'half_[0-9]*'")
    .toArray()
    .map(({ name }) => Number(name.slice("half_".length)) * HOUR_MS)
    .sort((a, b) => a - b);
}

const countRows = (sql: SqlStorage, table: string): number =>
  sql.exec<{ rows: number }>(`select count(*) as rows from ${table}`).one().rows;

function weighHalves(sql: SqlStorage): number {
  return tables(sql).reduce((sum, hourMs) => {
    const weigh = `select coalesce(sum(length(bytes)), 0) as bytes from ${tableOf(hourMs)}`;
    return sum + sql.exec<{ bytes: number }>(weigh).one().bytes;
  }, 0);
}
