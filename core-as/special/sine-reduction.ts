/**
 * The remainder of a large angle by π/2, exactly: a double is a whole number of 2^−1074ths, π/2 is taken to 2^−1280, and
 * `BigInt` divides the two. The remainder of the worst double keeps more than a hundred bits (Kahan's bound is 2^−61).
 * Source of π: Machin's formula (1706), π = 16·arctan(1/5) − 4·arctan(1/239), summed once when first needed.
 */
export interface Reduced {
  /** Quarter turns taken off; the last two bits count. */
  quadrant: number;
  /** What is left, and what of it does not fit into a double. */
  value: number;
  rest: number;
}

const BITS = 1280n;
/** Bits summed beyond those, for the rounding of some nine hundred terms. */
const GUARD = 16n;

function arctanOfInverse(x: bigint): bigint {
  let power = (1n << (BITS + GUARD)) / x;
  let sum = power;
  for (let k = 3n; power > 0n; k += 4n) {
    power /= x * x;
    sum -= power / k;
    power /= x * x;
    sum += power / (k + 2n);
  }
  return sum;
}

let halfPi = 0n;

/** For finite x of at least 2 in size. */
export function exactRemainder(x: number): Reduced {
  if (halfPi === 0n) halfPi = (8n * arctanOfInverse(5n) - 2n * arctanOfInverse(239n)) >> GUARD;
  // Halved until it is a whole number below 2^53 times a power of two: exact at every step.
  let mantissa = x;
  let shift = 0n;
  while (Math.abs(mantissa) >= 9007199254740992) {
    mantissa *= 0.5;
    shift += 1n;
  }
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift -= 1n;
  }
  const angle = BigInt(mantissa) << (BITS + shift);
  let turns = angle / halfPi;
  let left = angle - turns * halfPi;
  if (2n * left > halfPi) [turns, left] = [turns + 1n, left - halfPi];
  if (2n * left < -halfPi) [turns, left] = [turns - 1n, left + halfPi];
  const value = scaled(left);
  return { quadrant: Number(turns & 3n), value, rest: scaled(left - unscaled(value)) };
}

/** A whole number of 2^−1280ths as a double, rounded to nearest; in two steps, since 2^−1280 is no double. */
function scaled(whole: bigint): number {
  return Number(whole >> 512n) * TWO_TO_MINUS_768;
}

function unscaled(value: number): bigint {
  return BigInt(value * TWO_TO_768) << 512n;
}

/** Powers of two, by repeated squaring of exact numbers. */
const TWO_TO_768 = 1.552518092300709e231;
const TWO_TO_MINUS_768 = 1 / TWO_TO_768;
