/**
 * The laws of the quantile sketch (docs/methods/sketches.md): its algebra, the certainty of its answers, and its bytes.
 * There is no oracle: the sample behind each sketch is at hand and answers every question exactly.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "#core/domain/wire/bytes.ts";
import * as cells from "#core/methods/sketches/float-bits.ts";
import * as answers from "#core/methods/sketches/quantile-answers.ts";
import { readSketch, writeSketch } from "#core/methods/sketches/quantile-bytes.ts";
import * as sketches from "#core/methods/sketches/quantile-sketch.ts";
import { checksum } from "#core/methods/sketches/sealed-bytes.ts";
import { awkward, bellValues } from "../core-as/seeded.ts";
import { kernels } from "./comparison.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const precision = fc.integer({ min: 0, max: 10 });
/** Few different values as often as many, and what breaks others. */
const value = fc.oneof(
  fc.double(),
  fc.constantFrom(...awkward),
  fc.integer({ min: -9, max: 9 }),
  fc.double({ min: -5, max: 5, noNaN: true }),
);
const sample = fc.array(value, { maxLength: 60 }).map((values) => Float64Array.from(values));
const ascending = (values: Float64Array): Float64Array => values.filter(Number.isFinite).sort();

describe("cells", () => {
  it("have the keys and ends that the bits say", () => {
    // By hand: 1 ends the last cell of its octave, the exponent's 1023·2^p; 1.5 is half an octave further.
    expect([0, 5, 10].map((p) => cells.keyOf(1, p))).toEqual([1023, 32736, 1047552]);
    expect(cells.keyOf(1.5, 5)).toBe(32736 + 16);
    expect(cells.keyOf(-1.5, 5)).toBe(-32752);
    expect(cells.keyOf(1.5 + 2 ** -52, 5)).toBe(32753);
    expect([cells.lowestOf(32753, 5), cells.highestOf(32753, 5)]).toEqual([1.5 + 2 ** -52, 1.53125]);
    expect(cells.middleOf(32753, 5)).toBe(1.515625);
    expect([5e-324, -0, Number.MAX_VALUE].map((x) => cells.keyOf(x, 5))).toEqual([1, 0, 65504]);
    expect(cells.highestOf(65504, 5)).toBe(Number.MAX_VALUE);
    expect(cells.highestOf(32, 5)).toBe(2 ** -1022);
    expect(cells.highestOf(1, 5)).toBe(2 ** -1027);
  });

  it("hold their value, near their middle, in the order of values", () => {
    fc.assert(
      fc.property(finite, finite, precision, (x, y, p) => {
        const key = cells.keyOf(x, p);
        expect(Math.abs(key)).toBeLessThanOrEqual(cells.lastKey(p));
        expect(cells.keyOf(-x, p) + key).toBe(0);
        expect(cells.lowestOf(key, p)).toBeLessThanOrEqual(x);
        expect(cells.highestOf(key, p)).toBeGreaterThanOrEqual(x);
        expect([cells.lowestOf(key, p), cells.middleOf(key, p), cells.highestOf(key, p)]).toSatisfy(
          (ends: number[]) => ends.every((end) => cells.keyOf(end, p) === key),
        );
        if (x < y) expect(key).toBeLessThanOrEqual(cells.keyOf(y, p));
        const gap = Math.abs(cells.middleOf(key, p) - x);
        if (Math.abs(x) > 2 ** -1022) expect(gap / Math.abs(x)).toBeLessThan(cells.relativeErrorOf(p));
        else expect(gap).toBeLessThanOrEqual(2 ** -1023 * 2 ** -p);
        if (p > 0) expect(cells.coarserKey(key) + 0).toBe(cells.keyOf(x, p - 1) + 0);
      }),
      { numRuns: 5000 },
    );
  });

  it("touch: none overlaps and nothing lies between", () => {
    for (const p of [0, 3, 10])
      for (const key of [1, 2, 5, 2 ** p, 2 ** p + 1, 1023 * 2 ** p, cells.lastKey(p) - 1]) {
        const [end, next] = [cells.highestOf(key, p), cells.lowestOf(key + 1, p)];
        expect(new BigInt64Array(Float64Array.of(next).buffer)[0]).toBe(
          new BigInt64Array(Float64Array.of(end).buffer)[0] + 1n,
        );
      }
  });
});

describe.each(kernels)("the quantile sketch on the $name", (kernel) => {
  const sketchOf = (values: Float64Array, p?: number): sketches.QuantileSketch =>
    sketches.sketchOf(kernel, values, p);
  const merge = (a: sketches.QuantileSketch, b: sketches.QuantileSketch): sketches.QuantileSketch =>
    sketches.mergeSketches(kernel, a, b);

  it("counts each value in the cell of its key", () => {
    fc.assert(
      fc.property(sample, precision, (values, p) => {
        const sketch = sketchOf(values, p);
        const expected = new Map<number, number>();
        for (const x of ascending(values)) {
          const key = cells.keyOf(x, p) + 0;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        expect([...sketch.keys].map((key, i) => [key, sketch.counts[i]])).toEqual([...expected]);
        expect(sketches.rowCount(sketch)).toBe(values.length);
      }),
    );
  });

  it("merges: commutes, associates, has an identity, and is the sketch of the union", () => {
    fc.assert(
      fc.property(sample, sample, sample, precision, precision, (x, y, z, p, q) => {
        const [a, b, c] = [sketchOf(x, p), sketchOf(y, q), sketchOf(z, p)];
        expect(merge(a, b)).toEqual(merge(b, a));
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect(merge(a, sketches.emptySketch(p))).toEqual(a);
        expect(merge(a, c)).toEqual(sketchOf(Float64Array.of(...x, ...z), p));
        expect(sketches.withValues(kernel, a, z)).toEqual(merge(a, c));
        expect(sketches.rowCount(merge(a, b))).toBe(x.length + y.length);
      }),
    );
  });

  it("forgets the order of rows, and not their number", () => {
    fc.assert(
      fc.property(sample, (values) => {
        const sketch = sketchOf(values);
        expect(sketchOf(values.slice().reverse())).toEqual(sketch);
        const twice = merge(sketch, sketch);
        expect(twice.counts).toEqual(sketch.counts.map((count) => 2 * count));
        expect(twice.missing).toBe(2 * sketch.missing);
      }),
    );
  });

  it("coarsens to what the smaller precision would have counted, before or after merging", () => {
    fc.assert(
      fc.property(sample, sample, precision, fc.nat(10), (x, y, p, less) => {
        const to = Math.max(0, p - less);
        expect(sketches.downscale(sketchOf(x, p), to)).toEqual(sketchOf(x, to));
        expect(sketches.downscale(merge(sketchOf(x, p), sketchOf(y, p)), to)).toEqual(
          merge(sketchOf(x, p), sketchOf(y, to)),
        );
      }),
    );
    expect(() => sketches.downscale(sketchOf(Float64Array.of(1), 3), 4)).toThrow(RangeError);
  });

  it("knows quantiles to the cell, and so to 2^−(p+1) of themselves", () => {
    fc.assert(
      fc.property(sample, precision, fc.double({ min: 0, max: 1, noNaN: true }), (values, p, q) => {
        const sorted = ascending(values);
        const { statistic, low, high } = answers.sketchQuantile(sketchOf(values, p), q);
        if (sorted.length === 0) {
          expect(statistic).toBeNaN();
          return;
        }
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
        expect(low).toBeLessThanOrEqual(exact);
        expect(high).toBeGreaterThanOrEqual(exact);
        const error = Math.abs(statistic - exact);
        expect(error).toBeLessThanOrEqual(
          Math.max(2 ** -1023 * 2 ** -p, Math.abs(exact) * cells.relativeErrorOf(p)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("bounds counts and shares with certainty", () => {
    fc.assert(
      fc.property(sample, precision, value, value, (values, p, x, y) => {
        const [sketch, sorted] = [sketchOf(values, p), ascending(values)];
        const exact = (z: number): number => sorted.filter((each) => each <= z).length;
        const [a, b] = x <= y ? [x, y] : [y, x];
        for (const [answer, truth] of [
          [answers.countAtMost(sketch, x), exact(x)],
          [answers.sketchCdf(sketch, x), exact(x) / sorted.length],
          [answers.countBetween(sketch, a, b), exact(b) - exact(a)],
        ] as const) {
          if (Number.isNaN(answer.statistic)) {
            expect(Number.isNaN(x + truth) || Number.isNaN(a - b)).toBe(true);
            expect([answer.low, answer.high]).toEqual([null, null]);
            continue;
          }
          expect(answer.low).toBeLessThanOrEqual(truth);
          expect(answer.high).toBeGreaterThanOrEqual(truth);
          expect(answer.statistic).toBeGreaterThanOrEqual(answer.low as number);
          expect(answer.statistic).toBeLessThanOrEqual(answer.high as number);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("holds the KS gap of the samples between its bounds, and is symmetric", () => {
    fc.assert(
      fc.property(sample, sample, precision, precision, (x, y, p, q) => {
        const [a, b] = [sketchOf(x, p), sketchOf(y, q)];
        const [ks, back] = [answers.sketchKs(kernel, a, b), answers.sketchKs(kernel, b, a)];
        expect(ks.statistic).toBe(back.statistic);
        expect(ks.high).toBe(back.high);
        const [r, c] = [ascending(x), ascending(y)];
        if (r.length === 0 || c.length === 0) {
          expect(ks.statistic).toBeNaN();
          return;
        }
        const exact = kernel.ksSamples(r, c);
        expect(ks.low).toBeLessThanOrEqual(exact + 1e-12);
        expect(ks.high).toBeGreaterThanOrEqual(exact - 1e-12);
      }),
      { numRuns: 500 },
    );
    const zeros = sketchOf(new Float64Array(9));
    expect(answers.sketchKs(kernel, zeros, zeros)).toMatchObject({ statistic: 0, high: 0, pValue: 1 });
  });

  it("is small: a million bell-shaped values at the default precision fit into 3 KB", () => {
    const sketch = sketchOf(bellValues(1_000_000, 5));
    expect(sketches.finiteCount(sketch)).toBe(1_000_000);
    expect(writeSketch(sketch).length).toBeLessThan(3000);
    expect(answers.sketchQuantile(sketch, 0.975).statistic).toBeGreaterThan(1.9);
    expect(answers.sketchQuantile(sketch, 0.975).statistic).toBeLessThan(2.02);
  });

  it("comes back from its bytes, and equal sketches have equal bytes", () => {
    fc.assert(
      fc.property(sample, precision, (values, p) => {
        const sketch = sketchOf(values, p);
        const bytes = writeSketch(sketch);
        expect(readSketch(bytes)).toEqual(sketch);
        expect(writeSketch(sketchOf(values.slice().reverse(), p))).toEqual(bytes);
      }),
    );
  });

  it("refuses what it cannot be", () => {
    expect(() => sketches.emptySketch(11)).toThrow(RangeError);
    expect(() => sketchOf(Float64Array.of(1), 2.5)).toThrow(RangeError);
    const huge = { ...sketchOf(Float64Array.of(1)), counts: Float64Array.of(2 ** 53 - 1) };
    expect(() => merge(huge, huge)).toThrow(RangeError);
  });
});

describe("damaged bytes", () => {
  const kernel = kernels[0];
  const bytes = writeSketch(sketches.sketchOf(kernel, bellValues(300, 6)));

  it("are refused at every length", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => readSketch(bytes.subarray(0, length))).toThrow(WireError);
    expect(() => readSketch(Uint8Array.of(...bytes, 0))).toThrow(WireError);
  });

  it("are refused after any flipped bit", () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(() => readSketch(damaged)).toThrow(WireError);
    }
  });

  it("are refused when they are noise, and with a checksum that fits, unless writing gives just them", () => {
    const noise = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(noise, fc.boolean(), (tail, headed) => {
        const content = headed ? Uint8Array.of(...bytes.subarray(0, 6), ...tail) : tail;
        const end = new Uint8Array(4);
        new DataView(end.buffer).setUint32(0, checksum(content), true);
        expect(() => readSketch(tail)).toThrow(WireError);
        const forged = Uint8Array.of(...content, ...end);
        try {
          expect(writeSketch(readSketch(forged)).length).toBeLessThanOrEqual(forged.length);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("say what is wrong", () => {
    const changed = bytes.slice();
    changed[20] ^= 1;
    expect(() => readSketch(changed)).toThrow("sketch: the buffer is damaged: its checksum does not match");
    changed[4] = 9;
    expect(() => readSketch(changed)).toThrow("sketch: version 9 is not 1, the one that is understood");
    // The check value that catalogues of CRCs print for CRC-32.
    expect(checksum(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });
});
