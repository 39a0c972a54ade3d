/**
 * Direct loss estimation: how wrong a regression is likely to be on rows whose labels are not known yet. On the labelled
 * reference one model per loss learns how large the loss is, from the features and the prediction; its mean prediction over a
 * window estimates the window's loss.
 *
 * Source: NannyML's DLE; here with small gradient-boosted trees of our own (gradient-boosting.ts), trained where the
 * reference is and evaluated anywhere as plain JSON. Like CBPE it sees a change of the features, not one of the relation
 * between features and label (`noConceptDrift`, part of every estimate). Cost: seconds for training on 60,000 rows; 50 short
 * walks a row and loss for estimating. Edge cases: rows without a label or prediction take no part; no rows have no answer;
 * labels of 0 have no percentage and teach none; as soon as a label or prediction is negative there is no logarithmic error.
 *
 * The standard error is NannyML's sampling error: how far the realised loss of so many rows strays, by the spread of the
 * reference's realised losses. What the trees themselves get wrong is not in it.
 */
import { type Column, gather } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { chunkError, type ErrorPerRow, meanError, rootMeanError } from "../performance/chunk-error.ts";
import { addToMean, noMeanSums } from "../performance/mean-sums.ts";
import { encode, type EncodedFeature, learnEncoding } from "./encoded-features.ts";
import { type BoostedTrees, edgeBoosting, fitBoostedTrees, predictBoosted } from "./gradient-boosting.ts";
import { noConceptDrift } from "./no-concept-drift.ts";

export const dleLosses = ["mae", "mse", "mape", "msle"] as const;
export type DleLoss = (typeof dleLosses)[number];

export const dleMetrics = [...dleLosses, "rmse", "rmsle"] as const;
export type DleMetric = (typeof dleMetrics)[number];

/** Plain JSON. */
export interface DleModel {
  features: EncodedFeature[];
  /** No model for msle where a label or prediction was negative, none for a loss that was not finite. */
  losses: Partial<Record<DleLoss, BoostedTrees>>;
  /** How much the realised losses vary from row to row. */
  errors: Partial<Record<DleMetric, ErrorPerRow>>;
}

export type DleEstimate = Record<DleMetric, number> & {
  rows: number;
  assumption: string;
  standardErrors: Record<DleMetric, number>;
};

/** @param columns the features of the reference's rows, of as many rows as labels and predictions */
export function learnDle(
  kernel: Kernel,
  columns: ReadonlyMap<string, Column>,
  labels: Float64Array,
  predictions: Float64Array,
): DleModel {
  if (labels.length !== predictions.length)
    throw new RangeError(`${labels.length} labels against ${predictions.length} predictions`);
  const rows = judgedRows(labels, predictions);
  const [y, p] = [gather(labels, rows), gather(predictions, rows)];
  const errors = y.map((label, i) => Math.abs(p[i] - label));
  const features = learnEncoding(columns, rows, errors);
  const data = [...encode(features, columns), predictions].map((column) => gather(column, rows));
  const model: DleModel = { features, losses: {}, errors: {} };
  for (const { loss, kept, values } of realisedLosses(kernel, y, p)) {
    const learnt = kept.length === y.length ? data : data.map((column) => gather(column, kept));
    model.losses[loss] = fitBoostedTrees(learnt, values, edgeBoosting);
    learnErrors(model.errors, loss, values);
  }
  return model;
}

/** How much the realised losses of these rows vary from row to row. */
export function realisedErrors(
  kernel: Kernel,
  labels: Float64Array,
  predictions: Float64Array,
): DleModel["errors"] {
  const rows = judgedRows(labels, predictions);
  const errors: DleModel["errors"] = {};
  for (const { loss, values } of realisedLosses(kernel, gather(labels, rows), gather(predictions, rows)))
    learnErrors(errors, loss, values);
  return errors;
}

const judgedRows = (labels: Float64Array, predictions: Float64Array): Int32Array =>
  Int32Array.from(labels.keys()).filter(
    (row) => Number.isFinite(labels[row]) && Number.isFinite(predictions[row]),
  );

/** The losses that are defined and finite, with the rows that have them. */
function realisedLosses(
  kernel: Kernel,
  y: Float64Array,
  p: Float64Array,
): { loss: DleLoss; kept: Int32Array; values: Float64Array }[] {
  const errors = y.map((label, i) => Math.abs(p[i] - label));
  const all: Record<DleLoss, Float64Array> = {
    mae: errors,
    mse: errors.map((error) => error * error),
    mape: errors.map((error, i) => error / Math.abs(y[i])),
    msle: y.map((label, i) => {
      if (label < 0 || p[i] < 0) return NaN;
      const difference = kernel.log1p(p[i]) - kernel.log1p(label);
      return difference * difference;
    }),
  };
  return dleLosses
    .map((loss) => {
      const kept = Int32Array.from(y.keys()).filter((i) => loss !== "mape" || y[i] !== 0);
      return { loss, kept, values: gather(all[loss], kept) };
    })
    .filter(({ values }) => values.length > 0 && values.every(Number.isFinite));
}

function learnErrors(errors: DleModel["errors"], loss: DleLoss, realised: Float64Array): void {
  const sums = { ...noMeanSums };
  for (const value of realised) addToMean(sums, value);
  const keep = (metric: DleMetric, error: ErrorPerRow): void => {
    if (Number.isFinite(error.spread)) errors[metric] = error;
  };
  keep(loss, meanError(sums));
  if (loss === "mse" || loss === "msle") keep(`r${loss}`, rootMeanError(sums));
}

/** The estimated losses of a window. @throws RangeError when a feature has no column of its kind */
export function estimateDle(
  model: DleModel,
  columns: ReadonlyMap<string, Column>,
  predictions: Float64Array,
): DleEstimate {
  const data = [...encode(model.features, columns), predictions];
  const rows = Int32Array.from(predictions.keys()).filter((row) => Number.isFinite(predictions[row]));
  const present = data.map((column) => gather(column, rows));
  const logarithmic = !predictions.some((prediction) => prediction < 0 && prediction > -Infinity);
  const sum = (loss: DleLoss): number => {
    const trees = model.losses[loss];
    return trees ? predictBoosted(trees, present).reduce((total, value) => total + value, 0) : NaN;
  };
  const sums = { mae: sum("mae"), mse: sum("mse"), mape: sum("mape"), msle: logarithmic ? sum("msle") : NaN };
  return dleOfSums(sums, rows.length, model.errors);
}

/** @param sums of the estimated losses of `rows` rows */
export function dleOfSums(
  sums: Record<DleLoss, number>,
  rows: number,
  errors: DleModel["errors"],
): DleEstimate {
  // Trees may undercut the smallest loss that there is.
  const mean = (loss: DleLoss): number => (rows === 0 ? NaN : Math.max(0, sums[loss] / rows));
  const [mae, mse, mape, msle] = dleLosses.map(mean);
  return {
    ...withRoots({ mae, mse, mape, msle }),
    rows,
    assumption: noConceptDrift,
    standardErrors: ofEach((metric) => {
      const error = errors[metric];
      return error && rows > 0 ? chunkError(error, rows) : NaN;
    }),
  };
}

/** Of the rows of both: a window's parts together, in any order (true to rounding). */
export function mergeDleEstimates(a: DleEstimate, b: DleEstimate): DleEstimate {
  if (a.rows === 0) return b;
  if (b.rows === 0) return a;
  const rows = a.rows + b.rows;
  const [mae, mse, mape, msle] = dleLosses.map((loss) => (a[loss] * a.rows + b[loss] * b.rows) / rows);
  return {
    ...withRoots({ mae, mse, mape, msle }),
    rows,
    assumption: noConceptDrift,
    // The spread of a row is the same for both, but for rounding.
    standardErrors: ofEach((metric) => (perRow(a, metric) + perRow(b, metric)) / 2 / Math.sqrt(rows)),
  };
}

const perRow = ({ standardErrors, rows }: DleEstimate, metric: DleMetric): number =>
  standardErrors[metric] * Math.sqrt(rows);

const withRoots = (losses: Record<DleLoss, number>): Record<DleMetric, number> => ({
  ...losses,
  rmse: Math.sqrt(losses.mse),
  rmsle: Math.sqrt(losses.msle),
});

function ofEach(value: (metric: DleMetric) => number): Record<DleMetric, number> {
  return Object.fromEntries(dleMetrics.map((metric) => [metric, value(metric)])) as Record<DleMetric, number>;
}
