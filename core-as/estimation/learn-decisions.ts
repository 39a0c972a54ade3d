/**
 * The block by which a binary model's performance is estimated, from the labelled rows of a reference: does its score
 * need calibration and by which map, in which cells is it counted, and what does all that say of the reference itself.
 */
import { countDecisions, type DecisionCounting, type Decisions } from "../derived/decisions.ts";
import { scoreMapOf } from "../derived/score-map.ts";
import { gather } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { answersOf } from "../domain/outcomes.ts";
import type { Kernel } from "../kernel/api.ts";
import {
  calibrationCounts,
  type CalibrationCounts,
  fitIsotonic,
  withoutRows,
} from "../methods/estimation/isotonic.ts";
import { needsCalibration } from "../methods/estimation/needs-calibration.ts";
import { binaryConfusionOf } from "../methods/performance/binary-decisions.ts";
import { decisionErrors, rocAucError } from "../methods/performance/chunk-error.ts";
import { groupsOfScores } from "../methods/performance/score-groups.ts";
import { estimateDecisions } from "./estimate-decisions.ts";
import { chunkFolds, type LabelledRows, spreadRows } from "./labelled.ts";
import { chunkSeries, knownErrors } from "./of-reference.ts";
import { scoreEdges } from "./score-edges.ts";

/** Null without a score, and where too few rows have both a score and a label to say whether it is calibrated. */
export function learnDecisions(kernel: Kernel, rows: LabelledRows): Decisions | null {
  const { model, columns, labels, chunking } = rows;
  const { scores, scoresPerRow, predicted } = answersOf(model, columns);
  const score = model.features.find(({ role }) => role === "score");
  if (scoresPerRow !== 1 || score === undefined) return null;
  const judged = Int32Array.from(labels.keys()).filter(
    (row) => (labels[row] === 0 || labels[row] === 1) && !Number.isNaN(scores[row]),
  );
  const sampled = spreadRows(judged, limits.estimationRows);
  const { needed } = needsCalibration(kernel, gather(scores, sampled), gather(labels, sampled));
  if (needed === null) return null;
  const calibration = needed ? calibrationCounts(kernel, scores, labels) : null;
  const counting: DecisionCounting = {
    score: score.name,
    prediction: model.features.find(({ role }) => role === "prediction")?.name ?? null,
    map: calibration && scoreMapOf(fitIsotonic(calibration)),
    edges: scoreEdges([kernel.sortFinite(scores)], limits.scoreCells),
  };
  const counts = new Float64Array(4 * (counting.edges.length + 1));
  countDecisions(counting)(columns, undefined, counts, 0);
  const [seen, known] = [gather(predicted, judged), gather(labels, judged)];
  return {
    kind: "decisions",
    ...counting,
    reference: {
      counts: [...counts],
      errors: knownErrors({
        ...decisionErrors(binaryConfusionOf(known, seen)),
        rocAuc: rocAucError(groupsOfScores(gather(scores, judged), known)),
      }),
      chunks:
        chunking &&
        chunkSeries(chunking, chunkFolds(chunking, folds), (fold) => {
          const own = { ...counting, map: mapWithout(calibration, scores, labels, fold.rows) };
          const count = countDecisions(own);
          return (chunk) => {
            const counted = new Float64Array(counts.length);
            count(columns, chunk, counted, 0);
            return estimateDecisions(own, counted);
          };
        }),
    },
  };
}

/** Enough that a map without a fold is nearly the whole one, and few enough for chunks of hours. */
const folds = 10;

function mapWithout(
  calibration: CalibrationCounts | null,
  scores: Float64Array,
  labels: Float64Array,
  rows: Int32Array,
): DecisionCounting["map"] {
  return calibration && scoreMapOf(fitIsotonic(withoutRows(calibration, scores, labels, rows)));
}
