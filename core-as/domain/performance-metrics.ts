/**
 * Every metric of performance, once: what it is called, of which tasks it is, which way is better, where it can lie and in
 * what unit. The API, the screens, the exports and the documents derive from this table. Free of everything else.
 */
import type { Task } from "./model.ts";

/** Which way is better; `same`: any change from the reference is one for the worse. */
export type Better = "up" | "down" | "same";

/** `share` has none; `label` is the unit of the labels, `cost` that of the model's costs. */
export type MetricUnit = "share" | "correlation" | "nats" | "label" | "label²" | "log²" | "log" | "cost";

export interface PerformanceMetric {
  name: string;
  /** For people. */
  label: string;
  tasks: readonly Task[];
  better: Better;
  /** Where it can lie at all; null for no bound. */
  least: number | null;
  most: number | null;
  unit: MetricUnit;
  /** Left out: labels and answers are enough. */
  needs?: "scores" | "costs";
  /** One line on what it is. */
  says: string;
}

type More = Partial<Pick<PerformanceMetric, "unit" | "needs">> & {
  range?: readonly [least: number | null, most: number | null];
};

/** Left with no more than this it is a share in [0, 1]. */
function row(
  label: string,
  tasks: readonly Task[],
  better: Better,
  says: string,
  { unit = "share", range: [least, most] = [0, 1], ...needs }: More = {},
): Omit<PerformanceMetric, "name"> {
  return { label, tasks, better, says, unit, least, most, ...needs };
}

const binary = ["binary"] as const;
const multiclass = ["multiclass"] as const;
const regression = ["regression"] as const;
const classes = ["binary", "multiclass"] as const;

const pooled = "all classes pooled: with one label a row this is accuracy";
const scored = { needs: "scores" } as const;
const positive = [0, null] as const;
const correlation = { unit: "correlation", range: [-1, 1] } as const;
const inLabels = { unit: "label", range: positive } as const;

const table = {
  rocAuc: row(
    "ROC-AUC",
    classes,
    "up",
    "share of pairs of both classes whose scores are in order; several classes: each against the rest, averaged",
    scored,
  ),
  averagePrecision: row(
    "average precision",
    classes,
    "up",
    "precision at the threshold of each positive row, averaged; several classes: each against the rest, averaged",
    scored,
  ),
  accuracy: row("accuracy", classes, "up", "share of rows answered right"),
  balancedAccuracy: row(
    "balanced accuracy",
    binary,
    "up",
    "mean of recall and specificity: does not move with the base rate",
  ),
  precision: row("precision", binary, "up", "share of rows called true that are true"),
  recall: row("recall", binary, "up", "share of true rows that are called true"),
  specificity: row("specificity", binary, "up", "share of false rows that are called false"),
  npv: row("negative predictive value", binary, "up", "share of rows called false that are false"),
  f1: row("F1", binary, "up", "harmonic mean of precision and recall"),
  macroPrecision: row(
    "macro precision",
    multiclass,
    "up",
    "mean of the classes' precisions, 0 for a class never predicted",
  ),
  macroRecall: row(
    "macro recall",
    multiclass,
    "up",
    "mean of the classes' recalls, 0 for a class that never occurred",
  ),
  macroF1: row("macro F1", multiclass, "up", "mean of the classes' F1"),
  macroSpecificity: row(
    "macro specificity",
    multiclass,
    "up",
    "mean over classes of the share of other rows that are not called this class",
  ),
  microPrecision: row("micro precision", multiclass, "up", pooled),
  microRecall: row("micro recall", multiclass, "up", pooled),
  microF1: row("micro F1", multiclass, "up", pooled),
  weightedPrecision: row(
    "weighted precision",
    multiclass,
    "up",
    "mean of the classes' precisions, weighted by their true rows",
  ),
  weightedRecall: row(
    "weighted recall",
    multiclass,
    "up",
    "mean of the classes' recalls, weighted by their true rows: accuracy",
  ),
  weightedF1: row("weighted F1", multiclass, "up", "mean of the classes' F1, weighted by their true rows"),
  mcc: row("Matthews correlation", classes, "up", "correlation of answers and labels", correlation),
  kappa: row("Cohen's kappa", classes, "up", "agreement of answers and labels beyond chance", correlation),
  logLoss: row("log-loss", classes, "down", "mean −ln of the probability given to what happened", {
    unit: "nats",
    range: positive,
    ...scored,
  }),
  brier: row(
    "Brier score",
    classes,
    "down",
    "mean squared gap of probability and outcome; several classes: summed over them",
    { range: [0, 2], ...scored },
  ),
  ece: row(
    "calibration error (ECE)",
    classes,
    "down",
    "mean gap of score and share of true rows over ten bins of equal width; several classes: of the largest score",
    scored,
  ),
  ece15: row("calibration error, 15 bins", classes, "down", "the same over 15 bins", scored),
  eceEqualCount: row(
    "calibration error, equal counts",
    binary,
    "down",
    "the same over ten bins with as many rows each",
    scored,
  ),
  mce: row(
    "largest calibration error",
    classes,
    "down",
    "the largest gap of the ten bins of equal width",
    scored,
  ),
  scoreSeparation: row(
    "score separation (KS)",
    binary,
    "up",
    "largest distance of the scores' cumulative shares in both classes",
    scored,
  ),
  baseRate: row("base rate", binary, "same", "share of true rows"),
  meanScore: row("mean score", binary, "same", "to be held against the base rate", scored),
  businessValue: row("business value", classes, "up", "mean value of a row by the model's costs", {
    unit: "cost",
    range: [null, null],
    needs: "costs",
  }),
  mae: row("mean absolute error", regression, "down", "mean size of the error", inLabels),
  rmse: row("root mean squared error", regression, "down", "root of the mean squared error", inLabels),
  mse: row("mean squared error", regression, "down", "mean of the squared error", {
    unit: "label²",
    range: positive,
  }),
  medianAbsoluteError: row(
    "median absolute error",
    regression,
    "down",
    "half of the rows are off by less",
    inLabels,
  ),
  maxError: row("largest error", regression, "down", "size of the largest error", inLabels),
  mape: row(
    "mean absolute percentage error",
    regression,
    "down",
    "mean size of the error by the label, over labels other than 0",
    { range: positive },
  ),
  smape: row(
    "symmetric percentage error",
    regression,
    "down",
    "mean size of the error by the mean size of label and prediction",
    { range: [0, 2] },
  ),
  msle: row(
    "mean squared log error",
    regression,
    "down",
    "mean squared difference of ln(1 + x); none with negative values",
    { unit: "log²", range: positive },
  ),
  rmsle: row("root mean squared log error", regression, "down", "root of the mean squared log error", {
    unit: "log",
    range: positive,
  }),
  quantileLoss: row(
    "quantile loss",
    regression,
    "down",
    "mean pinball loss at the model's `quantile`; at 0.5 half the mean absolute error",
    inLabels,
  ),
  r2: row("R²", regression, "up", "1 less the mean squared error by the labels' variance", {
    range: [null, 1],
  }),
  explainedVariance: row("explained variance", regression, "up", "R² once the bias is taken out", {
    range: [null, 1],
  }),
  bias: row("bias", regression, "same", "mean error, prediction less label: positive is too high", {
    unit: "label",
    range: [null, null],
  }),
  meanLabel: row("mean label", regression, "same", "what was true, on average", {
    unit: "label",
    range: [null, null],
  }),
};

export type MetricName = keyof typeof table;

export type NamedMetric = PerformanceMetric & { name: MetricName };

export const performanceMetrics: readonly NamedMetric[] = (Object.keys(table) as MetricName[]).map(
  (name) => ({ name, ...table[name] }),
);

/** In the order in which they are shown. */
export function metricsOf(task: Task): readonly NamedMetric[] {
  return performanceMetrics.filter(({ tasks }) => tasks.includes(task));
}

export function metricOf(name: MetricName): NamedMetric {
  return { name, ...table[name] };
}
