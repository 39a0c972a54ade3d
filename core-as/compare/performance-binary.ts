/** Performance of a model that says yes or no: realised with labels, by CBPE without. */
import type { Column, Columns } from "../domain/columns.ts";
import type { ComparisonPerformance } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Kernel } from "../kernel/api.ts";
import { estimateBinary } from "../methods/estimation/cbpe-binary.ts";
import { noConceptDrift } from "../methods/estimation/no-concept-drift.ts";
import { decisionCellsOf } from "../methods/estimation/decision-cells.ts";
import { calibrationCounts, fitIsotonic } from "../methods/estimation/isotonic.ts";
import { needsCalibration } from "../methods/estimation/needs-calibration.ts";
import type { Estimate } from "../domain/performance.ts";
import { binaryPerformance } from "../performance/binary.ts";
import { type Asked, changed, type Metrics, type Realised } from "./performance-shape.ts";

interface Decided {
  /** 0, 1, or NaN where there is no label. */
  labels: Float64Array;
  /** NaN without a score. */
  scores: Float64Array;
  /** 0, 1, or NaN where the model decided nothing. */
  decisions: Float64Array;
}

export function binary(
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
      ...(estimated ? [noConceptDrift] : []),
      ...(estimated && !estimated.calibrated ? ["The scores were taken as probabilities as they are."] : []),
    ],
  };
}

function realisedBinary(kernel: Kernel, { labels, scores, decisions }: Decided): Realised {
  const rows = rowsWhere(labels.length, (row) => !Number.isNaN(labels[row]) && !Number.isNaN(decisions[row]));
  if (rows.length === 0) return null;
  const { metrics } = binaryPerformance(
    kernel,
    {
      task: "binary",
      classes: ["false", "true"],
      rows: rows.length,
      scores: Float64Array.from(rows, (row) => scores[row]),
      scoresPerRow: 1,
      predicted: Float64Array.from(rows, (row) => decisions[row]),
      labels: Float64Array.from(rows, (row) => labels[row]),
      delaysMs: new Float64Array(rows.length).fill(NaN),
    },
    undefined,
  );
  return {
    rows: rows.length,
    metrics: Object.fromEntries(compared.map((name) => [name, shown(metrics[name])])),
  };
}

/** What a comparison shows of all the metrics. */
const compared = [
  "rocAuc",
  "accuracy",
  "precision",
  "recall",
  "f1",
  "brier",
  "logLoss",
  "baseRate",
  "meanScore",
] as const;

function shown(estimate: Estimate | null | undefined): Metrics[string] {
  return estimate ? { value: estimate.value, low: estimate.low, high: estimate.high } : null;
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

function rowsWhere(rows: number, holds: (row: number) => boolean): Int32Array {
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (holds(row)) kept.push(row);
  return Int32Array.from(kept);
}
