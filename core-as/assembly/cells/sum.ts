/** The sum of `cells` counts. Exact in any order: counts are integers far below 2^53. */
export function total(counts: usize, cells: i32): f64 {
  let one = f64x2.splat(0);
  let other = one;
  let i: i32 = 0;
  for (; i + 3 < cells; i += 4) {
    const at = counts + ((<usize>i) << 3);
    one = f64x2.add(one, v128.load(at));
    other = f64x2.add(other, v128.load(at, 16));
  }
  one = f64x2.add(one, other);
  let sum = f64x2.extract_lane(one, 0) + f64x2.extract_lane(one, 1);
  for (; i < cells; i++) sum += load<f64>(counts + ((<usize>i) << 3));
  return sum;
}
