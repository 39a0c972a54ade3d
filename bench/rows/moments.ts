/** Moments, extremes, missing and infinite values of a sample, without its histogram. */
import { normals, withMissing } from "../data.ts";
import { moments as runningSums } from "../rivals/loops.ts";
import type { Row } from "../row.ts";

/** The loop's count, missing, mean, variance, smallest and largest as the kernel's answer has them. */
const inOurOrder = ([, missing, mean, variance, min, max]: number[]): number[] => [
  mean,
  variance,
  min,
  max,
  missing,
];

export const moments: Row = {
  name: "moments",
  title: "mean, variance, extremes, missing",
  unit: "value",
  sizes: [{ values: 1_000_000 }],
  python: [{ name: "NumPy nan-functions", task: "profile" }],
  task(size) {
    const values = withMissing(normals(size, 12), 50, 13);
    return {
      values: size,
      inputs: { "values.f64": values },
      kernel(kernel) {
        const { mean, variance, min, max, missing } = kernel.moments(values);
        return [mean, variance, min, max, missing];
      },
      resident: [values],
      peers: () => [{ name: "typed-array loop", run: () => inOurOrder(runningSums(values)) }],
    };
  },
};
