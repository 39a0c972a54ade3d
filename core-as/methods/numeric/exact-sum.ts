/**
 * Sums that do not lose small terms beside large ones: Neumaier's compensated summation (1974), which keeps what rounding
 * drops in a second number and adds it last. Twice the precision of a double for the sum; a fixed order of summation, so the
 * same bits everywhere. Cost: four operations a value.
 */
export interface Summation {
  add(value: number): void;
  total(): number;
}

export function summation(): Summation {
  let [sum, lost] = [0, 0];
  return {
    add(value) {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    // Past the largest double there is nothing to compensate: ∞ − ∞ would make it NaN.
    total: () => (Number.isFinite(sum) ? sum + lost : sum),
  };
}

/** The compensated sum of one term for each value. */
export function sumOf(values: Float64Array, term: (value: number) => number = (value) => value): number {
  const sum = summation();
  for (const value of values) sum.add(term(value));
  return sum.total();
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * The power of two just above the largest magnitude, and at least 2^-1022: dividing by it is exact and keeps squares and
 * fourth powers of values near 1e308, or of denormal ones, within the doubles. 1 where all values are 0.
 */
export function powerAbove(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 1;
  bits.setFloat64(0, largest);
  const exponent = (bits.getUint16(0) >> 4) & 0x7ff;
  bits.setBigUint64(0, 0n);
  bits.setUint16(0, Math.min(0x7fe, Math.max(1, exponent + 1)) << 4);
  return bits.getFloat64(0);
}
