import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision, averagePrecisionOfGroups } from "#core/methods/performance/average-precision.ts";
import {
  binaryConfusionOf,
  binaryDecisions,
  mergeBinaryConfusions,
} from "#core/methods/performance/binary-decisions.ts";
import {
  calibrationBinsOf,
  equalCountBinsOf,
  expectedCalibrationError,
  maximumCalibrationError,
  mergeBins,
} from "#core/methods/performance/calibration-error.ts";
import {
  mergeProbabilitySums,
  probabilityMeasures,
  probabilitySumsOf,
} from "#core/methods/performance/probability-losses.ts";
import { rocAuc, rocAucOfGroups } from "#core/methods/performance/roc-auc.ts";
import { averagePrecisionOfCells, rocAucOfCells } from "#core/methods/performance/score-cells.ts";
import { groupsOfScores, mergeGroups, type ScoreGroups } from "#core/methods/performance/score-groups.ts";
import { scoreSeparation } from "#core/methods/performance/score-separation.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { kernels } from "./comparison.ts";

/** Scores on a coarse grid, so that ties are common; −0 is a score too. */
const row = fc.record({
  score: fc.oneof(
    fc.integer({ min: 0, max: 12 }).map((k) => k / 12),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  label: fc.integer({ min: 0, max: 1 }),
  predicted: fc.integer({ min: 0, max: 1 }),
});
type Row = { score: number; label: number; predicted: number };
const rows = fc.array(row, { maxLength: 60 });
const bothClasses = rows.filter((each) => new Set(each.map(({ label }) => label)).size === 2);

const scoresOf = (each: Row[]): Float64Array => Float64Array.from(each, ({ score }) => score);
const labelsOf = (each: Row[]): Uint8Array => Uint8Array.from(each, ({ label }) => label);
const predictedOf = (each: Row[]): Uint8Array => Uint8Array.from(each, ({ predicted }) => predicted);

/** What a row wins of the other class, ties half: the pairs themselves, one by one. */
function wins(each: Row[], one: Row): number {
  const others = each.filter(({ label }) => label !== one.label);
  const sign = one.label === 1 ? 1 : -1;
  const won = others.map(({ score }) => (1 + Math.sign((one.score - score) * sign)) / 2);
  return won.reduce((sum, x) => sum + x, 0) / others.length;
}

const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
function variance(values: number[]): number {
  const centre = mean(values);
  return values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1);
}

/** Average precision of weighted rows, from its definition: no groups, no sums that run. */
function weightedAp(each: (Row & { weight: number })[]): number {
  const total = (chosen: { weight: number }[]): number => chosen.reduce((sum, { weight }) => sum + weight, 0);
  const positives = each.filter(({ label }) => label === 1);
  const terms = positives.map(({ score, weight }) => {
    const within = each.filter((other) => other.score >= score);
    return (weight * total(within.filter(({ label }) => label === 1))) / total(within);
  });
  return terms.reduce((sum, x) => sum + x, 0) / total(positives);
}

describe.each(kernels)("measures of a binary model, by the $name kernel", (kernel) => {
  it("ROC-AUC is the share of pairs in order, and its error DeLong's", () => {
    fc.assert(
      fc.property(bothClasses, (each) => {
        const found = rocAuc(kernel, scoresOf(each), labelsOf(each));
        const [lows, highs] = [0, 1].map((label) => each.filter((one) => one.label === label));
        expect(found.statistic).toBeCloseTo(mean(highs.map((one) => wins(each, one))), 12);
        expect(found.low).toBeLessThanOrEqual(found.statistic);
        expect(found.high).toBeGreaterThanOrEqual(found.statistic);
        if (lows.length < 2 || highs.length < 2) return;
        const ofHighs = variance(highs.map((one) => wins(each, one))) / highs.length;
        const ofLows = variance(lows.map((one) => wins(each, one))) / lows.length;
        expect(found.standardError).toBeCloseTo(Math.sqrt(ofHighs + ofLows), 12);
      }),
    );
    // By hand: A = 8/9, both classes win 1, 1 and 2/3 of the other, so that each adds (1/27)/3.
    const three = rocAuc(kernel, Float64Array.of(0.9, 0.8, 0.4, 0.7, 0.3, 0.2), [1, 1, 1, 0, 0, 0]);
    expect(three.standardError).toBeCloseTo(Math.SQRT2 / 9, 14);
    // Nothing overlaps: three pairs that agree have chance 0.025 at an area of ∛0.025.
    const apart = rocAuc(kernel, Float64Array.of(9, 8, 7, 3, 2, 1), [1, 1, 1, 0, 0, 0]);
    expect(apart.low).toBeCloseTo(Math.cbrt(0.025), 12);
    expect(apart.high).toBe(1);
  });

  it("turning labels or scores around turns ROC-AUC around", () => {
    fc.assert(
      fc.property(bothClasses, (each) => {
        const found = rocAuc(kernel, scoresOf(each), labelsOf(each));
        const turned = rocAuc(
          kernel,
          scoresOf(each).map((x) => -x),
          labelsOf(each),
        );
        const swapped = rocAuc(
          kernel,
          scoresOf(each),
          labelsOf(each).map((x) => 1 - x),
        );
        for (const other of [turned, swapped]) {
          expect(other.statistic).toBeCloseTo(1 - found.statistic, 12);
          expect(other.low).toBeCloseTo(1 - (found.high ?? NaN), 9);
          expect(other.standardError).toBeCloseTo(found.standardError, 12);
        }
      }),
    );
  });

  it("average precision is its definition, and its error what single rows move", () => {
    fc.assert(
      fc.property(bothClasses, (each) => {
        const found = averagePrecision(kernel, scoresOf(each), labelsOf(each));
        const weighted = each.map((one) => ({ ...one, weight: 1 }));
        expect(found.statistic).toBeCloseTo(weightedAp(weighted), 12);
        // The slope of the value along each row's weight.
        const step = 1e-5;
        const slopes = weighted.map((_, moved) => {
          const at = (weight: number): number =>
            weightedAp(weighted.map((one, i) => (i === moved ? { ...one, weight } : one)));
          return (at(1 + step) - at(1 - step)) / (2 * step);
        });
        const error = Math.sqrt(slopes.reduce((sum, slope) => sum + slope * slope, 0));
        expect(found.standardError).toBeCloseTo(error, 6);
      }),
      { numRuns: 40 },
    );
  });

  it("score cells hold every value that the rows inside can have", () => {
    fc.assert(
      fc.property(bothClasses, (each) => {
        const cells: ScoreGroups = { negatives: new Float64Array(5), positives: new Float64Array(5) };
        for (const { score, label } of each)
          cells[label === 1 ? "positives" : "negatives"][Math.min(4, Math.floor(score * 5))]++;
        const loose = { ...cells, single: new Uint8Array(5) };
        const auc = rocAucOfCells(kernel, loose);
        const ap = averagePrecisionOfCells(kernel, loose);
        const rounding = 1e-12;
        for (const [found, exact] of [
          [auc, rocAuc(kernel, scoresOf(each), labelsOf(each))],
          [ap, averagePrecision(kernel, scoresOf(each), labelsOf(each))],
        ] as const) {
          expect(exact.statistic).toBeGreaterThanOrEqual(found.low! - rounding);
          expect(exact.statistic).toBeLessThanOrEqual(found.high! + rounding);
        }
        const single = {
          ...groupsOfScores(scoresOf(each), labelsOf(each)),
          single: new Uint8Array(60).fill(1),
        };
        single.single = single.single.slice(0, single.negatives.length);
        const point = rocAucOfCells(kernel, single);
        expect([point.low, point.high]).toEqual([point.statistic, point.statistic]);
        expect(averagePrecisionOfCells(kernel, single).high).toBeCloseTo(
          averagePrecisionOfCells(kernel, single).low!,
          12,
        );
      }),
    );
  });

  it("the ends of a cell's interval are reached, by hand and for many rows", () => {
    // Two cells: 1 negative and 2 positives below, 2 negatives and 1 positive above.
    const cells = {
      negatives: Float64Array.of(1, 2),
      positives: Float64Array.of(2, 1),
      single: Uint8Array.of(0, 0),
    };
    const auc = rocAucOfCells(kernel, cells);
    expect(auc.low).toBeCloseTo(1 / 9, 14);
    expect(auc.high).toBeCloseTo(5 / 9, 14);
    const ap = averagePrecisionOfCells(kernel, cells);
    // Worst order − − + − + +, best order (+) − − (+ +) −.
    expect(ap.low).toBeCloseTo((1 / 3 + 2 / 5 + 3 / 6) / 3, 14);
    expect(ap.high).toBeCloseTo((1 + 2 * (3 / 5)) / 3, 14);
    const many = {
      negatives: Float64Array.of(1000),
      positives: Float64Array.of(5000),
      single: Uint8Array.of(0),
    };
    let sum = 0;
    for (let r = 1; r <= 5000; r++) sum += r / (r + 1000);
    expect(averagePrecisionOfCells(kernel, many).low).toBeCloseTo(sum / 5000, 12);
    expect(averagePrecisionOfCells(kernel, many).high).toBe(1);
  });

  it("what two windows hold merges into what both rows give", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const both = [...a, ...b];
        const confusion = (each: Row[]) => binaryConfusionOf(labelsOf(each), predictedOf(each));
        expect(mergeBinaryConfusions(confusion(a), confusion(b))).toEqual(confusion(both));
        const sums = (each: Row[]) => probabilitySumsOf(kernel, scoresOf(each), labelsOf(each));
        const merged = probabilityMeasures(kernel, mergeProbabilitySums(sums(a), sums(b)));
        const whole = probabilityMeasures(kernel, sums(both));
        expect(mergeProbabilitySums(sums(a), sums(b))).toEqual(mergeProbabilitySums(sums(b), sums(a)));
        for (const name of ["logLoss", "brier", "meanScore"] as const)
          for (const field of ["statistic", "low", "high", "standardError"] as const)
            close(merged[name][field], whole[name][field]);
        const bins = (each: Row[]) => calibrationBinsOf(scoresOf(each), labelsOf(each));
        const [left, right] = [mergeBins(bins(a), bins(b)), bins(both)];
        close(
          expectedCalibrationError(kernel, left).statistic,
          expectedCalibrationError(kernel, right).statistic,
        );
        const counted = (each: Row[]): ScoreGroups => ({
          negatives: Float64Array.from(bins(each).rows, (n, bin) => n - bins(each).positives[bin]),
          positives: bins(each).positives,
        });
        const groups = mergeGroups(counted(a), counted(b));
        expect(groups).toEqual(counted(both));
        expect(rocAucOfGroups(kernel, groups)).toEqual(rocAucOfGroups(kernel, counted(both)));
      }),
    );
  });

  it("stays in its range, and the order of rows is irrelevant", () => {
    fc.assert(
      fc.property(rows, (each) => {
        const back = [...each].reverse();
        const decided = binaryDecisions(kernel, binaryConfusionOf(labelsOf(each), predictedOf(each)));
        for (const [name, measure] of Object.entries(decided)) {
          const least = name === "mcc" || name === "kappa" ? -1 : 0;
          inRange(measure, least, 1);
        }
        const ap = averagePrecision(kernel, scoresOf(each), labelsOf(each));
        inRange(ap, 0, 1);
        expect(averagePrecision(kernel, scoresOf(back), labelsOf(back))).toEqual(ap);
        expect(rocAuc(kernel, scoresOf(back), labelsOf(back))).toEqual(
          rocAuc(kernel, scoresOf(each), labelsOf(each)),
        );
        const ece = expectedCalibrationError(kernel, calibrationBinsOf(scoresOf(each), labelsOf(each)));
        inRange(ece, 0, 1);
        const mce = maximumCalibrationError(calibrationBinsOf(scoresOf(each), labelsOf(each)));
        if (each.length) expect(mce.statistic).toBeGreaterThanOrEqual(ece.statistic - 1e-15);
      }),
    );
  });

  it("intervals hold their level", () => {
    // Binormal scores, one standard deviation apart: A = Φ(1/√2). 60 rows, a third of them positive.
    const random = randomSource(kernel, 20260201);
    const truth = 1 - kernel.normalSf(Math.SQRT1_2);
    const held = { auc: 0, accuracy: 0, brier: 0, ap: 0 };
    const draws = 600;
    // The value for the whole population, from one long draw.
    const long = draw(200_000);
    const apTruth = averagePrecision(kernel, long.scores, long.labels).statistic;
    const brierTruth = probabilityMeasures(kernel, probabilitySumsOf(kernel, long.scores, long.labels)).brier
      .statistic;
    const cut = (scores: Float64Array): Uint8Array => Uint8Array.from(scores, (x) => Number(x > 0.5));
    const accuracyTruth = binaryDecisions(kernel, binaryConfusionOf(long.labels, cut(long.scores))).accuracy
      .statistic;
    for (let i = 0; i < draws; i++) {
      const { scores, labels } = draw(60);
      const covers = ({ low, high }: { low: number | null; high: number | null }, value: number): number =>
        Number(low! <= value && value <= high!);
      held.auc += covers(rocAuc(kernel, scores, labels), truth);
      held.ap += covers(averagePrecision(kernel, scores, labels), apTruth);
      held.brier += covers(
        probabilityMeasures(kernel, probabilitySumsOf(kernel, scores, labels)).brier,
        brierTruth,
      );
      const { accuracy } = binaryDecisions(kernel, binaryConfusionOf(labels, cut(scores)));
      held.accuracy += covers(accuracy, accuracyTruth);
    }
    for (const count of [held.auc, held.accuracy, held.brier]) {
      expect(count / draws).toBeGreaterThan(0.92);
      expect(count / draws).toBeLessThan(0.98);
    }
    // Known to be short for few positives (20 here): biased upwards, and skewed.
    expect(held.ap / draws).toBeGreaterThan(0.88);

    function draw(count: number): { scores: Float64Array; labels: Uint8Array } {
      const labels = Uint8Array.from({ length: count }, () => Number(random.uniform() < 1 / 3));
      // Squeezed into (0, 1) without changing the order.
      const scores = Float64Array.from(labels, (label) => 1 - kernel.normalSf(random.normal() + label - 0.5));
      return { scores, labels };
    }
  });

  it("has no answer to what cannot be answered, and never throws for odd rows", () => {
    const odd = fc.oneof(
      fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 1e308, -1e308, 5e-324, 2),
      fc.double({ min: 0, max: 1 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, fc.integer({ min: 0, max: 1 })), { maxLength: 30 }), (each) => {
        const scores = Float64Array.from(each, ([score]) => score);
        const labels = Uint8Array.from(each, ([, label]) => label);
        const scored = each.filter(([score]) => !Number.isNaN(score));
        const classes = new Set(scored.map(([, label]) => label)).size;
        const auc = rocAuc(kernel, scores, labels);
        expect(Number.isNaN(auc.statistic)).toBe(classes < 2);
        const ap = averagePrecision(kernel, scores, labels);
        expect(Number.isNaN(ap.statistic)).toBe(!scored.some(([, label]) => label === 1));
        scoreSeparation(kernel, scores, labels);
        const impossible = scored.length === 0 || scored.some(([score]) => !(score >= 0 && score <= 1));
        const { logLoss, brier } = probabilityMeasures(kernel, probabilitySumsOf(kernel, scores, labels));
        const bins = calibrationBinsOf(scores, labels);
        for (const { statistic } of [
          logLoss,
          brier,
          expectedCalibrationError(kernel, bins),
          maximumCalibrationError(bins),
        ])
          expect(Number.isNaN(statistic)).toBe(impossible);
        const runs = equalCountBinsOf(scores, labels);
        if (runs) expect(Number.isNaN(expectedCalibrationError(kernel, runs).statistic)).toBe(impossible);
      }),
    );
    const nothing = {
      negatives: new Float64Array(0),
      positives: new Float64Array(0),
      single: new Uint8Array(0),
    };
    expect(rocAucOfCells(kernel, nothing).statistic).toBeNaN();
    expect(averagePrecisionOfGroups(kernel, nothing).statistic).toBeNaN();
    const noCount = {
      negatives: Float64Array.of(NaN),
      positives: Float64Array.of(1),
      single: new Uint8Array(1),
    };
    expect(rocAucOfCells(kernel, noCount).statistic).toBeNaN();
    expect(() => rocAuc(kernel, new Float64Array(2), [1])).toThrow(RangeError);
    expect(() => binaryConfusionOf([2], [0])).toThrow(RangeError);
  });
});

function inRange(
  { statistic, low, high }: { statistic: number; low: number | null; high: number | null },
  least: number,
  most: number,
): void {
  for (const value of [statistic, low ?? least, high ?? most])
    if (!Number.isNaN(value)) {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
  if (low !== null && high !== null) {
    expect(low).toBeLessThanOrEqual(statistic);
    expect(high).toBeGreaterThanOrEqual(statistic);
  }
}

function close(actual: number | null, expected: number | null): void {
  if (actual === null || expected === null || Number.isNaN(expected)) expect(actual).toEqual(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}
