import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import type { DueWindow } from "./due.ts";

type Row = { body: string };
const fromRow = ({ body }: Row): PerformanceCheck => JSON.parse(body) as PerformanceCheck;

export function savePerformanceCheck(sql: SqlStorage, check: PerformanceCheck): void {
  const { monitor, windowEndMs, windowStartMs, revision } = check;
  sql.exec(
    "insert into performance_check (series, end_ms, start_ms, revision, body) values (?, ?, ?, ?, ?)",
    ...[monitor, windowEndMs, windowStartMs, revision, JSON.stringify(check)],
  );
}

/** One revision of a window's check, or its newest. */
export function findPerformanceCheck(
  sql: SqlStorage,
  { series, endMs }: DueWindow,
  revision?: number,
): PerformanceCheck | null {
  const [row] = sql
    .exec<Row>(
      `select body from performance_check where series = ? and end_ms = ? and revision = coalesce(?, revision)
       order by revision desc limit 1`,
      ...[series, endMs, revision ?? null],
    )
    .toArray();
  return row === undefined ? null : fromRow(row);
}

/** Newest revisions of a series' windows that begin in [from, to), oldest first; of too many the newest. */
export function listPerformanceChecks(
  sql: SqlStorage,
  { series, fromMs, toMs }: { series: string; fromMs: number; toMs: number },
  most: number,
): PerformanceCheck[] {
  return sql
    .exec<Row>(
      `select max(revision), body from performance_check
       where series = ? and start_ms >= ? and start_ms < ? group by end_ms order by end_ms desc limit ?`,
      ...[series, fromMs, toMs, most],
    )
    .toArray()
    .map(fromRow)
    .reverse();
}

export function deletePerformanceChecksBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from performance_check where start_ms < ?", beforeMs);
}

/** The newest window's newest, in short. */
export function newestPerformanceCheck(
  sql: SqlStorage,
  series: string,
): Pick<PerformanceCheck, "id" | "windowEndMs" | "status" | "reason"> | null {
  const [row] = sql
    .exec<Row>(
      "select body from performance_check where series = ? order by end_ms desc, revision desc limit 1",
      series,
    )
    .toArray();
  if (row === undefined) return null;
  const { id, windowEndMs, status, reason } = fromRow(row);
  return { id, windowEndMs, status, reason };
}
