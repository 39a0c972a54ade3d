/** HyperLogLog: its algebra, its error as measured against 1.04/√m, and its bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "#core/domain/wire/bytes.ts";
import { readDistinct, writeDistinct } from "#core/methods/sketches/distinct-bytes.ts";
import * as distinct from "#core/methods/sketches/distinct-count.ts";
import { seededUniform } from "../core-as/seeded.ts";

const texts = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a", "b", "")), {
  maxLength: 60,
});
const bits = fc.integer({ min: 4, max: 16 });

describe("the sketch of distinct values", () => {
  it("merges: commutes, associates, is idempotent, has an identity, and is the sketch of the union", () => {
    fc.assert(
      fc.property(texts, texts, texts, bits, (x, y, z, b) => {
        const [a, c, d] = [x, y, z].map((each) => distinct.distinctOfTexts(each, b));
        const merge = distinct.mergeDistinct;
        expect(merge(a, c)).toEqual(merge(c, a));
        expect(merge(merge(a, c), d)).toEqual(merge(a, merge(c, d)));
        expect(merge(a, a)).toEqual(a);
        expect(merge(a, distinct.emptyDistinct(b))).toEqual(a);
        expect(merge(a, c)).toEqual(distinct.distinctOfTexts([...x, ...y], b));
        expect(distinct.distinctOfTexts([...x, ...x].reverse(), b)).toEqual(a);
      }),
    );
  });

  it("counts few values almost exactly, and none as none", () => {
    expect(distinct.distinctCount(distinct.emptyDistinct())).toMatchObject({
      statistic: 0,
      low: 0,
      high: 0,
    });
    fc.assert(
      fc.property(texts, (values) => {
        const exact = new Set(values).size;
        const { statistic, low, high } = distinct.distinctCount(distinct.distinctOfTexts(values, 16));
        // Of 60 values two share one of 65,536 registers once in 37 runs, three values once in 10,000.
        expect(Math.abs(statistic - exact)).toBeLessThan(3);
        expect(statistic).toBeGreaterThanOrEqual(Number(low));
        expect(statistic).toBeLessThanOrEqual(Number(high));
      }),
    );
  });

  it("takes numbers by their bits: −0 is 0, NaN is none, infinities are two", () => {
    const b = 12;
    const sketch = distinct.distinctOfNumbers(Float64Array.of(0, -0, NaN, Infinity, -Infinity, 1, 1), b);
    expect(Math.round(distinct.distinctCount(sketch).statistic)).toBe(4);
    expect(distinct.distinctOfNumbers(Float64Array.of(NaN), b)).toEqual(distinct.emptyDistinct(b));
  });

  it("has the standard error 1.04/√m, no bias, and intervals that hold", () => {
    const b = 8;
    const expected = 1.04 / Math.sqrt(1 << b);
    const uniform = seededUniform(77);
    // Structured ids and random numbers; from where most registers are empty to where none is.
    for (const n of [100, 1000, 6000]) {
      const runs = 300;
      let [bias, square, held] = [0, 0, 0];
      for (let run = 0; run < runs; run++) {
        const sketch =
          run % 2 === 0
            ? distinct.distinctOfTexts(
                Array.from({ length: n }, (_, i) => `user-${run}-${String(i).padStart(6, "0")}`),
                b,
              )
            : distinct.distinctOfNumbers(Float64Array.from({ length: n }, uniform), b);
        const { statistic, low, high } = distinct.distinctCount(sketch);
        const error = statistic / n - 1;
        bias += error / runs;
        square += (error * error) / runs;
        if (Number(low) <= n && n <= Number(high)) held++;
      }
      // Four standard errors of the mean; of the root mean square about a fifth. Few values do better than the limit.
      expect(Math.abs(bias)).toBeLessThan((4 * expected) / Math.sqrt(runs));
      expect(Math.sqrt(square)).toBeLessThan(1.2 * expected);
      if (n >= 1000) expect(Math.sqrt(square)).toBeGreaterThan(0.7 * expected);
      expect(held / runs).toBeGreaterThan(0.91);
    }
  });

  it("agrees with the definition of the estimator, summed term by term", () => {
    // Ertl's z with his series for τ and σ cut after 60 terms, registers made up.
    const b = 4;
    const cases = [
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      // All but full: here τ decides.
      [61, 61, 61, 61, 60, 61, 61, 61, 61, 59, 61, 61, 61, 61, 61, 61],
      [60, 61, 61, 3, 0, 2, 2, 2, 9, 9, 1, 1, 1, 4, 5, 60],
    ];
    for (const registers of cases) {
      const share = (k: number): number => registers.filter((value) => value === k).length;
      const [m, q] = [16, 60];
      const full = 1 - share(q + 1) / m;
      const none = share(0) / m;
      let tau = 1 - full;
      let sigma = none;
      for (let k = 1; k <= 60; k++) {
        tau -= (1 - full ** (2 ** -k)) ** 2 * 2 ** -k;
        sigma += none ** (2 ** k) * 2 ** (k - 1);
      }
      let z = (m * (tau / 3)) / 2 ** q + m * sigma;
      for (let k = 1; k <= q; k++) z += share(k) / 2 ** k;
      const { statistic } = distinct.distinctCount({ b, registers: Uint8Array.from(registers) });
      expect(statistic / Math.max(m - share(0), (m * m) / (2 * Math.LN2) / z)).toBeCloseTo(1, 12);
    }
    // All registers full: more values than the hash tells apart.
    const full = { b, registers: new Uint8Array(16).fill(61) };
    expect(distinct.distinctCount(full).statistic).toBe(Infinity);
  });

  it("comes back from its bytes, few registers or many", () => {
    fc.assert(
      fc.property(texts, bits, (values, b) => {
        const sketch = distinct.distinctOfTexts(values, b);
        const bytes = writeDistinct(sketch);
        expect(readDistinct(bytes)).toEqual(sketch);
        expect(bytes.length).toBeLessThan(20 + Math.min(1 << b, 3 * values.length));
      }),
    );
  });

  it("refuses damaged bytes, other precisions and other registers", () => {
    for (const values of [["a", "b", "c"], Array.from({ length: 99 }, (_, i) => String(i))]) {
      const bytes = writeDistinct(distinct.distinctOfTexts(values, 5));
      for (let length = 0; length < bytes.length; length++)
        expect(() => readDistinct(bytes.subarray(0, length))).toThrow(WireError);
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const damaged = bytes.slice();
        damaged[bit >> 3] ^= 1 << (bit & 7);
        expect(() => readDistinct(damaged)).toThrow(WireError);
      }
    }
    expect(() => readDistinct(writeDistinct({ b: 4, registers: new Uint8Array(16).fill(62) }))).toThrow(
      "distinct: the buffer has a register of 62, and 61 is most",
    );
    expect(() => distinct.emptyDistinct(17)).toThrow(RangeError);
    const [four, five] = [distinct.emptyDistinct(4), distinct.emptyDistinct(5)];
    expect(() => distinct.mergeDistinct(four, five)).toThrow(RangeError);
  });
});
