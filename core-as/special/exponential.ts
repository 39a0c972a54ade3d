import type { Elementary } from "./elementary.ts";

/**
 * e^x − 1 to its last digits near 0, from the exponential and the logarithm: what rounding did to the one, it did to the
 * argument of the other, and it cancels (W. Kahan, in Higham 2002, "Accuracy and Stability of Numerical Algorithms", 1.14.1).
 * Edge cases: −0 stays, −∞ gives −1, what overflows is infinite.
 */
export function exponential({ exp, log }: Elementary): { expm1(x: number): number } {
  return {
    expm1(x) {
      const grown = exp(x);
      if (grown === 1) return x;
      return grown === Infinity || grown === 0 ? grown - 1 : ((grown - 1) * x) / log(grown);
    },
  };
}
