/**
 * Do two samples have the same distribution? Epps & Singleton (1986): the two empirical characteristic functions are compared
 * at 0.4 and 0.8 over half the pooled interquartile range. Sees differences of scale and shape that ranks miss, and takes
 * discrete values. With fewer than 25 values on both sides the statistic is reduced by the authors' correction.
 *
 * p from chi-square with as many degrees of freedom as the covariance has ranks (4, unless values are few). Cost: four sines
 * and cosines a value. Edge cases: fewer than five values on a side, or a pooled interquartile range of 0, or two constants have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { symmetricEigen } from "../multivariate/eigen.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { quantile } from "./descriptive.ts";
import { sumOf } from "./exact-sum.ts";
import type { Sample } from "./sample.ts";

const points = [0.4, 0.8];
const leastValues = 5;

export function eppsSingleton(kernel: Kernel, r: Sample, c: Sample): Result {
  const [n, m] = [r.sorted.length, c.sorted.length];
  if (n < leastValues || m < leastValues) return { ...undefinedResult };
  const pooled = new Float64Array(n + m);
  pooled.set(r.sorted);
  pooled.set(c.sorted, n);
  pooled.sort();
  const scale = (quantile(pooled, 0.75) - quantile(pooled, 0.25)) / 2;
  if (!(scale > 0) || !Number.isFinite(scale)) return { ...undefinedResult };
  const [x, y] = [transformed(kernel, r.sorted, scale), transformed(kernel, c.sorted, scale)];
  const size = x.means.length;
  const total = n + m;
  const covariance = x.covariance.map((value, i) => (total / n) * value + (total / m) * y.covariance[i]);
  const { values, vectors } = symmetricEigen(covariance, size);
  const difference = x.means.map((mean, i) => mean - y.means[i]);
  let [form, rank] = [0, 0];
  values.forEach((value, i) => {
    // Directions in which nothing varies say nothing (the pseudo-inverse).
    if (!(value > 1e-15 * values[0])) return;
    rank++;
    const along = vectors[i].reduce((sum, entry, j) => sum + entry * difference[j], 0);
    form += (along * along) / value;
  });
  // Two constants: what seems to vary is the rounding of sines.
  if (rank === 0 || values[0] < 1e-24) return { ...undefinedResult };
  const w = total * form * correction(kernel, n, m);
  return result(w, { pValue: kernel.chi2Sf(w, rank) });
}

/** Means and covariances (over n) of cos and sin at both points. */
function transformed(
  kernel: Kernel,
  values: Float64Array,
  scale: number,
): { means: number[]; covariance: Float64Array } {
  const columns = [kernel.cos, kernel.sin].flatMap((wave) =>
    points.map((t) => values.map((value) => wave(value * (t / scale)))),
  );
  const means = columns.map((column) => sumOf(column) / column.length);
  const size = columns.length;
  const covariance = new Float64Array(size * size);
  columns.forEach((left, i) =>
    columns.forEach((right, j) => {
      let sum = 0;
      for (let row = 0; row < left.length; row++) sum += (left[row] - means[i]) * (right[row] - means[j]);
      covariance[i * size + j] = sum / left.length;
    }),
  );
  return { means, covariance };
}

function correction(kernel: Kernel, n: number, m: number): number {
  if (Math.max(n, m) >= 25) return 1;
  const power = (base: number, exponent: number): number => kernel.exp(exponent * kernel.log(base));
  return 1 / (1 + power(n + m, -0.45) + 10.1 * (power(n, -1.7) + power(m, -1.7)));
}
