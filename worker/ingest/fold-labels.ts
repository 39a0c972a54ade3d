import type { Model } from "#core/domain/api.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { hashId } from "#core/domain/id-hash.ts";
import { latestWins, sortLog } from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { writeLabelBatch } from "#core/domain/wire.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";

export interface ParsedLabels {
  predictionIds: string[];
  labels: Uint8Array;
  /** When the prediction was made; NaN where the sender did not say. */
  predictionTimesMs: Float64Array;
  /** When the label was known; NaN where the sender did not say. */
  timesMs: Float64Array;
}

const hash = new Uint32Array(2);

/** Labels by the pane of their prediction; a label without a time was known when it arrived. */
export function foldLabels(
  parsed: ParsedLabels,
  { basePaneMs, windowMs }: Pick<Model, "basePaneMs" | "windowMs">,
  nowMs: number,
): Pick<BatchInput, "payload" | "windows"> {
  const rows = Array.from(parsed.labels.keys());
  const byPane = Map.groupBy(rows, (row) => {
    const timeMs = parsed.predictionTimesMs[row];
    return Number.isNaN(timeMs) ? null : floorTo(timeMs, basePaneMs);
  });
  const groups = Array.from(byPane, ([paneStartMs, ofPane]) => {
    const unsorted = {
      hi: new Uint32Array(ofPane.length),
      lo: new Uint32Array(ofPane.length),
      values: new Float64Array(ofPane.length),
      flags: new Uint8Array(ofPane.length),
    };
    ofPane.forEach((row, index) => {
      hashId(parsed.predictionIds[row], hash);
      unsorted.hi[index] = hash[0];
      unsorted.lo[index] = hash[1];
      const timeMs = parsed.timesMs[row];
      unsorted.values[index] = Number.isNaN(timeMs) ? nowMs : timeMs;
      unsorted.flags[index] = parsed.labels[row];
    });
    return { paneStartMs, log: sortLog(unsorted, latestWins) };
  });
  // A label is late when the predictions of its window are forgotten.
  const windows = groups.flatMap(({ paneStartMs, log }) =>
    paneStartMs === null
      ? []
      : [{ endMs: floorTo(paneStartMs, windowMs) + windowMs + limits.labelHorizonMs, rows: log.hi.length }],
  );
  return { payload: writeLabelBatch(groups), windows };
}
