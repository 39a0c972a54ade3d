import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";

const kernels: Kernel[] = [nodeKernel(), twin];
const close = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

/** The quotient of two big integers as a double, to about sixteen digits. */
function quotient(above: bigint, below: bigint): number {
  const scale = 10n ** 40n;
  const text = ((above * scale) / below).toString();
  return Number(`${text}e-40`);
}

/** The two-sided mid-p from its definition, in whole numbers. */
function exactMidP(k: number, m: number, successes: number, total: number): number {
  const term = (j: number): bigint => choose(successes, j) * choose(total - successes, m - j);
  const sum = (from: number, to: number): bigint => {
    let all = 0n;
    for (let j = from; j <= to; j++) all += term(j);
    return all;
  };
  const [below, above] = [2n * sum(0, k - 1) + term(k), 2n * sum(k + 1, m) + term(k)];
  return quotient(below < above ? below : above, choose(total, m));
}

describe.each(kernels)("the mid-p of the $name kernel", (kernel) => {
  it("is that of exact arithmetic", () => {
    for (const [m, successes, total] of [
      [5, 5, 10],
      [50, 12, 1050],
      [40, 300, 400],
      [200, 150, 1200],
      [333, 21, 700],
      [1, 1, 3],
    ]) {
      const lowest = Math.max(0, m - (total - successes));
      for (let k = lowest; k <= Math.min(m, successes); k++) {
        const expected = exactMidP(k, m, successes, total);
        if (expected > 1e-20) close(kernel.hypergeomMidP(k, m, successes, total), expected, 1e-11);
      }
    }
  });

  it("stays below one, and is one only where nothing else was possible", () => {
    const table = fc
      .tuple(fc.nat(500), fc.nat(500), fc.nat(500), fc.nat(500))
      .filter((cells) => cells.some(Boolean));
    fc.assert(
      fc.property(table, ([a, b, c, d]) => {
        const p = kernel.hypergeomMidP(c, c + d, a + c, a + b + c + d);
        expect(p > 0 && p <= 1 + 1e-12).toBe(true);
        // Which side is called the reference, and what a success, changes nothing.
        close(kernel.hypergeomMidP(a, a + b, a + c, a + b + c + d), p, 1e-10);
        close(kernel.hypergeomMidP(d, c + d, b + d, a + b + c + d), p, 1e-10);
      }),
    );
  });
});

describe.each(kernels)("the special functions of the $name kernel", (kernel) => {
  it("keep their identities", () => {
    const positive = fc.double({ min: 0.1, max: 2000, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.nat(1024), (a, b, step) => {
        // A share whose complement is exact.
        const share = step / 1024;

        expect(kernel.gammaP(a, b) + kernel.gammaQ(a, b)).toBeCloseTo(1, 12);
        expect(kernel.betaI(a, b, share) + kernel.betaI(b, a, 1 - share)).toBeCloseTo(1, 11);
        close(
          kernel.lgamma(a + 1),
          kernel.lgamma(a) + Math.log(a),
          1e-11 * (1 + 1 / Math.abs(kernel.lgamma(a + 1))),
        );
        close(
          kernel.digamma(a + 1),
          kernel.digamma(a) + 1 / a,
          1e-12 * (1 + 12 / Math.abs(kernel.digamma(a + 1))),
        );
        close(kernel.fSf(a, 3, b), kernel.betaI(b / 2, 1.5, b / (b + 3 * a)), 1e-9);
      }),
    );
  });

  it("have closed forms in special cases", () => {
    for (const x of [0.01, 0.5, 1, 3, 20, 300]) {
      close(kernel.chi2Sf(x, 2), Math.exp(-x / 2), 1e-12);
      close(kernel.chi2Sf(x * x, 1), 2 * kernel.normalSf(x), 1e-12);
      close(kernel.tSf(x, 1), Math.atan(1 / x) / Math.PI, 1e-12);
      close(kernel.fSf(x * x, 1, 7), 2 * kernel.tSf(x, 7), 1e-12);
      close(kernel.gammaQ(1, x), Math.exp(-x), 1e-12);
    }
    for (const x of [0.1, 0.5, 0.9]) {
      close(kernel.betaI(1, 1, x), x, 1e-14);
      close(kernel.betaI(3, 1, x), x ** 3, 1e-13);
    }
  });

  it("invert each other, far into the tails", () => {
    for (const p of [1e-300, 1e-100, 1e-17, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.999]) {
      close(kernel.normalSf(-kernel.normalPpf(p)), p, 1e-11);
      for (const dof of [1, 2, 5, 13, 27, 400]) {
        const t = kernel.tIsf(p, dof);
        if (Number.isFinite(t)) close(kernel.tSf(t, dof), p, 1e-11);
      }
    }
  });

  it("never rise where they are tails", () => {
    const tails: [string, (x: number) => number][] = [
      ["normal", (x) => kernel.normalSf(x)],
      ["chi2", (x) => kernel.chi2Sf(Math.max(0, x), 9)],
      ["t", (x) => kernel.tSf(x, 27)],
      ["f", (x) => kernel.fSf(Math.max(0, x), 4, 90)],
      ["kolmogorov", (x) => kernel.kolmogorovSf(x)],
    ];
    for (const [name, tail] of tails) {
      let last = 1;
      for (let x = -6; x < 36; x += 0.01) {
        const value = tail(x);
        // Rounding may lift a value by its last bits.
        expect(value, `${name}(${x})`).toBeLessThanOrEqual(last * (1 + 1e-13));
        last = value;
      }
    }
  });
});

describe("sine and cosine", () => {
  it("are the host's to a unit in the last place, at every size", () => {
    const kernel = kernels[0];
    // From 2^20·π/2 to 2^22 the compiler's library reads outside of its table.
    const sizes = fc.oneof(
      fc.double({ min: -1e18, max: 1e18, noNaN: true }),
      fc.double({ min: 1.6e6, max: 4.3e6, noNaN: true }),
      fc.double({ min: -4.3e6, max: -1.6e6, noNaN: true }),
      fc.double({ min: -10, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(sizes, (x) => {
        expect(Math.abs(kernel.sin(x) - Math.sin(x))).toBeLessThan(3e-16);
        expect(Math.abs(kernel.cos(x) - Math.cos(x))).toBeLessThan(3e-16);
      }),
      { numRuns: 5000 },
    );
    expect([kernel.sin(Infinity), kernel.cos(-Infinity), kernel.sin(NaN)]).toEqual([NaN, NaN, NaN]);
    expect(kernel.sin(-0)).toBe(-0);
  });
});
