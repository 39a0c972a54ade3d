import type { Model } from "#core/domain/api.ts";
import type { Columns } from "#core/domain/columns.ts";
import { hashId } from "#core/domain/id-hash.ts";
import { allocateLog, emptyLog, firstWins, type IdLog, sortLog } from "#core/domain/id-log.ts";
import { answersOf, predictionWidth } from "#core/domain/outcomes.ts";
import { segmentCodes } from "#core/domain/segments.ts";

const hash = new Uint32Array(2);

/** Rows that a label can judge: with an id, and with an answer of the model. */
export interface Loggable {
  columns: Columns;
  predictionIds: readonly (string | null)[];
  /** Of the batch. */
  version: string | null;
}

/**
 * Prepares the packed logs of a batch: what labels will judge, with the segments it counts in.
 * @param sendings none where the rows are only repeated beside their labels
 */
export function predictionLogger(
  model: Model,
  { columns, predictionIds, version }: Loggable,
  { sendings }: { sendings: 0 | 1 },
): (rows: ArrayLike<number>) => IdLog {
  if (predictionIds.every((id) => id === null)) return () => emptyLog;
  const { scores, scoresPerRow, predicted } = answersOf(model, columns);
  const codes = model.segments.map((segment) => segmentCodes(segment, columns, version));
  const width = predictionWidth(model);
  const timesMs = columns.timesMs ?? new Float64Array(columns.rows);
  return (rows) => {
    const kept: number[] = [];
    for (let index = 0; index < rows.length; index++)
      if (predictionIds[rows[index]] !== null && !Number.isNaN(predicted[rows[index]]))
        kept.push(rows[index]);
    if (kept.length === 0) return emptyLog;
    const unsorted = allocateLog(kept.length, width);
    for (let entry = 0; entry < kept.length; entry++) {
      const row = kept[entry];
      hashId(predictionIds[row] ?? "", hash);
      unsorted.hi[entry] = hash[0];
      unsorted.lo[entry] = hash[1];
      let at = entry * width;
      unsorted.values[at++] = predicted[row];
      for (let place = 0; place < scoresPerRow; place++)
        unsorted.values[at++] = scores[row * scoresPerRow + place];
      for (const code of codes) unsorted.values[at++] = code[row];
      unsorted.values[at++] = timesMs[row];
      unsorted.values[at] = sendings;
    }
    return sortLog(unsorted, firstWins);
  };
}
