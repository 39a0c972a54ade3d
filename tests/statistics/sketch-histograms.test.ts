/**
 * Conversion of quantile sketches to and from exponential histograms: totals are kept, errors are bounded as
 * exponential-buckets.ts says, and the examples of both specifications come out.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as buckets from "#core/methods/sketches/exponential-buckets.ts";
import { keyOf, middleOf } from "#core/methods/sketches/float-bits.ts";
import { fromOpenTelemetry, toOpenTelemetry } from "#core/methods/sketches/open-telemetry.ts";
import { fromPrometheus, toPrometheus, type NativeHistogram } from "#core/methods/sketches/prometheus.ts";
import { sketchQuantile } from "#core/methods/sketches/quantile-answers.ts";
import * as sketches from "#core/methods/sketches/quantile-sketch.ts";
import { awkward, bellValues } from "../core-as/seeded.ts";
import { kernels } from "./comparison.ts";

const precision = fc.integer({ min: 0, max: 10 });
const normalDouble = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: 0.01, max: 99, noNaN: true }))
  .filter((x) => Math.abs(x) > buckets.smallestNormal);
const value = fc.oneof(normalDouble, fc.double(), fc.constantFrom(...awkward));
const sample = fc.array(value, { maxLength: 50 }).map((values) => Float64Array.from(values));

/** Where the middle of a wide bucket can be a denormal: such a bucket does not come back as it was. */
const tiny = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -1020;

describe("buckets", () => {
  it("are those of the specifications", () => {
    // The table of the data model for scale 3: lower ends, to which nothing belongs (upper ends do).
    const ends = [1.09051, 1.18921, 1.29684, 1.41421, 1.54221, 1.68179, 1.83401];
    ends.forEach((end, i) => {
      expect(buckets.bucketOf(end - 1e-4, 3)).toBe(i);
      expect(buckets.bucketOf(end + 1e-4, 3)).toBe(i + 1);
    });
    expect([1, 2, 4, 0.5].map((x) => buckets.bucketOf(x, 3))).toEqual([-1, 7, 15, -9]);
    expect([1, 2, 2.0001, 4].map((x) => buckets.bucketOf(x, 0))).toEqual([-1, 0, 1, 1]);
    expect([1, 2, 16, 17, 0.5].map((x) => buckets.bucketOf(x, -2))).toEqual([-1, 0, 0, 1, -1]);
    // Prometheus: the largest double lies in its bucket 262144 of schema 8, one less in OpenTelemetry's numbers.
    expect(buckets.bucketOf(Number.MAX_VALUE, 8)).toBe(262143);
    // The data model's code for scale 0 gives −1024 for 2^−1023, and by the same rule −1075 for the smallest double.
    expect(buckets.bucketOf(2 ** -1023, 0)).toBe(-1024);
    expect(buckets.bucketOf(5e-324, 0)).toBe(-1075);
  });

  it("hold their values, and their middle", () => {
    fc.assert(
      fc.property(normalDouble, fc.integer({ min: -10, max: 20 }), (x, scale) => {
        const index = buckets.bucketOf(Math.abs(x), scale);
        const exact = Math.log2(Math.abs(x)) * 2 ** scale;
        expect(exact - index).toBeGreaterThan(-1e-6);
        expect(exact - index).toBeLessThan(1 + 1e-6);
        const middle = buckets.bucketMiddle(index, scale);
        // Of the widest buckets the middle can be no normal double.
        if (middle > buckets.smallestNormal && middle < Number.MAX_VALUE)
          expect(buckets.bucketOf(middle, scale)).toBe(index);
        expect(buckets.bucketOf(Math.abs(x), scale - 1 < -10 ? -10 : scale - 1)).toBe(
          scale === -10 ? index : Math.floor(index / 2),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("stand for a value within the stated error, one way and there and back", () => {
    fc.assert(
      fc.property(normalDouble, precision, fc.integer({ min: -2, max: 12 }), (x, p, scale) => {
        const size = Math.abs(x);
        const once = buckets.conversionError(p, scale);
        const index = buckets.bucketOf(middleOf(keyOf(size, p), p), scale);
        const there = buckets.bucketMiddle(index, scale);
        const back = middleOf(keyOf(there, p), p);
        if (there === Number.MAX_VALUE || there < 2 ** -1021) return;
        expect(Math.abs(there - size) / size).toBeLessThanOrEqual(once);
        expect(Math.abs(back - size) / size).toBeLessThanOrEqual(
          (1 + once) * (1 + 0.5 ** (p + 1)) - 1 + 1e-12,
        );
        const direct = middleOf(keyOf(buckets.bucketMiddle(buckets.bucketOf(size, scale), scale), p), p);
        expect(Math.abs(direct - size) / size).toBeLessThanOrEqual(once);
      }),
      { numRuns: 3000 },
    );
    expect(buckets.conversionError(5, 5)).toBeCloseTo(0.026684, 6);
    expect((1 + buckets.conversionError(5, 5)) * (1 + 1 / 64) - 1).toBeCloseTo(0.042726, 6);
  });
});

describe.each(kernels)("a sketch on the $name", (kernel) => {
  it("keeps its totals as an OpenTelemetry histogram and back", () => {
    fc.assert(
      fc.property(sample, precision, (values, p) => {
        const sketch = sketches.sketchOf(kernel, values, p);
        const { histogram, leftOut } = toOpenTelemetry(sketch);
        const side = (x: number): number => values.filter((v) => v * x > 0 && Math.abs(v) < Infinity).length;
        const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
        const { positive, negative, zeroCount, count } = histogram;
        const denormal = values.filter((v) => v !== 0 && Math.abs(v) <= buckets.smallestNormal);
        expect(count).toBe(values.filter(Number.isFinite).length);
        expect(sum(positive.bucketCounts) + sum(negative.bucketCounts) + zeroCount).toBe(count);
        expect(sum(positive.bucketCounts)).toBe(side(1) - denormal.filter((v) => v > 0).length);
        expect(histogram.zeroThreshold).toBe(denormal.length > 0 ? buckets.smallestNormal : 0);
        expect(leftOut.missing + leftOut.negInf + leftOut.posInf + count).toBe(values.length);
        expect(Math.max(positive.bucketCounts.length, negative.bucketCounts.length)).toBeLessThanOrEqual(160);
        const back = fromOpenTelemetry(histogram, p);
        expect(sketches.finiteCount(back)).toBe(count);
        const { scale } = histogram;
        if (scale < 10 && !values.some(tiny))
          expect(toOpenTelemetry(fromOpenTelemetry(histogram), { scale }).histogram).toEqual(histogram);
      }),
    );
  });

  it("keeps everything as a Prometheus histogram and back", () => {
    fc.assert(
      fc.property(sample, precision, fc.integer({ min: -4, max: 8 }), (values, p, schema) => {
        const sketch = sketches.sketchOf(kernel, values, p);
        const native = toPrometheus(sketch, schema);
        expect(native.count).toBe(values.length);
        const back = fromPrometheus(native);
        expect(sketches.rowCount(back)).toBe(values.length);
        expect([back.missing, back.negInf, back.posInf]).toEqual([
          sketch.missing,
          sketch.negInf,
          sketch.posInf,
        ]);
        if (!values.some(tiny)) expect(toPrometheus(back, schema)).toEqual(native);
      }),
    );
  });

  it("merges before or after converting with the same outcome", () => {
    fc.assert(
      fc.property(sample, sample, precision, (x, y, p) => {
        const [a, b] = [x, y].map((values) => sketches.sketchOf(kernel, values, p));
        const [first, second, whole] = [a, b, sketches.mergeSketches(kernel, a, b)].map((sketch) =>
          fromPrometheus(toPrometheus(sketch)),
        );
        expect(sketches.mergeSketches(kernel, first, second)).toEqual(whole);
      }),
    );
  });

  it("keeps its quantiles within the error of a conversion", () => {
    const values = bellValues(5000, 8).map((x) => 100 + 9 * x);
    const sketch = sketches.sketchOf(kernel, values, 7);
    const back = fromOpenTelemetry(toOpenTelemetry(sketch).histogram, 7);
    const bound = (1 + buckets.conversionError(7, 7)) * (1 + 1 / 256) - 1;
    for (const q of [0, 0.01, 0.5, 0.99, 1]) {
      const [before, after] = [sketch, back].map((each) => sketchQuantile(each, q).statistic);
      expect(Math.abs(after / before - 1)).toBeLessThanOrEqual(bound + 1 / 256);
    }
  });
});

describe("histograms from elsewhere", () => {
  it("are read as the specification of native histograms lists them", () => {
    // Its example: −2→3, −1→5, 2→1, 4→3, 5→2, once sparse and once with all empty buckets written out.
    const sparse: NativeHistogram = {
      schema: 0,
      count: 16,
      zeroThreshold: 0,
      zeroCount: 2,
      positiveSpans: [
        { offset: -2, length: 2 },
        { offset: 2, length: 1 },
        { offset: 1, length: 2 },
      ],
      positiveDeltas: [3, 2, -4, 2, -1],
      negativeSpans: [],
      negativeDeltas: [],
    };
    const dense = {
      ...sparse,
      positiveSpans: [{ offset: -2, length: 8 }],
      positiveDeltas: [3, 2, -5, 0, 1, -1, 3, -1],
    };
    const sketch = fromPrometheus(sparse, 0);
    // Bucket i of schema 0 holds (2^(i−1), 2^i].
    expect([...sketch.keys].map((key) => middleOf(key, 0))).toEqual([
      0,
      0.75 / 4,
      0.75 / 2,
      0.75 * 4,
      0.75 * 16,
      0.75 * 32,
    ]);
    expect([...sketch.counts]).toEqual([2, 3, 5, 1, 3, 2]);
    expect(fromPrometheus(dense, 0)).toEqual(sketch);
    expect(toPrometheus(sketch)).toEqual(sparse);
  });

  it("are refused where they contradict themselves", () => {
    const { histogram } = toOpenTelemetry(sketches.sketchOf(kernels[0], Float64Array.of(1, 2, 3, -4)));
    const wrong = [
      { ...histogram, count: 5 },
      { ...histogram, scale: 21 },
      { ...histogram, scale: 0.5 },
      { ...histogram, zeroThreshold: NaN },
      { ...histogram, zeroCount: -1 },
      { ...histogram, positive: { offset: 0.5, bucketCounts: [3] } },
      { ...histogram, positive: { offset: 40000, bucketCounts: [3] } },
      { ...histogram, positive: { offset: 0, bucketCounts: [2.5, 0.5] } },
    ];
    for (const each of wrong) expect(() => fromOpenTelemetry(each)).toThrow(RangeError);
    const native = toPrometheus(sketches.sketchOf(kernels[0], Float64Array.of(1, 2, 3, -4)));
    const alsoWrong = [
      { ...native, schema: -53 },
      { ...native, schema: 9 },
      { ...native, count: 3 },
      { ...native, positiveDeltas: native.positiveDeltas.slice(1) },
      { ...native, positiveDeltas: [...native.positiveDeltas, 1] },
      { ...native, positiveDeltas: native.positiveDeltas.map(() => -1) },
      { ...native, negativeSpans: [...native.negativeSpans, { offset: -1, length: 0 }] },
      { ...native, negativeSpans: [{ offset: 2 ** 40, length: 1 }] },
    ];
    for (const each of alsoWrong) expect(() => fromPrometheus(each)).toThrow(RangeError);
    const sketch = sketches.emptySketch();
    expect(() => toOpenTelemetry(sketch, { scale: 21 })).toThrow(RangeError);
    expect(() => toOpenTelemetry(sketch, { maxBuckets: 1 })).toThrow(RangeError);
    expect(() => toPrometheus(sketch, 9)).toThrow(RangeError);
    expect(fromOpenTelemetry(toOpenTelemetry(sketch).histogram, 5)).toEqual(sketch);
    expect(fromPrometheus(toPrometheus(sketch), 5)).toEqual(sketch);
  });
});
