/** Everything that needs no server: load, features, training, scores, faults; kept in a file for the next start. */
import { readCache, writeCache } from "./cache.ts";
import type { Dataset } from "./dataset.ts";
import { replayToMinute } from "./calendar.ts";
import { buildFeatures } from "./features.ts";
import { injectFaults } from "./faults.ts";
import { loadFlights } from "./flights.ts";
import { SCORE_SCALE } from "./metrics.ts";
import { scoreRows, train, type DelayModel } from "./train.ts";

export type PreparePhase = "load" | "features" | "train" | "score" | "save";

export interface PrepareOptions {
  /** Where the prepared file is kept; left out, nothing is kept. */
  cacheDir?: string;
  /** Only flights before this minute since 1 January 2001: for tests. */
  toMinute?: number;
  onProgress?: (phase: PreparePhase, done: number, total: number) => void;
}

export async function prepare({
  cacheDir,
  toMinute = replayToMinute,
  onProgress = () => {},
}: PrepareOptions = {}): Promise<Dataset> {
  const kept = cacheDir === undefined ? null : readCache(cacheDir);
  if (kept !== null) return kept;

  onProgress("load", 0, 1);
  const flights = await loadFlights(toMinute);
  const { rows, minute, delay, codes } = flights;
  const columns = buildFeatures(flights, (done) => onProgress("features", done, rows));
  const training = train(flights, columns, (done, steps) => onProgress("train", done, steps));

  const known = training.crossFitted.length;
  const after = Uint32Array.from({ length: rows - known }, (_, index) => known + index);
  const scores = new Uint16Array(rows);
  scores.set(training.crossFitted);
  scores.set(
    scoreRows(training.model, columns, after, (done) => onProgress("score", done, after.length)),
    known,
  );

  const injected = injectFaults({ rows, minute, codes, columns });
  const dataset: Dataset = {
    rows,
    minute,
    delay,
    codes,
    columns,
    scores,
    faulty: {
      columns: injected.columns,
      scores: rescore(training.model, injected, scores),
    },
    training: {
      auc: training.auc,
      baseRate: training.baseRate,
      threshold: training.threshold / SCORE_SCALE,
      importance: [...training.model.forest.importance],
    },
  };
  if (cacheDir !== undefined) {
    onProgress("save", 0, 1);
    writeCache(cacheDir, dataset);
  }
  return dataset;
}

/** The model sees the faulty features: its scores change with them. */
function rescore(
  model: DelayModel,
  { columns, rows }: ReturnType<typeof injectFaults>,
  scores: Uint16Array,
): Uint16Array {
  const faulty = scores.slice();
  const changed = scoreRows(model, columns, rows);
  for (let at = 0; at < rows.length; at++) faulty[rows[at]] = changed[at];
  return faulty;
}
