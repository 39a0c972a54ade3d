/**
 * Count, mean, population variance, minimum and maximum of the finite values, with missing and infinities apart.
 *
 * Passes in two SIMD lanes: compensated sums, then squared deviations with the correction of Chan, Golub & LeVeque
 * (1983), in a fixed order, so the bits are the same on every engine. Cost: four reads a value. Edge cases: no finite
 * value gives NaN; one gives variance 0; huge values are summed at 2^-600 of their scale.
 *
 * `out`: count, missing, minus infinity, plus infinity, mean, variance, minimum, maximum (f64 each).
 */
export function moments(values: usize, count: i32, out: usize): void {
  let finite: f64 = 0;
  let missing: f64 = 0;
  let negative: f64 = 0;
  let positive: f64 = 0;
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  for (let i: i32 = 0; i < count; i++) {
    const x = load<f64>(values + ((<usize>i) << 3));
    if (x - x === 0) {
      finite += 1;
      least = Math.min(least, x);
      most = Math.max(most, x);
    } else if (x !== x) missing += 1;
    else if (x < 0) negative += 1;
    else positive += 1;
  }
  store<f64>(out, finite);
  store<f64>(out + 8, missing);
  store<f64>(out + 16, negative);
  store<f64>(out + 24, positive);
  const none = finite === 0;
  let scale: f64 = 1;
  let mean: f64 = NaN;
  let variance: f64 = NaN;
  if (!none) {
    // Sums and squares of huge values would leave the range of a double.
    if (Math.max(-least, most) > 1e140) scale = 2.409919865102884e-181; // 2^-600
    mean = finiteSum(values, count, 0, scale) / finite;
    const slip = finiteSum(values, count, mean, scale);
    variance = (finiteSquares(values, count, mean, scale) - (slip * slip) / finite) / finite;
    if (variance < 0) variance = 0;
    mean = mean / scale;
    variance = variance / scale / scale;
    if (least === most) {
      mean = least;
      variance = 0;
    }
  }
  store<f64>(out + 32, mean);
  store<f64>(out + 40, variance);
  store<f64>(out + 48, none ? NaN : least);
  store<f64>(out + 56, none ? NaN : most);
}

/**
 * Sum of scaled values less `centre`. Lanes that are finite keep their value, the others become 0: x - x is 0 for finite
 * x and NaN otherwise. What each addition rounds off is kept and added at the end (Knuth's TwoSum, without branches).
 */
function finiteSum(values: usize, count: i32, centre: f64, scale: f64): f64 {
  const shift = f64x2.splat(centre);
  const factor = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  let sums = f64x2.splat(0);
  let lost = f64x2.splat(0);
  const pairs = count & ~1;
  for (let i: i32 = 0; i < pairs; i += 2) {
    const x = v128.load(values + ((<usize>i) << 3));
    const keep = f64x2.eq(f64x2.sub(x, x), zero);
    const v = v128.and(f64x2.sub(f64x2.mul(x, factor), shift), keep);
    const next = f64x2.add(sums, v);
    const part = f64x2.sub(next, sums);
    lost = f64x2.add(lost, f64x2.add(f64x2.sub(sums, f64x2.sub(next, part)), f64x2.sub(v, part)));
    sums = next;
  }
  let sum = f64x2.extract_lane(sums, 0);
  let rest = f64x2.extract_lane(lost, 0) + f64x2.extract_lane(lost, 1);
  let last: f64 = 0;
  if (pairs < count) {
    const x = load<f64>(values + ((<usize>pairs) << 3));
    if (x - x === 0) last = x * scale - centre;
  }
  for (let k: i32 = 0; k < 2; k++) {
    const v = k === 0 ? f64x2.extract_lane(sums, 1) : last;
    const next = sum + v;
    const part = next - sum;
    rest += sum - (next - part) + (v - part);
    sum = next;
  }
  return sum + rest;
}

function finiteSquares(values: usize, count: i32, centre: f64, scale: f64): f64 {
  const shift = f64x2.splat(centre);
  const factor = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  let sums = f64x2.splat(0);
  const pairs = count & ~1;
  for (let i: i32 = 0; i < pairs; i += 2) {
    const x = v128.load(values + ((<usize>i) << 3));
    const keep = f64x2.eq(f64x2.sub(x, x), zero);
    const deviation = v128.and(f64x2.sub(f64x2.mul(x, factor), shift), keep);
    sums = f64x2.add(sums, f64x2.mul(deviation, deviation));
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (pairs < count) {
    const x = load<f64>(values + ((<usize>pairs) << 3));
    if (x - x === 0) sum += (x * scale - centre) * (x * scale - centre);
  }
  return sum;
}
