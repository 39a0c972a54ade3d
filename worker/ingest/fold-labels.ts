import type { Model } from "#core/domain/api.ts";
import { hoursOfPanes } from "#core/domain/archive.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { hashId } from "#core/domain/id-hash.ts";
import { allocateLog, emptyLog, latestWins, sortLog } from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { writeArchiveRecord, writeLabelBatch, writeLog } from "#core/domain/wire.ts";
import type { ParsedLabels } from "#core/formats/label-rows.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";
import { predictionLogger } from "./prediction-log.ts";

const hash = new Uint32Array(2);
/** `[timeMs, label, timed]`. */
const labelWidth = 3;

/** Labels by the pane of their prediction; a label without a time was known when it arrived. */
export function foldLabels(
  parsed: ParsedLabels,
  model: Model,
  { batchId, version, nowMs }: { batchId: string; version: string | null; nowMs: number },
): Pick<BatchInput, "payload" | "windows" | "archived"> {
  const { basePaneMs, windowMs, clock } = model;
  // A row that repeats its prediction needs no id of the sender's: within the batch its place is one.
  const idOf = (row: number | undefined, given: string | null | undefined): string =>
    given ?? `${batchId}#${row}`;
  const paneOf = (timeMs: number): number | null =>
    Number.isNaN(timeMs) ? null : floorTo(timeMs, basePaneMs);
  const { direct } = parsed;
  const predictionIds = direct.predictionIds.map((id, index) =>
    idOf(parsed.rowIndex[direct.places[index]], id),
  );
  const repeated = { columns: direct.columns, predictionIds, version };
  const logDirect = predictionLogger(model, repeated, { sendings: 0 });
  const directRows = Array.from(direct.places.keys());
  const directByPane = Map.groupBy(directRows, (row) => paneOf(direct.columns.timesMs?.[row] ?? NaN));
  const byPane = Map.groupBy(parsed.labels.keys(), (row) => paneOf(parsed.predictionTimesMs[row]));
  const groups = Array.from(byPane, ([paneStartMs, rows]) => {
    const unsorted = allocateLog(rows.length, labelWidth);
    rows.forEach((row, entry) => {
      hashId(idOf(parsed.rowIndex[row], parsed.predictionIds[row]), hash);
      unsorted.hi[entry] = hash[0];
      unsorted.lo[entry] = hash[1];
      const timeMs = parsed.timesMs[row];
      // When it arrived says nothing on a replay's clock.
      const timed = !Number.isNaN(timeMs) || clock === "wall";
      unsorted.values.set(
        [Number.isNaN(timeMs) ? nowMs : timeMs, parsed.labels[row], timed ? 1 : 0],
        entry * labelWidth,
      );
    });
    const inPane = paneStartMs === null ? undefined : directByPane.get(paneStartMs);
    const predictions = inPane === undefined ? emptyLog : logDirect(inPane);
    const log = sortLog(unsorted, latestWins);
    return { paneStartMs, labels: log.hi.length, log: writeLog(log), predictions: writeLog(predictions) };
  });
  // A label is late when the predictions of its window are forgotten.
  const windows = groups.flatMap(({ paneStartMs, labels }) =>
    paneStartMs === null
      ? []
      : [{ endMs: floorTo(paneStartMs, windowMs) + windowMs + limits.labelHorizonMs, rows: labels }],
  );
  const placed = groups.flatMap(({ paneStartMs }) => (paneStartMs === null ? [] : [paneStartMs]));
  const hours = model.archive ? hoursOfPanes(placed, basePaneMs) : [];
  return {
    payload: writeLabelBatch(groups),
    windows,
    archived: hours.length === 0 ? undefined : writeArchiveRecord({ kind: "labels", hours }),
  };
}
