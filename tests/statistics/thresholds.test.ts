import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutIntoChunks } from "#core/methods/chunking/chunking.ts";
import {
  constantThresholds,
  deviationThresholds,
  leaveOneOut,
  outside,
  predictionThresholds,
} from "#core/methods/thresholds.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present, readPeer, readTable } from "./reference-data.ts";

interface Row {
  chunk: { period: string };
  f1: { value: number; upper_threshold: number | null; lower_threshold: number | null; alert: boolean };
}

/** F1 of the loans' predictions, by chunk of the reference: 2TP/(2TP + FP + FN). */
function realisedF1(size: number): Float64Array {
  const table = readTable("car_loan_reference");
  const [predicted, repaid] = ["y_pred", "repaid"].map((name) => table.get(name)!);
  const { chunks } = cutIntoChunks({ rows: repaid.length }, { by: "size", size });
  return Float64Array.from(chunks, ({ start, end }) => {
    let [hits, wrong] = [0, 0];
    for (let row = start; row < end; row++)
      if (predicted[row] !== repaid[row]) wrong++;
      else if (repaid[row] === "1") hits++;
    return (2 * hits) / (2 * hits + wrong);
  });
}

const values = (...numbers: number[]): Float64Array => Float64Array.from(numbers);
const someValues = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 })
  .map((numbers) => Float64Array.from(numbers));

describe.each(kernels)("thresholds, by the $name kernel", (kernel) => {
  it("are those that NannyML publishes for an F1 score", () => {
    const comparison = new Comparison("thresholds_cbpe_f1");
    if (present) {
      const [relative, constant] = readPeer<{ tables: Row[][] }>("thresholds_cbpe_f1").tables;
      // Mean ± 3 standard deviations of the realised scores of the reference's chunks; the values are estimated ones.
      const bounds = deviationThresholds(kernel, realisedF1(5000), { range: { low: 0, high: 1 } });
      const given = { lower: relative[0].f1.lower_threshold, upper: relative[0].f1.upper_threshold };
      comparison.check("lower", bounds.lower!, given.lower!, { relative: 1e-5 });
      comparison.check("upper", bounds.upper!, given.upper!, { relative: 1e-5 });
      for (const { f1 } of relative) expect(outside(f1.value, given)).toBe(f1.alert);
      for (const { f1 } of constant) {
        const own = constantThresholds(f1.lower_threshold, f1.upper_threshold);
        expect(own).toEqual({ lower: null, upper: 0.93 });
        expect(outside(f1.value, own)).toBe(f1.alert);
      }
    }
    comparison.finish(kernel.name);
  });

  it("by deviation: mean ± k population standard deviations, within the range", () => {
    // Mean 5, population standard deviation 2.
    const chunks = values(2, 4, 4, 4, 5, 5, 7, 9);
    expect(deviationThresholds(kernel, chunks)).toEqual({ lower: -1, upper: 11 });
    expect(deviationThresholds(kernel, chunks, { lower: null, upper: 1 })).toEqual({ lower: null, upper: 7 });
    expect(deviationThresholds(kernel, chunks, { range: { low: 0, high: 10 } })).toEqual({
      lower: 0,
      upper: 10,
    });
    const dropped = deviationThresholds(kernel, chunks, { range: { low: -1 }, atLimit: "drop" });
    expect(dropped).toEqual({ lower: null, upper: 11 });
    expect(deviationThresholds(kernel, values(NaN, 3, NaN, 3))).toEqual({ lower: 3, upper: 3 });
  });

  it("by prediction: mean ± t·s·√(1 + 1/K)", () => {
    // t of 7 degrees of freedom: 2.3646242515927844 at 0.025, 1.8945786050900066 at 0.05 (scipy.stats.t.isf).
    const chunks = values(2, 4, 4, 4, 5, 5, 7, 9);
    const reach = Math.sqrt((32 / 7) * (1 + 1 / 8));
    const both = predictionThresholds(kernel, chunks, { level: 0.05 });
    expect(both.lower).toBeCloseTo(5 - 2.3646242515927844 * reach, 10);
    expect(both.upper).toBeCloseTo(5 + 2.3646242515927844 * reach, 10);
    const upper = predictionThresholds(kernel, chunks, { level: 0.05, sides: "upper" });
    expect(upper.lower).toBeNull();
    expect(upper.upper).toBeCloseTo(5 + 1.8945786050900066 * reach, 10);
    expect(predictionThresholds(kernel, values(3), { level: 0.05 })).toEqual({ lower: null, upper: null });
  });

  it("by prediction are missed by quiet values as often as asked for, those by deviation more often", () => {
    // Ten chunks and one more, all standard normal: 2.7 standard deviations of a normal are 0.0069.
    let state = 1;
    const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = (): number => kernel.normalPpf(uniform());
    const level = 0.0027;
    let [predicted, deviated] = [0, 0];
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const chunks = Float64Array.from({ length: 10 }, normal);
      const value = normal();
      if (outside(value, predictionThresholds(kernel, chunks, { level }))) predicted++;
      if (outside(value, deviationThresholds(kernel, chunks))) deviated++;
    }
    // Five standard errors around 54; and 3 sd of ten chunks are missed by t₉ beyond 2.714 = 2.4 %.
    expect(predicted / draws).toBeGreaterThan(0.0009);
    expect(predicted / draws).toBeLessThan(0.0046);
    expect(deviated / draws).toBeGreaterThan(0.018);
    expect(deviated / draws).toBeLessThan(0.03);
  });

  it("do not depend on the chunks' order, move with the values, and widen with the level", () => {
    fc.assert(
      fc.property(someValues, fc.double({ min: 1e-6, max: 0.4, noNaN: true }), (chunks, level) => {
        const both = predictionThresholds(kernel, chunks, { level });
        const sorted = predictionThresholds(kernel, chunks.slice().sort(), { level });
        const stricter = predictionThresholds(kernel, chunks, { level: level / 2 });
        const scale = 1 + Math.max(...chunks.map(Math.abs));
        // At the smallest level and two chunks t is 6·10⁵, and rounding in the spread grows with it.
        expect(Math.abs(both.upper! - sorted.upper!)).toBeLessThan(1e-6 * scale);
        expect(stricter.upper!).toBeGreaterThanOrEqual(both.upper!);
        expect(stricter.lower!).toBeLessThanOrEqual(both.lower!);
        const { lower, upper } = deviationThresholds(kernel, chunks);
        const moved = deviationThresholds(
          kernel,
          chunks.map((value) => value + 1000),
        );
        expect(Math.abs(moved.lower! - lower! - 1000)).toBeLessThan(1e-9 * scale + 1e-6);
        expect(upper!).toBeGreaterThanOrEqual(lower!);
      }),
    );
  });

  it("are none where there is nothing to take them from", () => {
    for (const odd of [values(), values(NaN), values(1, Infinity), values(1e308, -1e308)]) {
      const none = { lower: null, upper: null };
      expect(deviationThresholds(kernel, odd)).toEqual(none);
      expect(predictionThresholds(kernel, odd, { level: 0.01 })).toEqual(none);
    }
    expect(outside(NaN, { lower: 0, upper: 1 })).toBeNull();
    expect(outside(Infinity, { lower: 0, upper: 1 })).toBe(true);
    expect(outside(Infinity, { lower: 0, upper: null })).toBe(false);
  });
});

it("chunks are compared with all the others", () => {
  const chunks = [values(1, 0), values(0, 2), values(3, 3)];
  const seen: number[][] = [];
  leaveOneOut(chunks, (rest, chunk) => seen.push([...rest, ...chunk]));
  expect(seen).toEqual([
    [3, 5, 1, 0],
    [4, 3, 0, 2],
    [1, 2, 3, 3],
  ]);
  expect(leaveOneOut([], () => 1)).toHaveLength(0);
  expect(() => leaveOneOut([values(1), values(1, 2)], () => 1)).toThrow(RangeError);
});

it("misuse is refused", () => {
  const [kernel] = kernels;
  for (const level of [0, 1, NaN, -1])
    expect(() => predictionThresholds(kernel, values(1, 2), { level })).toThrow(RangeError);
  for (const lower of [-1, NaN, Infinity])
    expect(() => deviationThresholds(kernel, values(1, 2), { lower })).toThrow(RangeError);
  expect(() => constantThresholds(2, 1)).toThrow(RangeError);
  expect(() => constantThresholds(NaN, null)).toThrow(RangeError);
});
