/**
 * What is not finite, counted apart: `out` is missing (NaN), minus infinity, plus infinity (f64 each); all are added to.
 * Cost: three comparisons for two values, no branches.
 */
export function countApart(values: usize, count: i32, out: usize): void {
  const top = f64x2.splat(Infinity);
  const bottom = f64x2.splat(-Infinity);
  let missing = i64x2.splat(0);
  let below = missing;
  let above = missing;
  const pairs = count & ~1;
  for (let i: i32 = 0; i < count; i += 2) {
    const at = values + ((<usize>i) << 3);
    // An odd last value comes with a zero.
    const x = i < pairs ? v128.load(at) : v128.load64_zero(at);
    // A true lane is -1.
    missing = i64x2.sub(missing, f64x2.ne(x, x));
    below = i64x2.sub(below, f64x2.eq(x, bottom));
    above = i64x2.sub(above, f64x2.eq(x, top));
  }
  addLanes(out, missing);
  addLanes(out + 8, below);
  addLanes(out + 16, above);
}

function addLanes(slot: usize, lanes: v128): void {
  store<f64>(slot, load<f64>(slot) + <f64>(i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1)));
}
