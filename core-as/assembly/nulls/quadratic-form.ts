import { normalDensity, normalSf } from "../special/normal";

/**
 * Upper tail of a weighted sum of squared independent standard normals, P(sum lambda_i Z_i^2 > x), by the saddlepoint
 * approximation of Lugannani & Rice.
 *
 * Sources: Lugannani & Rice (1980); Kuonen (1999) for quadratic forms. The saddlepoint s solves K'(s) = x with
 * K(s) = -1/2 sum ln(1 - 2 lambda_i s); it is bracketed and bisected with Newton steps, so it always converges. About a
 * percent of relative error from the centre to 1e-300. Cost: some 20 passes over the eigenvalues. Edge cases: x <= 0
 * gives 1; no positive eigenvalue gives 0 for x > 0; near the mean, where the formula is 0/0, its limit is used.
 */
export function quadraticFormSf(x: f64, eigenvalues: usize, k: i32): f64 {
  if (x !== x) return NaN;
  if (!(x > 0)) return 1;
  let mean: f64 = 0;
  let square: f64 = 0;
  let cube: f64 = 0;
  let largest: f64 = 0;
  for (let i: i32 = 0; i < k; i++) {
    const l = load<f64>(eigenvalues + ((<usize>i) << 3));
    mean += l;
    square += l * l;
    cube += l * l * l;
    largest = Math.max(largest, l);
  }
  if (!(largest > 0)) return 0;
  // Everything in units of the largest eigenvalue: the saddlepoint then lies below 1/2.
  const target = x / largest;
  const spread = Math.sqrt(2.0 * square) / largest;
  const distance = (target - mean / largest) / spread;
  if (Math.abs(distance) < 1e-4) {
    const skew = 8.0 * cube;
    const variance = 2.0 * square;
    return (
      0.5 -
      skew / (6.0 * Math.sqrt(2.0 * Math.PI) * variance * Math.sqrt(variance)) -
      distance * 0.3989422804014327
    );
  }
  let low: f64 = distance > 0 ? 0.0 : -1.0;
  let high: f64 = distance > 0 ? 0.5 : 0.0;
  if (distance < 0) {
    while (slope(low, eigenvalues, k, largest) > target && low > -1e300) {
      high = low;
      low *= 2.0;
    }
  }
  let s = 0.5 * (low + high);
  for (let step: i32 = 0; step < 200; step++) {
    const error = slope(s, eigenvalues, k, largest) - target;
    if (error > 0) high = s;
    else low = s;
    let moved = s - error / curvature(s, eigenvalues, k, largest);
    if (!(moved > low && moved < high)) moved = 0.5 * (low + high);
    if (Math.abs(moved - s) <= 1e-15 * Math.abs(s) || moved === s) break;
    s = moved;
  }
  let cumulant: f64 = 0;
  for (let i: i32 = 0; i < k; i++) {
    const l = load<f64>(eigenvalues + ((<usize>i) << 3)) / largest;
    cumulant -= 0.5 * Math.log1p(-2.0 * l * s);
  }
  const root = Math.sqrt(Math.max(0, 2.0 * (s * target - cumulant)));
  const w = s < 0 ? -root : root;
  const v = s * Math.sqrt(curvature(s, eigenvalues, k, largest));
  const tail = normalSf(w) + normalDensity(w) * (1.0 / v - 1.0 / w);
  return Math.max(0, Math.min(1, tail));
}

function slope(s: f64, eigenvalues: usize, k: i32, largest: f64): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < k; i++) {
    const l = load<f64>(eigenvalues + ((<usize>i) << 3)) / largest;
    sum += l / (1.0 - 2.0 * l * s);
  }
  return sum;
}

function curvature(s: f64, eigenvalues: usize, k: i32, largest: f64): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < k; i++) {
    const l = load<f64>(eigenvalues + ((<usize>i) << 3)) / largest;
    const part = l / (1.0 - 2.0 * l * s);
    sum += part * part;
  }
  return 2.0 * sum;
}
