/**
 * The cells of the quantile sketch. A double is a sign, an exponent and a mantissa; the exponent and the top p bits of the
 * mantissa, read as one number, grow with the value and cut every octave (2^e, 2^(e+1)] into 2^p cells of equal width,
 * with no logarithm. The idea is old (HDR histograms of G. Tene, 2012, cut octaves likewise); what is particular here:
 *
 * - A cell is closed at its end away from zero, (low, high] on the positive side, as the buckets of OpenTelemetry and
 *   Prometheus are and as this project's own cells (a, b] are. With p = 0 cells and their buckets of scale 0 are the same.
 * - Its key is a whole number in the order of the values: key k > 0 ends at the double whose bits are k·2^(52−p), key −k is
 *   its mirror image, and key 0 holds zero, of either sign, and nothing else.
 * - Halving the precision joins cells 2k−1 and 2k to cell k: exactly the cells that p − 1 has.
 *
 * A value differs from the middle of its cell by less than 2^−(p+1) of itself: 1.6 % for p = 5, 0.4 % for p = 7, 0.2 % for
 * p = 8. Below 2^−1022 doubles are denormal and evenly spaced; so are the cells there, and the error is at most 2^−(1023+p).
 */

/** Cells to the octave are 2^p; the most of them that the kernel counts in. */
export const largestPrecision = 10;
/** Twenty bits of the mantissa share a word with the exponent, and a cell's middle needs one: the finest cells there are. */
export const finestPrecision = 19;
/** Below 0 a cell joins 2^−p octaves: with −11 there is one for each sign. */
export const coarsestPrecision = -11;
/** 32 cells to the octave: an error below 1/64. */
export const defaultPrecision = 5;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** 2^p, as exact as a shift. */
const perOctave = (p: number): number => (p >= 0 ? 1 << p : 1 / (1 << -p));

/** How far the high word of a double moves from the end of a cell to that of the next. */
const highWords = (p: number): number => 1048576 / perOctave(p);

/** The double whose bits, read as an integer, are `steps`·2^(52−p) + `more`, which is 0 or 1; half steps will do. */
function magnitudeAt(steps: number, p: number, more = 0): number {
  // The low word is free: p is at most 19, and even half steps end in the high one.
  words[0] = more;
  words[1] = steps * highWords(p);
  return double[0];
}

/** How many cells' widths reach up to 2^1024: where octaves are joined, the last cell is cut short by it. */
const stepsToInfinity = (p: number): number => 2047 * perOctave(p);

/** The key of the last cell of finite values. */
export function lastKey(p: number): number {
  return Math.ceil(stepsToInfinity(p));
}

/** The key of a finite value. */
export function keyOf(value: number, p: number): number {
  double[0] = Math.abs(value);
  const steps = words[1] / highWords(p);
  const whole = Math.floor(steps);
  const magnitude = steps > whole || words[0] > 0 ? whole + 1 : whole;
  return value < 0 ? -magnitude : magnitude;
}

/** The smallest double in the cell. */
export function lowestOf(key: number, p: number): number {
  if (key === 0) return 0;
  return key > 0 ? magnitudeAt(key - 1, p, 1) : -farthestFromZero(-key, p);
}

/** The largest double in the cell. */
export function highestOf(key: number, p: number): number {
  if (key === 0) return 0;
  return key > 0 ? farthestFromZero(key, p) : -magnitudeAt(-key - 1, p, 1);
}

/** The last cell would end at 2^1024, which is no double. */
function farthestFromZero(key: number, p: number): number {
  return key === lastKey(p) ? Number.MAX_VALUE : magnitudeAt(key, p);
}

/** What stands for the cell: its middle. */
export function middleOf(key: number, p: number): number {
  if (key === 0) return 0;
  const end = Math.min(Math.abs(key), stepsToInfinity(p));
  const middle = magnitudeAt((Math.abs(key) - 1 + end) / 2, p);
  return key < 0 ? -middle : middle;
}

/** The key of the cell, of one bit less, that contains this one. */
export function coarserKey(key: number): number {
  return key < 0 ? -Math.ceil(-key / 2) : Math.ceil(key / 2);
}

/** How far a value can be from the middle of its cell, relative to the value; normal doubles only. */
export function relativeErrorOf(p: number): number {
  return 0.5 / perOctave(p);
}
