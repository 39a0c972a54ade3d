/** Performance of a regression: realised with labels, by direct loss estimation without. */
import type { Columns } from "../domain/columns.ts";
import type { ComparisonPerformance } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Kernel } from "../kernel/api.ts";
import { estimateDle, learnDle } from "../methods/estimation/dle.ts";
import { noConceptDrift } from "../methods/estimation/no-concept-drift.ts";
import { regressionMeasures } from "../methods/performance/regression.ts";
import { regressionSumsOf } from "../methods/performance/regression-sums.ts";
import { finite } from "./exact-scores.ts";
import { type Asked, changed, type Metrics, type Realised } from "./performance-shape.ts";

export function regression(
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
    assumptions: estimated ? [noConceptDrift] : [],
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

function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values)
    if (Number.isFinite(value)) {
      sum += value;
      count++;
    }
  return count > 0 ? sum / count : 0;
}
