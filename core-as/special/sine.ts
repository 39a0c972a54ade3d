/**
 * Sine and cosine from + − × ÷ alone, so that every engine gives the same bits; within a unit in the last place.
 *
 * Sources: fdlibm's polynomials on [−π/4, π/4] (Sun Microsystems 1993) and its reduction by three parts of π/2 below
 * 2^20·π/2 (Cody & Waite 1980); parts of 30 bits from there to 2^22; beyond, the remainder of exact integers, which is
 * slow (microseconds) and holds up to the largest double. Edge cases: NaN and the infinities give NaN, −0 itself.
 */
import { exactRemainder, type Reduced } from "./sine-reduction.ts";

/** sin(x + rest) for |x| up to π/4. */
function sinePolynomial(x: number, rest: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    8.33333333332248946124e-3 +
    z * (-1.98412698298579493134e-4 + z * 2.75573137070700676789e-6) +
    z * w * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10);
  const v = z * x;
  if (rest === 0) return x + v * (-1.66666666666666324348e-1 + z * r);
  return x - (z * (0.5 * rest - v * r) - rest - v * -1.66666666666666324348e-1);
}

/** cos(x + rest) for |x| up to π/4. */
function cosinePolynomial(x: number, rest: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * 2.48015872894767294178e-5)) +
    w * w * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11));
  const half = 0.5 * z;
  const main = 1 - half;
  return main + (1 - main - half + (z * r - x * rest));
}

const TWO_OVER_PI = 6.36619772367581382433e-1;
/** π/2 in parts of 33 bits, each with what is left after it. */
const PARTS_33 = [
  [1.57079632673412561417, 6.07710050650619224932e-11],
  [6.0771005063039659766e-11, 2.02226624879595063154e-21],
  [2.0222662487111664558e-21, 8.47842766036889956997e-32],
] as const;
/** π/2 in parts of 30 bits. */
const PARTS_30 = [1.570796325802803, 9.920935791635221e-10, 5.170182981794105e-19] as const;
/** How far the leading bits may cancel before the next part is needed: after 16, then 49 bits. */
const CANCELLED = [1 / 65536, 1 / 562949953421312] as const;

const QUARTER_PI = 7.85398163397448278999e-1;
const PARTS_33_TO = 1647099;
const PARTS_30_TO = 4194304;

/** Where x lies: the number of quarter turns that were taken off (its last two bits count) and what is left. */
function reduced(x: number): Reduced {
  const size = Math.abs(x);
  if (size <= QUARTER_PI) return { quadrant: 0, value: x, rest: 0 };
  if (size >= PARTS_30_TO) return exactRemainder(x);
  const n = nearest(x * TWO_OVER_PI);
  if (size >= PARTS_33_TO)
    return { quadrant: n & 3, value: x - n * PARTS_30[0] - n * PARTS_30[1] - n * PARTS_30[2], rest: 0 };
  let left = x - n * PARTS_33[0][0];
  let correction = n * PARTS_33[0][1];
  let value = left - correction;
  for (let part = 1; part <= 2 && Math.abs(value) < size * CANCELLED[part - 1]; part++) {
    const before = left;
    const taken = n * PARTS_33[part][0];
    left = before - taken;
    correction = n * PARTS_33[part][1] - (before - left - taken);
    value = left - correction;
  }
  return { quadrant: n & 3, value, rest: left - value - correction };
}

/** To the nearest whole number, ties to even, for sizes below 2^51. */
function nearest(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

/** x in radians. */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (Math.abs(x) < 1.4901161193847656e-8) return x;
  const { quadrant, value, rest } = reduced(x);
  const size = quadrant & 1 ? cosinePolynomial(value, rest) : sinePolynomial(value, rest);
  return quadrant & 2 ? -size : size;
}

/** x in radians. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const { quadrant, value, rest } = reduced(x);
  const size = quadrant & 1 ? sinePolynomial(value, rest) : cosinePolynomial(value, rest);
  return (quadrant + 1) & 2 ? -size : size;
}
