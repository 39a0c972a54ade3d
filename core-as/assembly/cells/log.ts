/**
 * The natural logarithm of p / q for two pairs of positive doubles at once, with one division for both.
 *
 * Bits of doubles order like their logarithms, so that their difference, rounded, is the power of two k that brings
 * q 2^k within a factor of 1.51 of p. There ln(p / q) = 2 artanh(s), s = (p - q) / (p + q): the difference is exact, so
 * that the result keeps all its digits where p and q are all but equal, which the logarithm of a rounded quotient does
 * not. Source: the series of artanh (Abramowitz & Stegun 1964, 4.6.22), its tail fitted on s^2 <= 0.0405 at Chebyshev
 * nodes (relative error 1e-18). Error below two units in the last place. Edge cases: for normal numbers only; of zeros
 * something comes back that callers mask.
 */
// inline
export function logRatio(p: v128, q: v128): v128 {
  const steps = stepsBetween(p, q);
  return logOf(quotient(p, q, steps), steps);
}

/** k, with 1024 added. */
// inline
export function stepsBetween(p: v128, q: v128): v128 {
  return i64x2.shr_u(i64x2.add(i64x2.sub(p, q), v128.load(CONSTANTS, 16)), 52);
}

/** The s of p and q 2^k. */
// inline
export function quotient(p: v128, q: v128, steps: v128): v128 {
  const near = i64x2.add(q, i64x2.sub(i64x2.shl(steps, 52), v128.load(CONSTANTS)));
  return f64x2.div(f64x2.sub(p, near), f64x2.add(p, near));
}

/** 2 artanh(s) + k ln 2. */
// inline
export function logOf(s: v128, steps: v128): v128 {
  // Whole numbers as the low bits of 2^52 are doubles without a conversion.
  const k = f64x2.sub(v128.or(steps, v128.load(CONSTANTS, 32)), v128.load(CONSTANTS, 48));
  const z = f64x2.mul(s, s);
  const z2 = f64x2.mul(z, z);
  const low = f64x2.add(line(z, SERIES), f64x2.mul(z2, line(z, SERIES + 32)));
  const high = f64x2.add(line(z, SERIES + 64), f64x2.mul(z2, line(z, SERIES + 96)));
  const series = f64x2.add(low, f64x2.mul(f64x2.mul(z2, z2), high));
  const tail = f64x2.add(f64x2.mul(f64x2.mul(s, z), series), f64x2.mul(k, v128.load(CONSTANTS, 80)));
  return f64x2.add(f64x2.mul(k, v128.load(CONSTANTS, 64)), f64x2.add(f64x2.add(s, s), tail));
}

/**
 * A logarithm is one chain of operations, eighty cycles long, and a processor overlaps only as many as its queues hold: loops
 * over cells go to the quotients of so many first and from there to the logarithms, a fifth faster than in one go.
 */
export const AT_ONCE: i32 = 64;
/** For each logarithm of two cells their quotients, their steps and what the loop needs again; up to two for two cells. */
export const HALFWAY = memory.data(48 * 64, 16);

/**
 * Constants lie in memory, twice each: the engine loads them from there in one instruction, where it builds those in the
 * code anew with three for every pair of cells. 1024 steps of 2^52; the same and half a step; 2^52; what it adds to k;
 * ln 2 in two parts, the first with trailing zeros, so that its products with k are exact.
 */
const CONSTANTS = memory.data<u64>(
  [
    0x4000000000000000, 0x4000000000000000, 0x4008000000000000, 0x4008000000000000, 0x4330000000000000,
    0x4330000000000000, 0x4330000000000400, 0x4330000000000400, 0x3fe62e42fee00000, 0x3fe62e42fee00000,
    0x3dea39ef35793c76, 0x3dea39ef35793c76,
  ],
  16,
);

/** The factors of 1, z, z^2, … in the series of artanh after its first term, times 2. */
const SERIES = memory.data<f64>(
  [
    0.6666666666666666, 0.6666666666666666, 0.40000000000008523, 0.40000000000008523, 0.2857142856701462,
    0.2857142856701462, 0.2222222309164114, 0.2222222309164114, 0.18181734246400322, 0.18181734246400322,
    0.1538900212516573, 0.1538900212516573, 0.13207080082069364, 0.13207080082069364, 0.13629110721861268,
    0.13629110721861268,
  ],
  16,
);

/** a + b z, the two of them at `factors`. */
// inline
function line(z: v128, factors: usize): v128 {
  return f64x2.add(v128.load(factors), f64x2.mul(z, v128.load(factors, 16)));
}
