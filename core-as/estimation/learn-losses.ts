/**
 * The block by which a regression's losses are estimated: one small model of boosted trees for each, learnt from labels.
 * Learning takes seconds, so it is done once, on all rows: the segments' references have the same trees.
 */
import { countLosses, type LossCounting, type Losses, lossSlots } from "../derived/losses.ts";
import type { Column } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { answersOf } from "../domain/outcomes.ts";
import type { Kernel } from "../kernel/api.ts";
import { type DleModel, learnDle, realisedErrors } from "../methods/estimation/dle.ts";
import { estimateLosses } from "./estimate-losses.ts";
import { chunkFolds, type LabelledRows, spreadRows } from "./labelled.ts";
import { chunkSeries, knownErrors } from "./of-reference.ts";

/** Trees of a reference, and those that have not seen some of its chunks. */
export interface LossModels {
  whole: LossCounting;
  without: { chunkStarts: ReadonlySet<number>; trees: LossCounting }[];
}

/** Fewer labelled rows teach trees nothing. */
const leastRows = 100;
/** Trees are learnt anew for each: two cost as much as the whole model once more. */
const folds = 2;

/** Null unless a regression has a prediction, and with too few labelled rows. */
export function learnLossModels(kernel: Kernel, rows: LabelledRows): LossModels | null {
  const { model, columns, labels, chunking } = rows;
  const prediction = model.features.find(({ role }) => role === "prediction");
  if (model.task !== "regression" || prediction === undefined) return null;
  const { predicted } = answersOf(model, columns);
  const judged = Int32Array.from(labels.keys()).filter(
    (row) => Number.isFinite(labels[row]) && !Number.isNaN(predicted[row]),
  );
  if (judged.length < leastRows) return null;
  const features = new Map<string, Column>();
  for (const { name, role } of model.features) {
    const column = columns.columns.get(name);
    if (role === "feature" && column !== undefined) features.set(name, column);
  }
  const most = Math.min(limits.estimationRows, Math.floor(limits.estimationValues / (features.size + 1)));
  const sampled = spreadRows(judged, most);
  const learn = (from: Int32Array): LossCounting => {
    const learnt: DleModel = learnDle(kernel, features, onlyThese(labels, from), predicted);
    return { prediction: prediction.name, features: learnt.features, trees: learnt.losses };
  };
  return {
    whole: learn(sampled),
    without: (chunking ? chunkFolds(chunking, folds) : []).map(({ chunks, rows: left }) => {
      const without = new Set(left);
      const trees = learn(sampled.filter((row) => !without.has(row)));
      return { chunkStarts: new Set(chunks.map((chunk) => chunking?.starts[chunk] ?? NaN)), trees };
    }),
  };
}

/** The block of a reference, or of a segment's, with the trees of all rows. */
export function lossesBlock(
  kernel: Kernel,
  { model, columns, labels, chunking }: LabelledRows,
  { whole, without }: LossModels,
): Losses {
  const counts = new Float64Array(lossSlots);
  countLosses(whole)(columns, undefined, counts, 0);
  const { predicted } = answersOf(model, columns);
  const counters = new Map(
    [whole, ...without.map(({ trees }) => trees)].map((own) => [own, countLosses(own)]),
  );
  return {
    kind: "losses",
    ...whole,
    reference: {
      counts: [...counts],
      errors: knownErrors(realisedErrors(kernel, labels, predicted)),
      chunks:
        chunking &&
        chunkSeries(chunking, chunkFolds(chunking, chunking.starts.length), ({ chunks: [chunk] }) => {
          const start = chunking.starts[chunk];
          const unseen = without.find(({ chunkStarts }) => chunkStarts.has(start))?.trees ?? whole;
          return (rows) => {
            const counted = new Float64Array(lossSlots);
            counters.get(unseen)?.(columns, rows, counted, 0);
            return estimateLosses(unseen, counted);
          };
        }),
    },
  };
}

/** The labels of some rows, NaN for all others. */
function onlyThese(labels: Float64Array, rows: Int32Array): Float64Array {
  const only = new Float64Array(labels.length).fill(NaN);
  for (const row of rows) only[row] = labels[row];
  return only;
}
