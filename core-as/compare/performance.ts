/**
 * What the model was worth on both sides: realised where there are labels, estimated (CBPE, or DLE for a regression)
 * where the current rows have none. Beside the verdict and no part of it. Intervals are 95 % and assume independent rows; a metric
 * counts as changed where the two intervals do not meet, which is careful.
 */
import type { Column, Columns } from "../domain/columns.ts";
import type { ComparisonOptions, ComparisonPerformance } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Kernel } from "../kernel/api.ts";
import { cbpeAssumption, estimateBinary } from "../methods/estimation/cbpe-binary.ts";
import { decisionCellsOf } from "../methods/estimation/decision-cells.ts";
import { dleAssumption, estimateDle, learnDle } from "../methods/estimation/dle.ts";
import { calibrationCounts, fitIsotonic } from "../methods/estimation/isotonic.ts";
import { needsCalibration } from "../methods/estimation/needs-calibration.ts";
import { regressionMeasures } from "../methods/performance/regression.ts";
import { regressionSumsOf } from "../methods/performance/regression-sums.ts";
import { binaryPerformance } from "../performance.ts";
import { finite } from "./exact-scores.ts";

type Metrics = NonNullable<ComparisonPerformance["estimated"]>["metrics"];
type Realised = ComparisonPerformance["realised"]["reference"];
type Asked = Pick<ComparisonOptions, "target" | "prediction" | "score" | "positive">;

/** Null where no target, prediction or score was named. */
export function comparedPerformance(
  kernel: Kernel,
  reference: Columns | null,
  current: Columns,
  { target, prediction, score, positive }: ComparisonOptions,
): ComparisonPerformance | null {
  const asked = { target, prediction, score, positive };
  if (target === null && prediction === null && score === null) return null;
  if (prediction === null && score === null)
    throw new ProblemError(
      "comparison_invalid",
      "Performance needs what the model said: name its column with --prediction, --score or both.",
    );
  const sides = [reference, current].filter((side) => side !== null);
  for (const name of [target, prediction, score])
    if (name !== null && !sides.some(({ columns }) => columns.has(name)))
      throw new ProblemError("comparison_invalid", `Neither file has a column "${name}".`);
  const isRegression =
    score === null && sides.some((side) => isContinuous(side.columns.get(prediction as string), positive));
  return isRegression
    ? regression(kernel, reference, current, asked)
    : binary(kernel, reference, current, asked);
}

/** Numbers that are not all 0 and 1. */
function isContinuous(column: Column | undefined, positive: string | null): boolean {
  if (column?.kind !== "numeric" || positive !== null) return false;
  return column.values.some((value) => !Number.isNaN(value) && value !== 0 && value !== 1);
}

interface Decided {
  /** 0, 1, or NaN where there is no label. */
  labels: Float64Array;
  /** NaN without a score. */
  scores: Float64Array;
  /** 0, 1, or NaN where the model decided nothing. */
  decisions: Float64Array;
}

function binary(
  kernel: Kernel,
  reference: Columns | null,
  current: Columns,
  asked: Asked,
): ComparisonPerformance {
  const positive = asked.positive ?? positiveOf(reference, current, asked);
  const [before, now] = [reference && decided(reference, asked, positive), decided(current, asked, positive)];
  const realised = {
    reference: before && realisedBinary(kernel, before),
    current: realisedBinary(kernel, now),
  };
  const estimated = realised.current === null && asked.score !== null ? cbpe(kernel, before, now) : null;
  return {
    kind: "binary",
    ...{ target: asked.target, prediction: asked.prediction, score: asked.score, positive },
    realised,
    estimated,
    changed: changed(realised, (metric) =>
      metric === "baseRate" || metric === "meanScore"
        ? null
        : metric === "brier" || metric === "logLoss"
          ? "less"
          : "more",
    ),
    assumptions: [
      ...(asked.prediction === null ? ["Decisions are taken as positive from a score of 0.5 on."] : []),
      ...(estimated ? [cbpeAssumption] : []),
      ...(estimated && !estimated.calibrated ? ["The scores were taken as probabilities as they are."] : []),
    ],
  };
}

function realisedBinary(kernel: Kernel, { labels, scores, decisions }: Decided): Realised {
  const rows = rowsWhere(labels.length, (row) => !Number.isNaN(labels[row]) && !Number.isNaN(decisions[row]));
  if (rows.length === 0) return null;
  const { metrics } = binaryPerformance(kernel, {
    scores: Float64Array.from(rows, (row) => scores[row]),
    predicted: Uint8Array.from(rows, (row) => decisions[row]),
    labels: Uint8Array.from(rows, (row) => labels[row]),
  });
  return { rows: rows.length, metrics: { ...metrics } };
}

function cbpe(kernel: Kernel, before: Decided | null, now: Decided): ComparisonPerformance["estimated"] {
  // Rows without a score leave NaN, which no count takes in.
  const needed = before ? needsCalibration(kernel, before.scores, before.labels).needed : null;
  const map = before && needed ? fitIsotonic(calibrationCounts(kernel, before.scores, before.labels)) : null;
  const found = estimateBinary(decisionCellsOf(kernel, now.scores, now.decisions), map);
  if (found.rows === 0) return null;
  const { accuracy, precision, recall, specificity, f1, rocAuc } = found;
  const metrics: Metrics = {};
  for (const [name, { statistic }] of Object.entries({
    rocAuc,
    accuracy,
    precision,
    recall,
    specificity,
    f1,
  }))
    metrics[name] = Number.isFinite(statistic) ? { value: statistic, low: null, high: null } : null;
  return { rows: found.rows, metrics, calibrated: map !== null };
}

function decided({ columns, rows }: Columns, asked: Asked, positive: string): Decided {
  const [target, prediction] = [asked.target, asked.prediction].map((name) =>
    name === null ? undefined : columns.get(name),
  );
  const score = asked.score === null ? undefined : columns.get(asked.score);
  if (score && score.kind !== "numeric")
    throw new ProblemError("comparison_invalid", `The score "${asked.score ?? ""}" is not numeric.`);
  const scores = score?.values ?? new Float64Array(rows).fill(NaN);
  return {
    labels: zeroOne(target, positive, rows),
    scores,
    decisions: prediction
      ? zeroOne(prediction, positive, rows)
      : scores.map((value) => (Number.isNaN(value) ? NaN : value >= 0.5 ? 1 : 0)),
  };
}

function zeroOne(column: Column | undefined, positive: string, rows: number): Float64Array {
  if (column === undefined) return new Float64Array(rows).fill(NaN);
  if (column.kind === "numeric")
    return column.values.map((value) => (Number.isNaN(value) ? NaN : String(value + 0) === positive ? 1 : 0));
  const ofCode = Float64Array.from(column.dictionary, (value) => (value === positive ? 1 : 0));
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : ofCode[code]));
}

/** Which value is the positive one, where it is plain. */
function positiveOf(reference: Columns | null, current: Columns, asked: Asked): string {
  const values = new Set<string>();
  for (const side of [reference, current])
    for (const name of [asked.target, asked.prediction]) {
      const column = name === null ? undefined : side?.columns.get(name);
      if (column?.kind === "categorical") for (const value of column.dictionary) values.add(value);
      if (column?.kind === "numeric")
        for (const value of column.values)
          if (!Number.isNaN(value) && values.size <= 3) values.add(String(value + 0));
    }
  if (values.size === 0) return "true";
  const plain = ["true", "1"].filter((value) => values.has(value));
  if (values.size <= 2 && plain.length === 1) return plain[0];
  const named = [...values].sort().slice(0, 4).join(", ");
  throw new ProblemError(
    "comparison_invalid",
    `Which value is the positive class? Say it with --positive VALUE (there are: ${named}). More than two classes are not compared yet.`,
  );
}

function regression(
  kernel: Kernel,
  reference: Columns | null,
  current: Columns,
  asked: Asked,
): ComparisonPerformance {
  const [before, now] = [reference && predicted(reference, asked), predicted(current, asked)];
  const origin = before ? meanOf(before.labels) : meanOf(now.labels);
  const realised = {
    reference: before && realisedRegression(kernel, before, origin),
    current: realisedRegression(kernel, now, origin),
  };
  const learn =
    realised.current === null && reference !== null && before !== null && realised.reference !== null;
  const estimated = learn ? dle(kernel, { reference, current, before, now }, asked) : null;
  return {
    kind: "regression",
    ...{ target: asked.target, prediction: asked.prediction, score: null, positive: null },
    realised,
    estimated,
    changed: changed(realised, (metric) =>
      metric === "bias" ? null : metric === "r2" || metric === "explainedVariance" ? "more" : "less",
    ),
    assumptions: estimated ? [dleAssumption] : [],
  };
}

interface Predicted {
  labels: Float64Array;
  predictions: Float64Array;
}

function predicted({ columns, rows }: Columns, { target, prediction }: Asked): Predicted {
  const numbers = (name: string | null): Float64Array => {
    const column = name === null ? undefined : columns.get(name);
    if (column && column.kind !== "numeric")
      throw new ProblemError("comparison_invalid", `"${name ?? ""}" is not numeric, but the prediction is.`);
    return column?.values ?? new Float64Array(rows).fill(NaN);
  };
  return { labels: numbers(target), predictions: numbers(prediction) };
}

function realisedRegression(kernel: Kernel, { labels, predictions }: Predicted, origin: number): Realised {
  const sums = regressionSumsOf(kernel, labels, predictions, origin);
  if (sums.error.count === 0) return null;
  const { mae, rmse, mape, bias, r2 } = regressionMeasures(kernel, sums);
  const metrics: Metrics = {};
  for (const [name, { statistic, low, high }] of Object.entries({ mae, rmse, mape, bias, r2 }))
    metrics[name] = Number.isFinite(statistic)
      ? { value: statistic, low: finite(low), high: finite(high) }
      : null;
  return { rows: sums.error.count, metrics };
}

function dle(
  kernel: Kernel,
  {
    reference,
    current,
    before,
    now,
  }: { reference: Columns; current: Columns; before: Predicted; now: Predicted },
  { target, prediction }: Asked,
): ComparisonPerformance["estimated"] {
  const features = new Map(
    [...reference.columns].filter(
      ([name, { kind }]) =>
        name !== target && name !== prediction && current.columns.get(name)?.kind === kind,
    ),
  );
  const found = estimateDle(
    learnDle(kernel, features, before.labels, before.predictions),
    current.columns,
    now.predictions,
  );
  const metrics: Metrics = {};
  for (const name of ["mae", "rmse", "mape"] as const)
    metrics[name] = Number.isFinite(found[name]) ? { value: found[name], low: null, high: null } : null;
  return found.rows > 0 ? { rows: found.rows, metrics, calibrated: true } : null;
}

/** Metrics whose intervals do not meet. */
function changed(
  { reference, current }: ComparisonPerformance["realised"],
  wanted: (metric: string) => "more" | "less" | null,
): ComparisonPerformance["changed"] {
  if (reference === null || current === null) return [];
  return Object.entries(reference.metrics).flatMap(([metric, before]) => {
    const [now, direction] = [current.metrics[metric], wanted(metric)];
    if (!before || !now || direction === null) return [];
    if (before.low === null || before.high === null || now.low === null || now.high === null) return [];
    if (now.low > before.high) return [{ metric, better: direction === "more" }];
    return now.high < before.low ? [{ metric, better: direction === "less" }] : [];
  });
}

function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values)
    if (Number.isFinite(value)) {
      sum += value;
      count++;
    }
  return count > 0 ? sum / count : 0;
}

function rowsWhere(rows: number, holds: (row: number) => boolean): Int32Array {
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (holds(row)) kept.push(row);
  return Int32Array.from(kept);
}
