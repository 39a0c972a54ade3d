import type { DueWindow } from "./due.ts";

/** What the rest of the platform has still to be told. Told in order: incidents follow windows in a row. */
export interface Intent {
  sequence: number;
  series: string;
  endMs: number;
  revision: number;
  attempts: number;
  nextAttemptMs: number;
}

type IntentRow = {
  sequence: number;
  series: string;
  end_ms: number;
  revision: number;
  attempts: number;
  next_attempt_ms: number;
};

export function addIntent(sql: SqlStorage, { series, endMs }: DueWindow, revision: number): void {
  sql.exec(
    "insert into intent (series, end_ms, revision, next_attempt_ms) values (?, ?, ?, 0)",
    ...[series, endMs, revision],
  );
}

export function firstIntent(sql: SqlStorage): Intent | null {
  const [row] = sql.exec<IntentRow>("select * from intent order by sequence limit 1").toArray();
  return row === undefined
    ? null
    : {
        sequence: row.sequence,
        series: row.series,
        endMs: row.end_ms,
        revision: row.revision,
        attempts: row.attempts,
        nextAttemptMs: row.next_attempt_ms,
      };
}

export function finishIntent(sql: SqlStorage, sequence: number): void {
  sql.exec("delete from intent where sequence = ?", sequence);
}

export function delayIntent(sql: SqlStorage, sequence: number, nextAttemptMs: number): void {
  sql.exec(
    "update intent set attempts = attempts + 1, next_attempt_ms = ? where sequence = ?",
    nextAttemptMs,
    sequence,
  );
}
