import type { Receipt } from "#core/domain/api.ts";
import type { Columns } from "#core/domain/columns.ts";
import { rowErrors } from "#core/domain/errors.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { hashId } from "#core/domain/id-hash.ts";
import { emptyLog, firstWins, sortLog, type IdLog } from "#core/domain/id-log.ts";
import type { Folder } from "#core/domain/window.ts";
import { writeCounts, writeDelta, writeLog, type DeltaPart } from "#core/domain/wire.ts";
import type { Plan } from "./plan-cache.ts";

/** Valid rows of a batch, as the core parsed them. */
export interface ParsedRows {
  columns: Columns;
  predictionIds: (string | null)[];
  /** Index in the batch as sent. */
  rowIndex: Int32Array;
}

/** Rows of one pane with the reference in force there. */
export interface PaneRows {
  paneStartMs: number;
  referenceId: string | null;
  rows: number[];
}

export interface FoldedBatch {
  payload: Uint8Array<ArrayBuffer>;
  accepted: number;
  /** Rows in force of no reference, as row errors. */
  refused: Receipt["errors"];
  newestMs: number | null;
  windows: { endMs: number; rows: number }[];
}

export function groupByPane({ columns }: ParsedRows, plan: Plan): PaneRows[] {
  const { basePaneMs } = plan.model;
  const panes = new Map<number, PaneRows>();
  const timesMs = columns.timesMs ?? new Float64Array(0);
  for (let row = 0; row < timesMs.length; row++) {
    const paneStartMs = floorTo(timesMs[row], basePaneMs);
    let pane = panes.get(paneStartMs);
    if (pane === undefined) {
      pane = { paneStartMs, referenceId: referenceAt(plan.activations, paneStartMs), rows: [] };
      panes.set(paneStartMs, pane);
    }
    pane.rows.push(row);
  }
  return [...panes.values()];
}

/** Counts each pane's rows in the cells of the reference in force there. */
export function foldRows(
  parsed: ParsedRows,
  panes: readonly PaneRows[],
  folders: ReadonlyMap<string, Folder>,
  plan: Plan,
): FoldedBatch {
  const { columns, rowIndex } = parsed;
  const { windowMs } = plan.model;
  const log = loggedColumns(columns, plan);
  const timesMs = columns.timesMs ?? new Float64Array(columns.rows);
  const parts: DeltaPart[] = [];
  const refused: Receipt["errors"] = [];
  const windows = new Map<number, number>();
  let [accepted, newestMs] = [0, -Infinity];
  for (const { paneStartMs, referenceId, rows } of panes) {
    const folder = referenceId === null ? undefined : folders.get(referenceId);
    if (referenceId === null || folder === undefined) {
      for (const row of rows)
        refused.push({
          row: rowIndex[row],
          field: null,
          code: "no_reference",
          message: rowErrors.no_reference,
        });
      continue;
    }
    const whole = rows.length === columns.rows;
    const counts = whole ? folder.fold(columns) : folder.fold(columns, Int32Array.from(rows));
    const joined = logRows(parsed.predictionIds, rows, log);
    parts.push({
      paneStartMs,
      referenceId,
      rows: rows.length,
      counts: writeCounts(counts),
      log: writeLog(joined),
    });
    accepted += rows.length;
    const endMs = floorTo(paneStartMs, windowMs) + windowMs;
    windows.set(endMs, (windows.get(endMs) ?? 0) + rows.length);
    for (const row of rows) newestMs = Math.max(newestMs, timesMs[row]);
  }
  return {
    payload: writeDelta(parts),
    accepted,
    refused,
    newestMs: accepted === 0 ? null : newestMs,
    windows: Array.from(windows, ([endMs, rows]) => ({ endMs, rows })),
  };
}

interface LoggedColumns {
  /** In [0, 1], or NaN where the model gave none. */
  score(row: number): number;
  /** Predicted class; null where there is neither a decision nor a score. */
  predicted(row: number): 0 | 1 | null;
}

/** What labels will judge: the score, and the decision or, without one, the score's side of one half. */
function loggedColumns(columns: Columns, { model }: Plan): LoggedColumns | null {
  const columnOf = (wanted: "score" | "prediction") => {
    const feature = model.features.find(({ role }) => role === wanted);
    return feature === undefined ? undefined : columns.columns.get(feature.name);
  };
  const [scores, decisions] = [columnOf("score"), columnOf("prediction")];
  if (scores?.kind !== "numeric" && decisions?.kind !== "categorical") return null;
  const score = (row: number): number => {
    const value = scores?.kind === "numeric" ? scores.values[row] : NaN;
    return value >= 0 && value <= 1 ? value : NaN;
  };
  const yes = decisions?.kind === "categorical" ? decisions.dictionary.indexOf("true") : -1;
  const predicted = (row: number): 0 | 1 | null => {
    const code = decisions?.kind === "categorical" ? decisions.codes[row] : -1;
    if (code >= 0) return code === yes ? 1 : 0;
    const value = score(row);
    return Number.isNaN(value) ? null : value >= 0.5 ? 1 : 0;
  };
  return { score, predicted };
}

const hash = new Uint32Array(2);

/** Rows that a label can join and judge: with an id, and with a decision or a score that is a probability. */
function logRows(
  predictionIds: readonly (string | null)[],
  rows: readonly number[],
  log: LoggedColumns | null,
): IdLog {
  if (log === null) return emptyLog;
  const kept = rows.filter((row) => predictionIds[row] !== null && log.predicted(row) !== null);
  const unsorted: IdLog = {
    hi: new Uint32Array(kept.length),
    lo: new Uint32Array(kept.length),
    values: new Float64Array(kept.length),
    flags: new Uint8Array(kept.length),
  };
  kept.forEach((row, index) => {
    hashId(predictionIds[row] ?? "", hash);
    unsorted.hi[index] = hash[0];
    unsorted.lo[index] = hash[1];
    unsorted.values[index] = log.score(row);
    unsorted.flags[index] = log.predicted(row) ?? 0;
  });
  return sortLog(unsorted, firstWins);
}
