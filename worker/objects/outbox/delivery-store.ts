import type { Delivery } from "#core/domain/api.ts";
import type { Handover } from "../organisation/channel-store.ts";

/** Deliveries of one channel; `pending` has a next attempt, `parked` waits for a person. */

export interface Due {
  id: string;
  body: string;
  attempts: number;
}

export function addDelivery(
  sql: SqlStorage,
  { id, event, body, createdAtMs }: Handover,
  nowMs: number,
): void {
  sql.exec(
    `insert into delivery (id, event, body, state, attempts, next_attempt_at_ms, created_at_ms)
     values (?, ?, ?, 'pending', 0, ?, ?) on conflict do nothing`,
    id,
    event,
    body,
    nowMs,
    createdAtMs,
  );
}

export function dueDeliveries(sql: SqlStorage, nowMs: number, most: number): Due[] {
  const rows = sql.exec<{ id: string; body: string; attempts: number }>(
    `select id, body, attempts from delivery where state = 'pending' and next_attempt_at_ms <= ?
     order by next_attempt_at_ms, id limit ?`,
    nowMs,
    most,
  );
  return [...rows];
}

export function nextDueMs(sql: SqlStorage): number | null {
  return sql
    .exec<{ next: number | null }>(
      "select min(next_attempt_at_ms) as next from delivery where state = 'pending'",
    )
    .one().next;
}

export function markDelivered(
  sql: SqlStorage,
  id: string,
  attempts: number,
  nowMs: number,
  status: number | null,
): void {
  sql.exec(
    `update delivery set state = 'delivered', attempts = ?, next_attempt_at_ms = null, delivered_at_ms = ?,
     last_status = ?, last_error = null where id = ?`,
    attempts,
    nowMs,
    status,
    id,
  );
}

export function markFailed(
  sql: SqlStorage,
  id: string,
  attempts: number,
  nextMs: number | null,
  status: number | null,
  error: string,
): void {
  sql.exec(
    "update delivery set state = ?, attempts = ?, next_attempt_at_ms = ?, last_status = ?, last_error = ? where id = ?",
    nextMs === null ? "parked" : "pending",
    attempts,
    nextMs,
    status,
    error,
    id,
  );
}

export function restartDelivery(sql: SqlStorage, id: string, nowMs: number): boolean {
  const cursor = sql.exec(
    "update delivery set state = 'pending', attempts = 0, next_attempt_at_ms = ? where id = ? returning id",
    nowMs,
    id,
  );
  return [...cursor].length > 0;
}

export function forgetDeliveries(sql: SqlStorage, keep: number): void {
  sql.exec(
    `delete from delivery where state <> 'pending' and id not in
     (select id from delivery order by created_at_ms desc limit ?)`,
    keep,
  );
}

export function listDeliveries(sql: SqlStorage, channelId: string, most: number): Delivery[] {
  const rows = sql.exec<{
    id: string;
    event: string;
    state: string;
    attempts: number;
    next_attempt_at_ms: number | null;
    created_at_ms: number;
    delivered_at_ms: number | null;
    last_status: number | null;
    last_error: string | null;
  }>("select * from delivery order by created_at_ms desc, id limit ?", most);
  return [...rows].map((row) => ({
    id: row.id,
    channelId,
    event: row.event as Delivery["event"],
    state: row.state as Delivery["state"],
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    createdAtMs: row.created_at_ms,
    deliveredAtMs: row.delivered_at_ms,
    lastStatus: row.last_status,
    lastError: row.last_error,
  }));
}
