/**
 * NannyML's published CBPE tables (0.13.1, about six digits). Left out: dates and chunk keys (chunking.test.ts), and all
 * but the first three digits of the sampling error of the ROC area, with what follows from it: theirs depends on the order
 * in which NumPy's sort leaves equal scores, and the car loan scores have two decimals.
 */
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { confidenceBand, estimateBinary } from "#core/methods/estimation/cbpe-binary.ts";
import { calibrationCounts, fitIsotonic } from "#core/methods/estimation/isotonic.ts";
import { decisionCellsOf } from "#core/methods/estimation/decision-cells.ts";
import { binaryConfusionOf, binaryDecisions } from "#core/methods/performance/binary-decisions.ts";
import { chunkError, decisionErrors, rocAucError } from "#core/methods/performance/chunk-error.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { groupsOfScores } from "#core/methods/performance/score-groups.ts";
import { constantThresholds, deviationThresholds, outside } from "#core/methods/thresholds.ts";
import { chunksOf, readModel } from "./model-rows.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present, readPeer } from "./reference-data.ts";

const metrics = ["roc_auc", "accuracy", "f1"] as const;
type Metric = (typeof metrics)[number];
interface Published {
  value: number;
  sampling_error?: number;
  upper_confidence_boundary?: number;
  lower_confidence_boundary?: number;
  upper_threshold: number | null;
  lower_threshold: number | null;
  alert: boolean;
}
type Row = { chunk: { key: string; period: string } } & Partial<Record<Metric, Published>>;

const digits = { relative: 1e-5 };
const sortDependent = { relative: 5e-3 };

/** Everything that the tables show, for chunks of 5000 rows: reference first. */
function estimated(kernel: Kernel) {
  const [reference, monitored] = [readModel("car_loan", "reference"), readModel("car_loan", "monitored")];
  const map = fitIsotonic(calibrationCounts(kernel, reference.scores, reference.labels));
  const errors = {
    ...decisionErrors(binaryConfusionOf(reference.labels, reference.predicted)),
    roc_auc: rocAucError(groupsOfScores(reference.scores, reference.labels)),
  };
  const chunks = [chunksOf(reference, 5000), chunksOf(monitored, 5000)].flat().map((rows) => {
    const { scores, predicted, labels } = rows;
    const estimate = estimateBinary(decisionCellsOf(kernel, scores, predicted), map);
    const { accuracy, f1 } = binaryDecisions(kernel, binaryConfusionOf(labels, predicted));
    return {
      estimate: {
        roc_auc: estimate.rocAuc.statistic,
        accuracy: estimate.accuracy.statistic,
        f1: estimate.f1.statistic,
      },
      realised: {
        roc_auc: rocAuc(kernel, scores, labels).statistic,
        accuracy: accuracy.statistic,
        f1: f1.statistic,
      },
    };
  });
  const thresholdsOf = (metric: Metric) =>
    deviationThresholds(
      kernel,
      Float64Array.from(chunks.slice(0, 10), ({ realised }) => realised[metric]),
      {
        range: { low: 0, high: 1 },
      },
    );
  return { chunks, errors, thresholdsOf };
}

describe.each(kernels)("CBPE as NannyML publishes it, by the $name kernel", (kernel) => {
  it("has their values, sampling errors, bands, thresholds and alerts", () => {
    const comparison = new Comparison("cbpe_standard_binary, thresholds_cbpe_f1, compare_estimated_realized");
    if (present) {
      const { chunks, errors, thresholdsOf } = estimated(kernel);
      const check = (row: Row, index: number, kind: "estimate" | "realised", constant = false): void => {
        for (const metric of metrics) {
          const published = row[metric];
          if (!published) continue;
          const where = `${row.chunk.period} ${row.chunk.key} ${kind} ${metric}`;
          const value = chunks[index][kind][metric];
          const limits = constant ? constantThresholds(null, 0.93) : thresholdsOf(metric);
          comparison.check(where, value, published.value, digits);
          for (const side of ["lower", "upper"] as const)
            if (published[`${side}_threshold`] === null) expect(limits[side], where).toBeNull();
            else
              comparison.check(
                `${where} ${side}`,
                limits[side] ?? NaN,
                published[`${side}_threshold`]!,
                digits,
              );
          expect(outside(value, limits), where).toBe(published.alert);
          if (published.sampling_error === undefined) continue;
          const error = chunkError(errors[metric], 5000);
          const tolerance = metric === "roc_auc" ? sortDependent : digits;
          comparison.check(`${where} sampling error`, error, published.sampling_error, tolerance);
          if (published.upper_confidence_boundary === undefined) continue;
          const band = confidenceBand(value, metric === "roc_auc" ? published.sampling_error : error);
          comparison.check(
            `${where} band`,
            band.lower ?? NaN,
            published.lower_confidence_boundary ?? NaN,
            digits,
          );
          comparison.check(`${where} band`, band.upper ?? NaN, published.upper_confidence_boundary, digits);
        }
      };
      const read = (name: string) => readPeer<{ tables: Row[][] }>(name).tables;
      read("cbpe_standard_binary")[0].forEach((row, index) => check(row, 10 + index, "estimate"));
      const [byDefault, byHand] = read("thresholds_cbpe_f1");
      byDefault.forEach((row, index) => check(row, index, "estimate"));
      byHand.forEach((row, index) => check(row, index, "estimate", true));
      const [, estimates, realised] = read("compare_estimated_realized");
      estimates.forEach((row, index) => check(row, 10 + index, "estimate"));
      realised.forEach((row, index) => check(row, 10 + index, "realised"));
    }
    comparison.finish(kernel.name);
  });
});
