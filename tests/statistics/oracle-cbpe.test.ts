/** CBPE against a recomputation in full precision, on two real models, chunk by chunk. */
import { describe, expect, it } from "vitest";
import { estimateBinary } from "#core/methods/estimation/cbpe-binary.ts";
import { noConceptDrift } from "#core/methods/estimation/no-concept-drift.ts";
import { calibrationCounts, fitIsotonic } from "#core/methods/estimation/isotonic.ts";
import { decisionCellsOf } from "#core/methods/estimation/decision-cells.ts";
import { binaryConfusionOf, binaryDecisions } from "#core/methods/performance/binary-decisions.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { deviationThresholds } from "#core/methods/thresholds.ts";
import { chunksOf, cut, readModel } from "./model-rows.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present, readOracle } from "./reference-data.ts";

const metrics = ["roc_auc", "accuracy", "f1", "precision", "recall", "specificity"] as const;
const cells = {
  true_positive: "tp",
  true_negative: "tn",
  false_positive: "fp",
  false_negative: "fn",
} as const;
type Expected = Record<(typeof metrics)[number] | keyof typeof cells, number>;

interface Case {
  id: "car_loan" | "elec2";
  chunk_size: number;
  knots: number;
  threshold_realized_reference_mean_pm_3_population_std: Record<
    "roc_auc" | "accuracy" | "f1",
    [number, number]
  >;
  chunks: {
    part: "reference" | "monitored";
    start: number;
    end: number;
    estimated_isotonic: Expected;
    estimated_uncalibrated: Expected;
    realized: Record<(typeof metrics)[number], number>;
  }[];
}

const tolerance = { relative: 1e-9, absolute: 1e-15 };

describe.each(kernels)("CBPE of a binary model, by the $name kernel", (kernel) => {
  it("is what a recomputation in full precision finds, with and without calibration", () => {
    const comparison = new Comparison("cbpe");
    for (const { id, chunks, knots } of present ? readOracle<{ cases: Case[] }>("cbpe").cases : []) {
      const [reference, monitored] = [readModel(id, "reference"), readModel(id, "monitored")];
      const map = fitIsotonic(calibrationCounts(kernel, reference.scores, reference.labels));
      expect(map.x.length, `${id} knots`).toBe(knots);
      for (const { part, start, end, estimated_isotonic, estimated_uncalibrated, realized } of chunks) {
        const rows = cut(part === "reference" ? reference : monitored, start, end);
        const decided = decisionCellsOf(kernel, rows.scores, rows.predicted);
        const seen = {
          ...binaryDecisions(kernel, binaryConfusionOf(rows.labels, rows.predicted)),
          roc_auc: rocAuc(kernel, rows.scores, rows.labels),
        };
        for (const metric of metrics)
          comparison.check(
            `${id} ${part} ${start} realised ${metric}`,
            seen[metric].statistic,
            realized[metric],
            tolerance,
          );
        for (const [expected, used] of [
          [estimated_isotonic, map],
          [estimated_uncalibrated, null],
        ] as const) {
          const found = estimateBinary(decided, used);
          const { rocAuc: roc_auc, ...others } = found;
          const where = `${id} ${part} ${start} ${used ? "isotonic" : "uncalibrated"}`;
          for (const metric of metrics)
            comparison.check(
              `${where} ${metric}`,
              { roc_auc, ...others }[metric].statistic,
              expected[metric],
              tolerance,
            );
          for (const [theirs, ours] of Object.entries(cells))
            comparison.check(
              `${where} ${theirs}`,
              found.confusion[ours].statistic / found.rows,
              expected[theirs as keyof typeof cells],
              tolerance,
            );
        }
      }
    }
    comparison.finish(kernel.name);
  });

  it("is judged by the realised reference chunks, as NannyML judges it", () => {
    const comparison = new Comparison("cbpe");
    for (const each of present ? readOracle<{ cases: Case[] }>("cbpe").cases : []) {
      const { id, chunk_size, threshold_realized_reference_mean_pm_3_population_std: thresholds } = each;
      const chunks = chunksOf(readModel(id, "reference"), chunk_size);
      const realised = chunks.map(({ scores, predicted, labels }) => {
        const { accuracy, f1 } = binaryDecisions(kernel, binaryConfusionOf(labels, predicted));
        return {
          roc_auc: rocAuc(kernel, scores, labels).statistic,
          accuracy: accuracy.statistic,
          f1: f1.statistic,
        };
      });
      for (const metric of ["roc_auc", "accuracy", "f1"] as const) {
        const values = Float64Array.from(realised, (chunk) => chunk[metric]);
        const limits = deviationThresholds(kernel, values, { range: { low: 0, high: 1 } });
        comparison.check(`${id} ${metric} lower`, limits.lower ?? NaN, thresholds[metric][0], tolerance);
        comparison.check(`${id} ${metric} upper`, limits.upper ?? NaN, thresholds[metric][1], tolerance);
      }
    }
    comparison.finish(kernel.name);
  });

  it("counts probabilities: four rows by hand", () => {
    const decided = decisionCellsOf(kernel, Float64Array.of(0.9, 0.6, 0.4, 0.2), [1, 1, 0, 0]);
    const { confusion, accuracy, precision, recall, specificity, f1, rocAuc, assumption } = estimateBinary(
      decided,
      null,
    );
    expect([confusion.tp, confusion.fp, confusion.fn, confusion.tn].map((cell) => cell.statistic)).toEqual([
      expect.closeTo(1.5, 12),
      expect.closeTo(0.5, 12),
      expect.closeTo(0.6, 12),
      expect.closeTo(1.4, 12),
    ]);
    expect(accuracy.statistic).toBeCloseTo(2.9 / 4, 12);
    expect(precision.statistic).toBeCloseTo(0.75, 12);
    expect(recall.statistic).toBeCloseTo(1.5 / 2.1, 12);
    expect(specificity.statistic).toBeCloseTo(1.4 / 1.9, 12);
    expect(f1.statistic).toBeCloseTo(3 / 4.1, 12);
    // Σ over pairs of cells i < j of c_j (1 − c_i), and half within cells, over 2.1 × 1.9.
    const pairs = 0.9 * (0.4 + 0.6 + 0.8 + 0.05) + 0.6 * (0.6 + 0.8 + 0.2) + 0.4 * (0.8 + 0.3) + 0.2 * 0.4;
    expect(rocAuc.statistic).toBeCloseTo(pairs / (2.1 * 1.9), 12);
    expect(assumption).toBe(noConceptDrift);
  });
});
