import type { DriftHistory } from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import type { QualityEvidence, ToldWindow } from "#core/domain/quality-evidence.ts";
import { type CountedChunk, readCompared, writeCompared } from "#core/domain/wire.ts";
import type { DueWindow } from "./due.ts";
import { deleteDocument, readDocument, readDocumentBytes, writeDocument } from "./documents.ts";

/** Stored checks: a row with summary and counts for lists, the whole check as a document beside it. */
export type CheckWithHistory = DriftHistory["checks"][number];

type CheckRow = {
  series: string;
  end_ms: number;
  revision: number;
  summary: string;
  counts: ArrayBuffer;
  told: string;
};

export interface StoredCheck {
  summary: CheckWithHistory;
  /** By writeCounts, in the cells of the check's reference. */
  counts: Uint8Array;
  told: ToldWindow;
}

export function saveCheck(
  sql: SqlStorage,
  check: Check,
  { summary, counts, told }: StoredCheck,
  evidence: QualityEvidence | null,
): void {
  const { monitor, windowEndMs, windowStartMs, revision } = check;
  sql.exec(
    `insert into "check" (series, end_ms, start_ms, revision, summary, counts, told, evidence)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[monitor, windowEndMs, windowStartMs, revision, JSON.stringify(summary), counts],
    ...[JSON.stringify(told), evidence === null ? "" : JSON.stringify(evidence)],
  );
  writeDocument(sql, "check", check.id, JSON.stringify(check));
}

/** What a check was compared with, where it was not its reference itself. */
export function saveCompared(sql: SqlStorage, checkId: string, chunks: readonly CountedChunk[]): void {
  writeDocument(sql, "compared", checkId, writeCompared(chunks));
}

/** @param slots of the vectors of counts in the check's cells */
export function findCompared(sql: SqlStorage, checkId: string, slots: number): CountedChunk[] | null {
  const bytes = readDocumentBytes(sql, "compared", checkId);
  return bytes === null ? null : readCompared(bytes, slots);
}

/** What a revision's quality tests were made of. */
export function findEvidence(
  sql: SqlStorage,
  { series, endMs }: DueWindow,
  revision: number,
): QualityEvidence | null {
  const [row] = sql
    .exec<{
      evidence: string;
    }>(
      `select evidence from "check" where series = ? and end_ms = ? and revision = ?`,
      ...[series, endMs, revision],
    )
    .toArray();
  return row === undefined || row.evidence === "" ? null : (JSON.parse(row.evidence) as QualityEvidence);
}

/** By its end, what is known of the rows of each of a series' windows that was checked: of its newest revision. */
export function listTold(sql: SqlStorage, series: string, ends: readonly number[]): Map<number, ToldWindow> {
  const rows = sql.exec<{ end_ms: number; told: string }>(
    `select end_ms, max(revision), told from "check"
     where series = ? and end_ms in (select value from json_each(?)) group by end_ms`,
    ...[series, JSON.stringify(ends)],
  );
  return new Map(rows.toArray().map((row) => [row.end_ms, JSON.parse(row.told) as ToldWindow]));
}

function toStored({ summary, counts, told }: CheckRow): StoredCheck {
  return {
    summary: JSON.parse(summary) as CheckWithHistory,
    counts: new Uint8Array(counts),
    told: JSON.parse(told) as ToldWindow,
  };
}

/** One revision of a window's check, or its newest. */
export function findCheck(
  sql: SqlStorage,
  { series, endMs }: DueWindow,
  revision?: number,
): StoredCheck | null {
  const [row] = sql
    .exec<CheckRow>(
      `select * from "check" where series = ? and end_ms = ? and revision <= ? order by revision desc limit 1`,
      ...[series, endMs, revision ?? Number.MAX_SAFE_INTEGER],
    )
    .toArray();
  return row === undefined || (revision !== undefined && row.revision !== revision) ? null : toStored(row);
}

/** Newest revisions of a series' windows that begin in [from, to), oldest first; of too many the newest, or the oldest. */
export function listChecks(
  sql: SqlStorage,
  { series, fromMs, toMs }: { series: string; fromMs: number; toMs: number },
  most: number,
  keep: "newest" | "oldest" = "newest",
): StoredCheck[] {
  const found = sql
    .exec<CheckRow>(
      `select series, end_ms, max(revision) as revision, summary, counts, told from "check"
       where series = ? and start_ms >= ? and start_ms < ? group by end_ms
       order by end_ms ${keep === "newest" ? "desc" : "asc"} limit ?`,
      ...[series, fromMs, toMs, most],
    )
    .toArray()
    .map(toStored);
  return keep === "newest" ? found.reverse() : found;
}

export function readCheck(sql: SqlStorage, checkId: string): Check | null {
  const text = readDocument(sql, "check", checkId);
  return text === null ? null : (JSON.parse(text) as Check);
}

/**
 * Forgets windows that begin before a time, at most `most` checks at once.
 * @returns whether there may be more
 */
export function deleteChecksBefore(sql: SqlStorage, beforeMs: number, most: number): boolean {
  const old = sql
    .exec<CheckRow>(`select * from "check" where start_ms < ? order by end_ms limit ?`, beforeMs, most)
    .toArray();
  for (const row of old) {
    const { id } = toStored(row).summary;
    deleteDocument(sql, "check", id);
    deleteDocument(sql, "compared", id);
    sql.exec(
      `delete from "check" where series = ? and end_ms = ? and revision = ?`,
      ...[row.series, row.end_ms, row.revision],
    );
  }
  return old.length === most;
}
