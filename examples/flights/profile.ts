/** The reference of both models: 1–28 January, profiled here, so that no raw row of it leaves the sender. */
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { buildReference } from "#core/reference/build.ts";
import { createHash } from "node:crypto";
import { minuteToMs, referenceMinutes } from "./calendar.ts";
import type { Dataset, Variant } from "./dataset.ts";
import { featureSpecs, MISSING, weekdays } from "./features.ts";
import { firstRowAt } from "./faults.ts";
import { SCORE_SCALE } from "./metrics.ts";
import { declareFeatures } from "./models.ts";
import { lateOf } from "./train.ts";

/** Days are the chunks: 28 of them, four whole weeks. */
export async function profileReference(kernel: Kernel, dataset: Dataset): Promise<Reference> {
  const end = firstRowAt(dataset, referenceMinutes);
  const columns = columnsOf(dataset, "as-flown", 0, end);
  return buildReference(
    kernel,
    {
      features: declareFeatures(dataset),
      columns,
      periodMs: DAY_MS,
      labels: Float64Array.from(lateOf(dataset.delay.subarray(0, end))),
      seed: 2001,
    },
    (text) => Promise.resolve(createHash("sha256").update(text).digest("hex")),
  );
}

/** Rows as the Worker sees them after parsing: the same numbers, the same categories. */
export function columnsOf(dataset: Dataset, variant: Variant, start: number, end: number): Columns {
  const source = variant === "faulty" ? dataset.faulty : dataset;
  const columns = new Map<string, Column>();
  for (const { name, type, scale } of featureSpecs) {
    const column = source.columns[name].subarray(start, end);
    columns.set(
      name,
      type === "numeric"
        ? {
            kind: "numeric",
            values: Float64Array.from(column, (value) => (value === MISSING ? NaN : value / scale)),
          }
        : {
            kind: "categorical",
            codes: Int32Array.from(column, (code) => (code === MISSING ? -1 : code)),
            dictionary: name === "weekday" ? weekdays : dataset.codes,
          },
    );
  }
  const scores = source.scores.subarray(start, end);
  const threshold = dataset.training.threshold * SCORE_SCALE;
  columns.set("score", {
    kind: "numeric",
    values: Float64Array.from(scores, (score) => score / SCORE_SCALE),
  });
  columns.set("delayed", {
    kind: "categorical",
    codes: Int32Array.from(scores, (score) => (score >= threshold ? 1 : 0)),
    dictionary: ["false", "true"],
  });
  return {
    rows: end - start,
    timesMs: Float64Array.from(dataset.minute.subarray(start, end), minuteToMs),
    columns,
  };
}
