/**
 * Two-sample Kolmogorov-Smirnov statistic: the largest gap between two empirical distribution functions.
 *
 * Source: Smirnov (1939). Both samples ascend and are finite. Gaps are whole numbers i m - j n of n m while walking, so
 * that the answer is rounded once. Cost: one merge. Edge cases: ties are stepped over on both sides before the gap is read;
 * an empty sample gives NaN.
 */
export function ksSamples(r: usize, n: i32, c: usize, m: i32): f64 {
  if (n === 0 || m === 0) return NaN;
  const rEnd = r + ((<usize>n) << 3);
  const cEnd = c + ((<usize>m) << 3);
  return <f64>largestGap(r, rEnd, c, cEnd, 0, <i64>n, <i64>m) / (<f64>n * <f64>m);
}

/**
 * The largest |gap| after each distinct value of two ascending stretches, beginning at `gap`. What is left of one when the
 * other ends moves the gap one way, to an end that the caller knows.
 */
export function largestGap(
  left: usize,
  leftEnd: usize,
  right: usize,
  rightEnd: usize,
  gap: i64,
  rows: i64,
  others: i64,
): i64 {
  let best: i64 = 0;
  while (left < leftEnd && right < rightEnd) {
    const x = load<f64>(left);
    const y = load<f64>(right);
    if (x === y) {
      for (; left < leftEnd && load<f64>(left) === x; left += 8) gap += others;
      for (; right < rightEnd && load<f64>(right) === x; right += 8) gap -= rows;
    } else {
      // A value of one side that stands several times is stepped through: the gap only goes on in one direction.
      const first = x < y;
      gap += first ? others : -rows;
      left += first ? 8 : 0;
      right += first ? 0 : 8;
    }
    best = max<i64>(best, gap < 0 ? -gap : gap);
  }
  return best;
}
