/** The sum of `cells` counts, in order. Exact: counts are integers far below 2^53. */
export function total(counts: usize, cells: i32): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) sum += load<f64>(counts + ((<usize>i) << 3));
  return sum;
}
