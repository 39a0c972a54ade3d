/**
 * Numbers of ours that no reference data has, found in a second way: smoothed PSI, the share distance V_b, Bergsma's V
 * and the limits of the divergences. Sums are exact rationals; chance is drawn.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { chiSquare } from "#core/methods/counts/chi-square.ts";
import type { CountsResult } from "#core/methods/counts/counts-result.ts";
import { cramersV } from "#core/methods/counts/cramers-v.ts";
import { gTest } from "#core/methods/counts/g-test.ts";
import { hellinger } from "#core/methods/counts/hellinger.ts";
import { js } from "#core/methods/counts/js.ts";
import { kl } from "#core/methods/counts/kl.ts";
import { psi } from "#core/methods/counts/psi.ts";
import { shareDistance } from "#core/methods/counts/share-distance.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { kernels } from "./comparison.ts";

/** A fraction of whole numbers, never rounded. */
class Fraction {
  readonly over: bigint;
  readonly under: bigint;

  constructor(over: bigint, under: bigint) {
    this.over = over;
    this.under = under;
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.over * other.under + other.over * this.under, this.under * other.under);
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.over * other.over, this.under * other.under);
  }

  /** To 60 decimals, and then to a double. */
  toNumber(): number {
    return Number((this.over * 10n ** 60n) / this.under) / 1e60;
  }
}

const whole = (value: number): Fraction => new Fraction(BigInt(value), 1n);
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const square = (value: bigint): bigint => value * value;

const count = fc.oneof(fc.nat(3), fc.nat(500), fc.nat(1e7));
const pairs = fc
  .array(fc.tuple(count, count), { minLength: 1, maxLength: 12 })
  .map((counts) => counts.filter(([a, c]) => a + c > 0))
  .filter((counts) => counts.some(([a]) => a > 0) && counts.some(([, c]) => c > 0))
  .map((counts) => ({ a: counts.map(([a]) => a), c: counts.map(([, c]) => c) }));

function expectNear(actual: number, expected: number, relative = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(1e-3, Math.abs(expected)));
}

describe.each(kernels)("our own definitions, found in a second way, by the $name kernel", (kernel) => {
  const both = (a: number[], c: number[]) => [Float64Array.from(a), Float64Array.from(c)] as const;

  it("smoothed PSI: the totals drop out of the logarithms, and differences of shares are exact fractions", () => {
    fc.assert(
      fc.property(pairs, ({ a, c }) => {
        // Doubled, half a count is a whole one: p = (2a + 1)/(2n + k).
        const [allP, allQ] = [2 * sum(a) + a.length, 2 * sum(c) + c.length];
        const expected = a.map((value, i) => {
          const [p, q] = [2 * value + 1, 2 * c[i] + 1];
          const over = BigInt(p) * BigInt(allQ) - BigInt(q) * BigInt(allP);
          return new Fraction(over, BigInt(allP) * BigInt(allQ)).toNumber() * Math.log(p / q);
        });
        expectNear(psi(kernel, ...both(a, c)).statistic, sum(expected), 1e-11);
      }),
    );
  });

  it("PSI's effect: what is left of it above (k − 1)(1/n + 1/m)", () => {
    fc.assert(
      fc.property(pairs, ({ a, c }) => {
        const { statistic, effect } = psi(kernel, ...both(a, c));
        const expectation = ((a.length - 1) * (sum(a) + sum(c))) / sum(a) / sum(c);
        expectNear(effect ?? NaN, Math.max(0, statistic - expectation));
      }),
    );
  });

  it("V_b: the square is a fraction", () => {
    fc.assert(
      fc.property(pairs, ({ a, c }) => {
        const [n, m] = [BigInt(sum(a)), BigInt(sum(c))];
        // ½ Σ (am − cn)²/(nm(am + cn)) − (k − 1)(n + m)/(4nm)
        const total = a.reduce(
          (so, value, i) => {
            const [x, y] = [BigInt(value) * m, BigInt(c[i]) * n];
            return so.plus(new Fraction(square(x - y), 2n * n * m * (x + y)));
          },
          new Fraction(-BigInt(a.length - 1) * (n + m), 4n * n * m),
        );
        const expected = Math.max(0, total.toNumber());
        // Squares: near 0 the root would make much of the last bits.
        expectNear(shareDistance(kernel, ...both(a, c)).statistic ** 2, expected, 1e-11);
        expectNear((chiSquare(kernel, ...both(a, c)).effect ?? NaN) ** 2, expected, 1e-11);
      }),
    );
  });

  it("Bergsma's V: the square is a fraction", () => {
    fc.assert(
      fc.property(pairs, ({ a, c }) => {
        const [n, m, k] = [BigInt(sum(a)), BigInt(sum(c)), BigInt(a.length)];
        const found = cramersV(kernel, ...both(a, c)).statistic;
        const rows = n + m;
        if (k < 2n || rows <= 2n || k >= rows) {
          if (k < 2n) expect(found).toBeNaN();
          return;
        }
        // X²/N = Σ (am − cn)²/(nm(a + c)) / N
        const phi = a.reduce(
          (so, value, i) => {
            const gap = BigInt(value) * m - BigInt(c[i]) * n;
            return so.plus(new Fraction(square(gap), n * m * rows * BigInt(value + c[i])));
          },
          new Fraction(-(k - 1n), rows - 1n),
        );
        const width = new Fraction(rows - 2n, rows - 1n);
        const length = new Fraction((k - 1n) * (rows - k), rows - 1n);
        const least = Math.min(width.toNumber(), length.toNumber());
        expectNear(found ** 2, Math.min(1, Math.max(0, phi.toNumber()) / least), 1e-11);
      }),
    );
  });

  it("Pearson's X² is a fraction, and V without correction is its root over the rows", () => {
    fc.assert(
      fc.property(pairs, ({ a, c }) => {
        const [n, m] = [BigInt(sum(a)), BigInt(sum(c))];
        const expected = a.reduce((so, value, i) => {
          const gap = BigInt(value) * m - BigInt(c[i]) * n;
          return so.plus(new Fraction(square(gap), n * m * BigInt(value + c[i])));
        }, whole(0));
        expectNear(chiSquare(kernel, ...both(a, c)).statistic, expected.toNumber(), 1e-9);
        if (a.length > 1)
          expectNear(
            cramersV(kernel, ...both(a, c), "plain").statistic ** 2,
            expected.times(new Fraction(1n, n + m)).toNumber(),
            1e-9,
          );
      }),
    );
  });
});

describe("limits without drift", () => {
  const kernel = kernels[0];
  const tests: Record<string, (kernel: Kernel, a: Float64Array, c: Float64Array) => CountsResult> = {
    psi,
    js,
    kl,
    hellinger,
    chiSquare,
    gTest,
  };

  it("p-values are uniform where they say that rows suffice, and effects are 0 on average", () => {
    const random = randomSource(kernel, 20240607);
    const shares = [0.1, 0.15, 0.2, 0.25, 0.3];
    const drawn = (rows: number): Float64Array => {
      const counts = new Float64Array(shares.length);
      for (let row = 0; row < rows; row++) {
        let left = random.uniform();
        let cell = 0;
        while (cell < shares.length - 1 && left >= shares[cell]) left -= shares[cell++];
        counts[cell]++;
      }
      return counts;
    };
    const draws = 3000;
    const below = Object.fromEntries(Object.keys(tests).map((name) => [name, { five: 0, half: 0 }]));
    let excess = 0;
    for (let draw = 0; draw < draws; draw++) {
      const [a, c] = [drawn(900), drawn(600)];
      for (const [name, test] of Object.entries(tests)) {
        const { pValue, asymptotic } = test(kernel, a, c);
        if (!asymptotic) continue;
        if ((pValue ?? NaN) < 0.05) below[name].five++;
        if ((pValue ?? NaN) < 0.5) below[name].half++;
      }
      excess += psi(kernel, a, c).statistic - 4 * (1 / 900 + 1 / 600);
    }
    for (const [, { five, half }] of Object.entries(below)) {
      // Four standard errors of 3000 draws, and what the limit itself is off by.
      expect(Math.abs(five / draws - 0.05)).toBeLessThan(0.018);
      expect(Math.abs(half / draws - 0.5)).toBeLessThan(0.045);
    }
    expect(Math.abs(excess / draws)).toBeLessThan(0.0005);
  });
});
