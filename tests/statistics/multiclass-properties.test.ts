import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryConfusionOf, binaryDecisions } from "#core/methods/performance/binary-decisions.ts";
import {
  type ConfusionMatrix,
  confusionOf,
  mergeConfusions,
} from "#core/methods/performance/confusion-matrix.ts";
import { macroRocAuc, macroRocAucOfCells } from "#core/methods/performance/macro-roc-auc.ts";
import { multiclassDecisions } from "#core/methods/performance/multiclass-decisions.ts";
import {
  mergeMulticlassSums,
  multiclassProbabilityMeasures,
  multiclassSumsOf,
} from "#core/methods/performance/multiclass-probabilities.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { groupsOfScores } from "#core/methods/performance/score-groups.ts";
import { kernels } from "./comparison.ts";

const classes = 3;
interface Row {
  label: number;
  predicted: number;
  weights: number[];
}
const classIndex = fc.integer({ min: 0, max: classes - 1 });
const row: fc.Arbitrary<Row> = fc.record({
  label: classIndex,
  predicted: classIndex,
  weights: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: classes, maxLength: classes }),
});
const rows = fc.array(row, { maxLength: 40 });
const allClasses = rows.filter((each) =>
  [0, 1, 2].every((k) => each.filter(({ label }) => label === k).length >= 2),
);

const labelsOf = (each: Row[]): number[] => each.map(({ label }) => label);
const predictedOf = (each: Row[]): number[] => each.map(({ predicted }) => predicted);
const matrixOf = (each: Row[]): ConfusionMatrix => confusionOf(labelsOf(each), predictedOf(each), classes);
const probability = ({ weights }: Row, k: number): number => weights[k] / weights.reduce((a, b) => a + b, 0);
const probabilitiesOf = (each: Row[]): Float64Array =>
  Float64Array.from(each.flatMap((one) => [0, 1, 2].map((k) => probability(one, k))));

/** Means over classes of a matrix that need not hold whole counts: the definitions, for slopes by hand. */
function definitions(counts: number[], k = classes): Record<string, number> {
  const total = counts.reduce((sum, x) => sum + x, 0);
  const over = (cells: (i: number) => number): number =>
    Array.from({ length: k }, (_, i) => cells(i)).reduce((sum, x) => sum + x, 0);
  const labelled = (i: number): number => over((j) => counts[i * k + j]);
  const predicted = (j: number): number => over((i) => counts[i * k + j]);
  const per = (a: number, b: number): number => (b > 0 ? a / b : 0);
  const hit = (i: number): number => counts[i * k + i];
  const agreed = over(hit) / total;
  const chance = over((i) => (labelled(i) * predicted(i)) / total ** 2);
  const inLabels = 1 - over((i) => (labelled(i) / total) ** 2);
  const inPredicted = 1 - over((i) => (predicted(i) / total) ** 2);
  const f1 = (i: number): number => per(2 * hit(i), labelled(i) + predicted(i));
  return {
    kappa: (agreed - chance) / (1 - chance),
    mcc: (agreed - chance) / Math.sqrt(inLabels * inPredicted),
    "macro precision": over((i) => per(hit(i), predicted(i))) / k,
    "macro recall": over((i) => per(hit(i), labelled(i))) / k,
    "macro f1": over(f1) / k,
    "weighted precision": over((i) => (labelled(i) / total) * per(hit(i), predicted(i))),
    "weighted f1": over((i) => (labelled(i) / total) * f1(i)),
  };
}

describe.each(kernels)("measures for several classes, by the $name kernel", (kernel) => {
  const measured = (
    matrix: ConfusionMatrix,
  ): Record<string, { statistic: number; standardError: number }> => {
    const found = multiclassDecisions(kernel, matrix);
    return {
      kappa: found.kappa,
      mcc: found.mcc,
      "macro precision": found.macro.precision,
      "macro recall": found.macro.recall,
      "macro f1": found.macro.f1,
      "weighted precision": found.weighted.precision,
      "weighted f1": found.weighted.f1,
    };
  };

  it("are their definitions, with the error that single rows make", () => {
    fc.assert(
      fc.property(allClasses, (each) => {
        const { counts } = matrixOf(each);
        const expected = definitions([...counts]);
        const step = 1e-5;
        for (const [name, { statistic, standardError }] of Object.entries(measured(matrixOf(each)))) {
          if (Number.isNaN(statistic)) continue;
          expect(statistic).toBeCloseTo(expected[name], 12);
          const slope = (cell: number): number => {
            const at = (by: number): number =>
              definitions([...counts].map((count, i) => (i === cell ? count + by : count)))[name];
            return (at(step) - at(-step)) / (2 * step);
          };
          const squares = [...counts].reduce(
            (sum, count, cell) => sum + (count ? count * slope(cell) ** 2 : 0),
            0,
          );
          expect(standardError).toBeCloseTo(Math.sqrt(squares), 6);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("with two classes are those of a binary model", () => {
    const binary = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 40 });
    fc.assert(
      fc.property(binary, (each) => {
        const [labels, predicted] = [each.map(([label]) => label), each.map(([, decided]) => decided)];
        const several = multiclassDecisions(kernel, confusionOf(labels, predicted, 2));
        const one = binaryDecisions(kernel, binaryConfusionOf(labels, predicted));
        expect(several.accuracy).toEqual(one.accuracy);
        expect(several.mcc).toEqual(one.mcc);
        expect(several.byClass[1]).toEqual({ precision: one.precision, recall: one.recall, f1: one.f1 });
        expect(several.byClass[0].recall).toEqual(one.specificity);
        const { statistic } = one.mcc;
        const { tp, fp, fn, tn } = binaryConfusionOf(labels, predicted);
        const scale = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
        if (scale > 0) expect(statistic).toBeCloseTo((tp * tn - fp * fn) / scale, 12);
        else expect(statistic).toBeNaN();
      }),
    );
    const scores = Float64Array.of(0.9, 0.8, 0.4, 0.7, 0.3, 0.2, 0.4);
    const labels = [1, 1, 1, 0, 0, 0, 0];
    const both = Float64Array.from([...scores].flatMap((p) => [1 - p, p]));
    const [macro, single] = [macroRocAuc(kernel, both, labels, 2), rocAuc(kernel, scores, labels)];
    for (const field of ["statistic", "low", "high", "standardError"] as const)
      expect(macro[field]).toBeCloseTo(single[field]!, 12);
  });

  it("the mean area is that of its classes, its error counts what they share", () => {
    fc.assert(
      fc.property(allClasses, (each) => {
        const found = macroRocAuc(kernel, probabilitiesOf(each), labelsOf(each), classes);
        const areas = [0, 1, 2].map((k) =>
          rocAuc(
            kernel,
            Float64Array.from(each, (one) => probability(one, k)),
            each.map(({ label }) => Number(label === k)),
          ),
        );
        const mean = areas.reduce((sum, { statistic }) => sum + statistic / 3, 0);
        expect(found.statistic).toBeCloseTo(mean, 12);
        // Never more than if the classes moved together.
        const most = areas.reduce((sum, { standardError }) => sum + standardError / 3, 0);
        expect(found.standardError).toBeLessThanOrEqual(most + 1e-12);
        // What each row adds to the mean, from pairs.
        const adds = each.map((one) =>
          [0, 1, 2].reduce((sum, k) => {
            const own = one.label === k;
            const sizes = [true, false].map(
              (side) => each.filter(({ label }) => (label === k) === side).length,
            );
            const others = each.filter(({ label }) => (label === k) !== own);
            const sign = own ? 1 : -1;
            const won = others.reduce(
              (wins, other) =>
                wins + (1 + Math.sign(sign * (probability(one, k) - probability(other, k)))) / 2,
              0,
            );
            const n = own ? sizes[0] : sizes[1];
            return sum + (won / others.length - areas[k].statistic) / Math.sqrt(n * (n - 1)) / 3;
          }, 0),
        );
        const error = Math.sqrt(adds.reduce((sum, add) => sum + add * add, 0));
        expect(found.standardError).toBeCloseTo(error, 12);
        const cells = [0, 1, 2].map((k) => {
          const scores = Float64Array.from(each, (one) => probability(one, k));
          const groups = groupsOfScores(
            scores,
            each.map(({ label }) => Number(label === k)),
          );
          return { ...groups, single: new Uint8Array(groups.negatives.length).fill(1) };
        });
        const fromCells = macroRocAucOfCells(kernel, cells);
        expect(fromCells.low).toBeCloseTo(found.statistic, 12);
        expect(fromCells.high).toBeCloseTo(found.statistic, 12);
      }),
      { numRuns: 50 },
    );
  });

  it("merge, and do not depend on the order of rows or the names of classes", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const both = [...a, ...b];
        expect(mergeConfusions(matrixOf(a), matrixOf(b))).toEqual(matrixOf(both));
        expect(matrixOf([...both].reverse())).toEqual(matrixOf(both));
        const sums = (each: Row[]) =>
          multiclassSumsOf(kernel, probabilitiesOf(each), labelsOf(each), classes);
        const merged = mergeMulticlassSums(sums(a), sums(b));
        expect(mergeMulticlassSums(sums(b), sums(a))).toEqual(merged);
        const [found, whole] = [merged, sums(both)].map((each) =>
          multiclassProbabilityMeasures(kernel, each),
        );
        for (const name of ["logLoss", "brier"] as const)
          if (both.length) expect(found[name].statistic).toBeCloseTo(whole[name].statistic, 12);
          else expect(found[name].statistic).toBeNaN();
        const renamed = both.map((one) => ({ ...one, label: 2 - one.label, predicted: 2 - one.predicted }));
        for (const [name, { statistic }] of Object.entries(measured(matrixOf(both)))) {
          const other = measured(matrixOf(renamed))[name].statistic;
          if (Number.isNaN(statistic)) expect(other).toBeNaN();
          else expect(other).toBeCloseTo(statistic, 12);
        }
      }),
    );
  });

  it("have no answer to what cannot be answered, and never throw for odd probabilities", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 0.5, 1e308, 5e-324, -1);
    fc.assert(
      fc.property(fc.array(fc.tuple(classIndex, odd, odd, odd), { maxLength: 10 }), (each) => {
        const labels = each.map(([label]) => label);
        const probabilities = Float64Array.from(each.flatMap(([, ...p]) => p));
        const scored = each.filter(([, ...p]) => !p.some(Number.isNaN));
        const sums = multiclassSumsOf(kernel, probabilities, labels, classes);
        expect(sums.unscored).toBe(each.length - scored.length);
        const possible =
          scored.length > 0 &&
          scored.every(([, ...p]) => p.every((x) => x >= 0 && x <= 1) && p.some((x) => x > 0));
        const { logLoss, brier } = multiclassProbabilityMeasures(kernel, sums);
        for (const { statistic } of [logLoss, brier]) expect(Number.isNaN(statistic)).toBe(!possible);
        const area = macroRocAuc(kernel, probabilities, labels, classes);
        const seen = new Set(scored.map(([label]) => label)).size;
        expect(Number.isNaN(area.statistic)).toBe(seen < classes);
        for (const bound of [area.low, area.high]) expect(bound).not.toBeNaN();
      }),
    );
    const nothing = multiclassDecisions(kernel, confusionOf([], [], classes));
    for (const { statistic } of [
      nothing.accuracy,
      nothing.kappa,
      nothing.mcc,
      ...Object.values(nothing.macro),
    ])
      expect(statistic).toBeNaN();
    expect(() => confusionOf([0], [3], classes)).toThrow(RangeError);
    expect(() => multiclassSumsOf(kernel, new Float64Array(2), [0], classes)).toThrow(RangeError);
  });
});
