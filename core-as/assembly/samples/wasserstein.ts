/**
 * First Wasserstein distance between two samples: the area between their empirical distribution functions.
 *
 * Source: Vallender (1974). Both samples ascend and are finite. Cost: one merge. Edge cases: an empty sample gives NaN.
 */
export function wassersteinSamples(r: usize, n: i32, c: usize, m: i32): f64 {
  if (n === 0 || m === 0) return NaN;
  let i: i32 = 0;
  let j: i32 = 0;
  let area: f64 = 0;
  let last = Math.min(load<f64>(r), load<f64>(c));
  while (i < n || j < m) {
    const x = i < n ? load<f64>(r + ((<usize>i) << 3)) : Infinity;
    const y = j < m ? load<f64>(c + ((<usize>j) << 3)) : Infinity;
    const v = Math.min(x, y);
    const gap = Math.abs(<f64>i / <f64>n - <f64>j / <f64>m);
    if (gap > 0) area += gap * (v - last);
    last = v;
    while (i < n && load<f64>(r + ((<usize>i) << 3)) <= v) i++;
    while (j < m && load<f64>(c + ((<usize>j) << 3)) <= v) j++;
  }
  return area;
}
