/** The tail of a quadratic form in plain TypeScript: assembly/nulls/quadratic-form.ts says what and from where. */
import { sum } from "./cells.ts";
import { gammaQ, poissonMass } from "./incomplete-gamma.ts";

export function quadraticFormSf(x: number, eigenvalues: Float64Array): number {
  if (Number.isNaN(x)) return NaN;
  if (!(x > 0)) return 1;
  const largest = eigenvalues.reduce((most, l) => Math.max(most, l), 0);
  if (!(largest > 0) || x === Infinity) return 0;
  const l = eigenvalues.map((value) => value / largest);
  const target = x / largest;
  const mean = sum(l);
  const near = 1e-3 * Math.sqrt(2 * sum(l.map((value) => value * value)));
  if (Math.abs(target - mean) >= near) return tail(target, l, mean);
  const [below, above] = [tail(mean - near, l, mean), tail(mean + near, l, mean)];
  return below + ((above - below) * (target - mean + near)) / (2 * near);
}

function tail(target: number, l: Float64Array, mean: number): number {
  const s = saddlepoint(target, l, target > mean);
  const ratios = l.map((value) => value / (1 - 2 * value * s));
  const squares = sum(ratios.map((r) => r * r));
  const cubes = sum(ratios.map((r) => r * r * r));
  const cumulant = -0.5 * sum(l.map((value) => Math.log1p(-2 * value * s)));
  const shape = squares ** 3 / (2 * cubes ** 2);
  const excess = gammaExcess(Math.max(0, s * target - cumulant) / shape, s > 0);
  if (!(excess > -1)) return 1;
  const y = shape * (1 + excess);
  const correction = Math.sqrt(shape) / (s * Math.sqrt(2 * squares)) - 1 / excess;
  return Math.max(0, Math.min(1, gammaQ(shape, y) + poissonMass(shape, y) * correction));
}

function saddlepoint(target: number, l: Float64Array, right: boolean): number {
  const slope = (s: number): number => sum(l.map((value) => value / (1 - 2 * value * s)));
  const curvature = (s: number): number => 2 * sum(l.map((value) => (value / (1 - 2 * value * s)) ** 2));
  let [low, high] = right ? [0, 0.5] : [-1, 0];
  while (!right && slope(low) > target && low > -1e300) [low, high] = [low * 2, low];
  let s = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const error = slope(s) - target;
    if (error > 0) high = s;
    else low = s;
    let moved = s - error / curvature(s);
    if (!(moved > low && moved < high)) moved = (low + high) / 2;
    if (Math.abs(moved - s) <= 1e-15 * Math.abs(s) || moved === s) break;
    s = moved;
  }
  return s;
}

/** The e with e - ln(1 + e) = q on the chosen side of 0. */
function gammaExcess(q: number, right: boolean): number {
  const root = Math.sqrt(2 * q);
  let e = right ? q + root : Math.max(-root, Math.exp(-q - 1) - 1);
  for (let step = 0; step < 100; step++) {
    const change = ((e - Math.log1p(e) - q) * (1 + e)) / e;
    if (!(Math.abs(change) > 1e-15 * Math.abs(e))) break;
    e -= change;
  }
  return e;
}
