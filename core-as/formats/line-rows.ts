/**
 * Rows of a body of lines (NDJSON, CSV): those that could be read go the way of JSON rows, those that could not are refused
 * alone, and every refusal names the line that it stands in.
 */
import { limits } from "../domain/limits.ts";
import type { PredictionBody } from "./json-rows.ts";
import type { RefusalTally, RowError } from "./row-reader.ts";

export interface LineRows {
  /** The rows that could be read. */
  body: PredictionBody;
  /** Of each of them, its place among all rows of the batch. */
  rowNumbers: Int32Array;
  /** Of each row of the batch, the line that it begins in, from 1. */
  lines: Int32Array;
  /** The rows that could not be read. */
  unreadable: RowError[];
}

/** What every reader of rows gives; those of predictions count what they refuse by reason. */
interface ParsedRows {
  rowIndex: Int32Array;
  errors: RowError[];
  rejected: number;
  refusals?: RefusalTally;
}

/** The rows as parsed, counted among all rows of the batch, with the unreadable ones among the refused. */
export function inLines<T extends ParsedRows>(parsed: T, { rowNumbers, unreadable }: LineRows): T {
  const errors = parsed.errors.map((error) => ({ ...error, row: rowNumbers[error.row] }));
  return {
    ...parsed,
    rowIndex: parsed.rowIndex.map((row) => rowNumbers[row]),
    errors: [...errors, ...unreadable].sort((a, b) => a.row - b.row).slice(0, limits.errorsListed),
    rejected: parsed.rejected + unreadable.length,
    ...(parsed.refusals && { refusals: withUnreadable(parsed.refusals, unreadable) }),
  };
}

function withUnreadable(tally: RefusalTally, unreadable: readonly RowError[]): RefusalTally {
  const rejected = { ...tally.rejected };
  for (const { code } of unreadable) rejected[code] = (rejected[code] ?? 0) + 1;
  return { ...tally, rejected };
}
