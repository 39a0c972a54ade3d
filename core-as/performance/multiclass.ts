import type { Outcomes } from "../domain/outcomes.ts";
import type { ClassPerformance, Metrics, RealisedPerformance } from "../domain/performance.ts";
import type { Kernel } from "../kernel/api.ts";
import { averagePrecisionOfGroups } from "../methods/performance/average-precision.ts";
import {
  type CalibrationBins,
  calibrationBinsOf,
  expectedCalibrationError,
  maximumCalibrationError,
} from "../methods/performance/calibration-error.ts";
import { classSpecificities } from "../methods/performance/class-specificity.ts";
import { type ConfusionMatrix, confusionOf, marginsOf } from "../methods/performance/confusion-matrix.ts";
import { macroAveragePrecision } from "../methods/performance/macro-average-precision.ts";
import { macroRocAucOfClasses } from "../methods/performance/macro-roc-auc.ts";
import { multiclassDecisions } from "../methods/performance/multiclass-decisions.ts";
import {
  multiclassProbabilityMeasures,
  multiclassSumsOf,
} from "../methods/performance/multiclass-probabilities.ts";
import { type ClassScores, oneAgainstRest } from "../methods/performance/one-against-rest.ts";
import { rocAucOfGroups } from "../methods/performance/roc-auc.ts";
import { calibrationCurve } from "./calibration-curve.ts";
import { type Costs, decided } from "./decided.ts";
import { estimateOf } from "./estimate.ts";

export function multiclassPerformance(kernel: Kernel, outcomes: Outcomes, costs: Costs): RealisedPerformance {
  const { classes, labels, predicted, scoresPerRow } = outcomes;
  const matrix = confusionOf(labels, predicted, classes.length);
  const { accuracy, kappa, mcc, macro, micro, weighted } = multiclassDecisions(kernel, matrix);
  const { confusion, value, businessValue } = decided(kernel, matrix, costs);
  const scores =
    scoresPerRow === classes.length ? oneAgainstRest(outcomes.scores, labels, scoresPerRow) : null;
  const scored = scores && scoredMulticlass(kernel, outcomes, scores);
  return {
    task: "multiclass",
    classes: [...classes],
    metrics: {
      ...scored?.metrics,
      accuracy: estimateOf(accuracy),
      macroPrecision: estimateOf(macro.precision),
      macroRecall: estimateOf(macro.recall),
      macroF1: estimateOf(macro.f1),
      macroSpecificity: estimateOf(classSpecificities(kernel, matrix).macro),
      microPrecision: estimateOf(micro.precision),
      microRecall: estimateOf(micro.recall),
      microF1: estimateOf(micro.f1),
      weightedPrecision: estimateOf(weighted.precision),
      weightedRecall: estimateOf(weighted.recall),
      weightedF1: estimateOf(weighted.f1),
      mcc: estimateOf(mcc),
      kappa: estimateOf(kappa),
      ...businessValue,
    },
    confusion,
    byClass: byClass(kernel, classes, matrix, scores),
    calibration: scored?.calibration ?? null,
    roc: null,
    value,
  };
}

function byClass(
  kernel: Kernel,
  classes: readonly string[],
  matrix: ConfusionMatrix,
  scores: readonly ClassScores[] | null,
): ClassPerformance[] {
  const { labelled, predicted } = marginsOf(matrix);
  const decisions = multiclassDecisions(kernel, matrix).byClass;
  const specificities = classSpecificities(kernel, matrix).byClass;
  return classes.map((name, each) => ({
    class: name,
    labelled: labelled[each],
    predicted: predicted[each],
    metrics: {
      precision: estimateOf(decisions[each].precision),
      recall: estimateOf(decisions[each].recall),
      f1: estimateOf(decisions[each].f1),
      specificity: estimateOf(specificities[each]),
      rocAuc: scores && estimateOf(rocAucOfGroups(kernel, scores[each].groups)),
      averagePrecision: scores && estimateOf(averagePrecisionOfGroups(kernel, scores[each].groups)),
    },
  }));
}

function scoredMulticlass(
  kernel: Kernel,
  { scores, labels, classes }: Outcomes,
  rest: readonly ClassScores[],
): { metrics: Metrics; calibration: RealisedPerformance["calibration"] } {
  const losses = multiclassProbabilityMeasures(
    kernel,
    multiclassSumsOf(kernel, scores, labels, classes.length),
  );
  const bins = topBins(scores, labels, classes.length, 10);
  return {
    metrics: {
      rocAuc: estimateOf(macroRocAucOfClasses(kernel, rest)),
      averagePrecision: estimateOf(macroAveragePrecision(kernel, rest)),
      logLoss: estimateOf(losses.logLoss),
      brier: estimateOf(losses.brier),
      ece: estimateOf(expectedCalibrationError(kernel, bins)),
      ece15: estimateOf(expectedCalibrationError(kernel, topBins(scores, labels, classes.length, 15))),
      mce: estimateOf({ ...maximumCalibrationError(bins), standardError: NaN }),
    },
    calibration: calibrationCurve(kernel, bins),
  };
}

/** The largest score of each row, and whether its class came true (Guo, Pleiss, Sun and Weinberger 2017). */
function topBins(scores: Float64Array, labels: Float64Array, classes: number, bins: number): CalibrationBins {
  const largest = new Float64Array(labels.length);
  const hits = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    let missing = false;
    for (let each = 0; each < classes; each++) {
      const score = scores[row * classes + each];
      if (Number.isNaN(score)) missing = true;
      else if (score > scores[row * classes + best]) best = each;
    }
    largest[row] = missing ? NaN : scores[row * classes + best];
    hits[row] = labels[row] === best ? 1 : 0;
  }
  return calibrationBinsOf(largest, hits, bins);
}
