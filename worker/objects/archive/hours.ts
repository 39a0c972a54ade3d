import type { HourRows } from "#core/domain/wire.ts";

/** The hours of event time that hold rows, with what is new in them. */
export interface Hour {
  hourMs: number;
  /** Rows and bytes that lie in batch files. */
  rows: number;
  bytes: number;
  labelChanges: number;
  sinceMs: number | null;
  changedMs: number | null;
}

/** A Parquet file of an hour. */
export interface Part {
  hourMs: number;
  part: number;
  key: string;
  rows: number;
  bytes: number;
  labelled: number;
  labelChanges: number;
  searched: number;
}

const hourColumns =
  "hour_ms as hourMs, rows, bytes, label_changes as labelChanges, since_ms as sinceMs, changed_ms as changedMs";
const partColumns =
  "hour_ms as hourMs, part, key, rows, bytes, labelled, label_changes as labelChanges, searched";

type HourRow = Hour & Record<string, SqlStorageValue>;
type PartRow = Part & Record<string, SqlStorageValue>;

export function addRows(sql: SqlStorage, { hourMs, rows }: HourRows, bytes: number, nowMs: number): void {
  sql.exec(
    `insert into hour (hour_ms, rows, bytes, label_changes, since_ms, changed_ms) values (?1, ?2, ?3, 0, ?4, ?4)
     on conflict do update set rows = rows + ?2, bytes = bytes + ?3, since_ms = coalesce(since_ms, ?4), changed_ms = ?4`,
    ...[hourMs, rows, bytes, nowMs],
  );
}

/** Labels for rows that are not there yet will be found when the rows are compacted. */
export function addLabels(sql: SqlStorage, hourMs: number, nowMs: number): void {
  sql.exec(
    `update hour set label_changes = label_changes + 1, since_ms = coalesce(since_ms, ?2), changed_ms = ?2
     where hour_ms = ?1`,
    ...[hourMs, nowMs],
  );
}

/** Rows and bytes that no longer lie in batch files. */
export function takeRows(sql: SqlStorage, hourMs: number, rows: number, bytes: number): void {
  sql.exec(
    "update hour set rows = rows - ?2, bytes = max(0, bytes - ?3) where hour_ms = ?1",
    hourMs,
    rows,
    bytes,
  );
}

/** Nothing is new in the hour. */
export function settleHour(sql: SqlStorage, hourMs: number): void {
  sql.exec("update hour set since_ms = null, changed_ms = null, bytes = 0 where hour_ms = ?", hourMs);
  deleteEmptyHour(sql, hourMs);
}

/** An hour without a row is none. */
export function deleteEmptyHour(sql: SqlStorage, hourMs: number): void {
  sql.exec(
    "delete from hour where hour_ms = ?1 and rows = 0 and not exists (select 1 from part where hour_ms = ?1)",
    hourMs,
  );
}

export function findHour(sql: SqlStorage, hourMs: number): Hour | null {
  return sql.exec<HourRow>(`select ${hourColumns} from hour where hour_ms = ?`, hourMs).toArray()[0] ?? null;
}

/** Hours in [from, to), in order. */
export function listHours(sql: SqlStorage, fromMs: number, toMs: number, most: number): Hour[] {
  const query = `select ${hourColumns} from hour where hour_ms >= ? and hour_ms < ? order by hour_ms limit ?`;
  return sql.exec<HourRow>(query, fromMs, toMs, most).toArray();
}

/** An hour in which something is new: since when, and until when. */
export interface ChangedHour {
  hourMs: number;
  sinceMs: number;
  changedMs: number;
}

export function changedHours(sql: SqlStorage): ChangedHour[] {
  return sql
    .exec<ChangedHour & Record<string, SqlStorageValue>>(
      `select hour_ms as hourMs, since_ms as sinceMs, changed_ms as changedMs from hour
       where changed_ms is not null order by hour_ms`,
    )
    .toArray();
}

export function firstChangedHour(sql: SqlStorage): number | null {
  const query = "select min(hour_ms) as first from hour where changed_ms is not null";
  return sql.exec<{ first: number | null }>(query).one().first;
}

/** Hours that begin at or before a moment, oldest first. */
export function hoursBefore(sql: SqlStorage, untilMs: number, most: number): number[] {
  return sql
    .exec<{ hourMs: number }>(
      "select hour_ms as hourMs from hour where hour_ms <= ? order by hour_ms limit ?",
      ...[untilMs, most],
    )
    .toArray()
    .map(({ hourMs }) => hourMs);
}

export function partsOf(sql: SqlStorage, hourMs: number): Part[] {
  const query = `select ${partColumns} from part where hour_ms = ? order by part`;
  return sql.exec<PartRow>(query, hourMs).toArray();
}

/** Parts of hours in [from, to), by hour. */
export function partsBetween(sql: SqlStorage, fromMs: number, toMs: number): Map<number, Part[]> {
  const query = `select ${partColumns} from part where hour_ms >= ? and hour_ms < ? order by hour_ms, part`;
  return Map.groupBy(sql.exec<PartRow>(query, fromMs, toMs).toArray(), ({ hourMs }) => hourMs);
}

/** A part that was not searched for an erasure. */
export function unsearchedPart(sql: SqlStorage, sequence: number): Part | null {
  const query = `select ${partColumns} from part where searched < ? order by hour_ms, part limit 1`;
  return sql.exec<PartRow>(query, sequence).toArray()[0] ?? null;
}

export function savePart(sql: SqlStorage, part: Part): void {
  sql.exec(
    `insert or replace into part (hour_ms, part, key, rows, bytes, labelled, label_changes, searched)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[part.hourMs, part.part, part.key, part.rows, part.bytes],
    ...[part.labelled, part.labelChanges, part.searched],
  );
}

export function deletePart(sql: SqlStorage, { hourMs, part }: Pick<Part, "hourMs" | "part">): void {
  sql.exec("delete from part where hour_ms = ? and part = ?", hourMs, part);
}

export function deleteHour(sql: SqlStorage, hourMs: number): void {
  sql.exec("delete from part where hour_ms = ?", hourMs);
  sql.exec("delete from hour where hour_ms = ?", hourMs);
}
