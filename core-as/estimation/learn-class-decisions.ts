/**
 * The block by which a multiclass model's performance is estimated: for each class a calibration map of the model's
 * probability of it, one against the rest, and the cells of that score.
 */
import {
  type ClassCounting,
  type ClassDecisions,
  classSlots,
  countClassDecisions,
} from "../derived/class-decisions.ts";
import { scoreMapOf } from "../derived/score-map.ts";
import { gather } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Answers, answersOf, scoreFeatures } from "../domain/outcomes.ts";
import type { Kernel } from "../kernel/api.ts";
import {
  calibrationCounts,
  type CalibrationCounts,
  fitIsotonic,
  withoutRows,
} from "../methods/estimation/isotonic.ts";
import { needsCalibration } from "../methods/estimation/needs-calibration.ts";
import type { ErrorPerRow } from "../methods/performance/chunk-error.ts";
import { confusionOf } from "../methods/performance/confusion-matrix.ts";
import { macroRocAuc } from "../methods/performance/macro-roc-auc.ts";
import { multiclassDecisions } from "../methods/performance/multiclass-decisions.ts";
import type { Measure } from "../methods/performance/sampling-error.ts";
import { estimateClassDecisions } from "./estimate-class-decisions.ts";
import { chunkFolds, type LabelledRows, spreadRows } from "./labelled.ts";
import { chunkSeries, knownErrors } from "./of-reference.ts";
import { scoreEdges } from "./score-edges.ts";

/** One class against the rest. */
interface ClassRows {
  class: string;
  score: string;
  scores: Float64Array;
  /** 1 for rows of the class, 0 for others, NaN where the label is not known. */
  labels: Float64Array;
  calibration: CalibrationCounts | null;
}

/** Null unless every class has a score, and where no class has enough labelled rows to say whether it is calibrated. */
export function learnClassDecisions(kernel: Kernel, rows: LabelledRows): ClassDecisions | null {
  const { model, columns, labels, chunking } = rows;
  const answers = answersOf(model, columns);
  const { scores, scoresPerRow, predicted } = answers;
  if (scoresPerRow === 0) return null;
  const judged = Int32Array.from(labels.keys()).filter(
    (row) =>
      !Number.isNaN(labels[row]) &&
      !Number.isNaN(predicted[row]) &&
      !Number.isNaN(scores[row * scoresPerRow]),
  );
  const sampled = spreadRows(judged, limits.estimationRows);
  let decided = false;
  const classes = scoreFeatures(model).map((feature, k): ClassRows => {
    const own = Float64Array.from(labels, (_, row) => scores[row * scoresPerRow + k]);
    const isClass = labels.map((label) => (Number.isNaN(label) ? NaN : Number(label === k)));
    const { needed } = needsCalibration(kernel, gather(own, sampled), gather(isClass, sampled));
    decided ||= needed !== null;
    return {
      class: model.classes[k],
      score: feature.name,
      scores: own,
      labels: isClass,
      calibration: needed === true ? calibrationCounts(kernel, own, isClass) : null,
    };
  });
  if (!decided) return null;
  const cells = Math.min(limits.scoreCells, Math.floor(limits.classScoreCells / classes.length));
  const counting: ClassCounting = {
    classes: classes.map((each) => ({
      class: each.class,
      score: each.score,
      map: each.calibration && scoreMapOf(fitIsotonic(each.calibration)),
      edges: scoreEdges(
        [1, 0].map((side) => kernel.sortFinite(each.scores.filter((_, row) => each.labels[row] === side))),
        cells,
      ),
    })),
    prediction: model.features.find(({ role }) => role === "prediction")?.name ?? null,
  };
  const slots = classSlots(counting);
  const counts = new Float64Array(slots);
  countClassDecisions(counting)(columns, undefined, counts, 0);
  return {
    kind: "classDecisions",
    ...counting,
    reference: {
      counts: [...counts],
      errors: knownErrors(errorsOf(kernel, answers, labels, judged, sampled)),
      chunks:
        chunking &&
        chunkSeries(chunking, chunkFolds(chunking, folds), (fold) => {
          const own = withoutFold(counting, classes, fold.rows);
          const count = countClassDecisions(own);
          return (chunk) => {
            const counted = new Float64Array(slots);
            count(columns, chunk, counted, 0);
            return estimateClassDecisions(own, counted);
          };
        }),
    },
  };
}

/** As for two classes (learn-decisions.ts). */
const folds = 10;

function withoutFold(
  counting: ClassCounting,
  classes: readonly ClassRows[],
  rows: Int32Array,
): ClassCounting {
  return {
    ...counting,
    classes: counting.classes.map((each, k) => {
      const { calibration, scores, labels } = classes[k];
      const map = calibration && scoreMapOf(fitIsotonic(withoutRows(calibration, scores, labels, rows)));
      return { ...each, map };
    }),
  };
}

/** From the standard errors on the reference: a row's is √rows times as large. */
function errorsOf(
  kernel: Kernel,
  { scores, scoresPerRow, predicted }: Answers,
  labels: Float64Array,
  judged: Int32Array,
  sampled: Int32Array,
): Record<string, ErrorPerRow> {
  const perRow = ({ standardError }: Measure, { length }: Int32Array): ErrorPerRow => ({
    spread: standardError * Math.sqrt(length),
    share: 1,
  });
  const confusion = confusionOf(gather(labels, judged), gather(predicted, judged), scoresPerRow);
  const { accuracy, macro } = multiclassDecisions(kernel, confusion);
  const probabilities = new Float64Array(sampled.length * scoresPerRow);
  sampled.forEach((row, i) =>
    probabilities.set(scores.subarray(row * scoresPerRow, (row + 1) * scoresPerRow), i * scoresPerRow),
  );
  const area = macroRocAuc(kernel, probabilities, gather(labels, sampled), scoresPerRow);
  return {
    accuracy: perRow(accuracy, judged),
    macroPrecision: perRow(macro.precision, judged),
    macroRecall: perRow(macro.recall, judged),
    macroF1: perRow(macro.f1, judged),
    rocAuc: perRow(area, sampled),
  };
}
