import type { ModelUsage } from "#core/domain/api.ts";

/**
 * What an object cost since it woke, in what the platform bills. In memory only: a count of writes that were written would
 * count itself.
 */
export class Usage {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  /** Batches stored. */
  batches = 0;
  /** Generations of batches folded, or handed over. */
  folds = 0;
  /** Rows of SQLite, those of deletions included. */
  rowsWritten = 0;
  /** Each is billed as a row. */
  alarmsSet = 0;

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }
}

/** Of all objects of a model together; at least one. */
export function sumUsage(all: readonly ModelUsage[]): ModelUsage {
  return all.reduce((sum, one) => ({
    sinceMs: Math.max(sum.sinceMs, one.sinceMs),
    batches: sum.batches + one.batches,
    waiting: sum.waiting + one.waiting,
    folds: sum.folds + one.folds,
    rowsWritten: sum.rowsWritten + one.rowsWritten,
    alarmsSet: sum.alarmsSet + one.alarmsSet,
    databaseBytes: sum.databaseBytes + one.databaseBytes,
  }));
}
