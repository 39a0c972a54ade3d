/**
 * Two-sample Kolmogorov-Smirnov statistic: the largest gap between two empirical distribution functions.
 *
 * Source: Smirnov (1939). Both samples ascend and are finite. Cost: one merge. Edge cases: ties are stepped over on both
 * sides before the gap is read; an empty sample gives NaN.
 */
export function ksSamples(r: usize, n: i32, c: usize, m: i32): f64 {
  if (n === 0 || m === 0) return NaN;
  let i: i32 = 0;
  let j: i32 = 0;
  let most: f64 = 0;
  while (i < n && j < m) {
    const x = load<f64>(r + ((<usize>i) << 3));
    const y = load<f64>(c + ((<usize>j) << 3));
    const v = Math.min(x, y);
    while (i < n && load<f64>(r + ((<usize>i) << 3)) <= v) i++;
    while (j < m && load<f64>(c + ((<usize>j) << 3)) <= v) j++;
    const gap = Math.abs(<f64>i / <f64>n - <f64>j / <f64>m);
    if (gap > most) most = gap;
  }
  return most;
}
