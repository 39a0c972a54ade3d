/** All that a reference's or a window's numeric column is asked, in one pass: moments, extremes, missing, and its cells. */
import { normals, quantileEdges, withMissing } from "../data.ts";
import { countCells, moments } from "../rivals/loops.ts";
import type { Row } from "../row.ts";

export const profile: Row = {
  name: "profile-fused",
  title: "moments, extremes, missing and 64 quantile cells in one pass, 2 % missing",
  unit: "value",
  sizes: [{ values: 1_000_000 }, { label: "16k", values: 16_384 }],
  engines: true,
  c: [{ name: "C", task: "profile" }],
  // Without the histogram, which they have no single function for.
  python: [{ name: "NumPy nan-functions", task: "profile", sameAnswer: false }],
  task(size) {
    const values = withMissing(normals(size, 19), 50, 20);
    const edges = quantileEdges(values, 64);
    return {
      values: size,
      inputs: { "values.f64": values, "edges.f64": edges },
      kernel(kernel) {
        const { mean, variance, min, max, missing, cells } = kernel.profile(values, edges);
        return [mean, variance, min, max, missing, ...cells];
      },
      resident: [values, edges],
      peers: () => [
        {
          name: "two typed-array loops",
          // Its search puts what is missing into the first cell.
          sameAnswer: false,
          run: () => [...moments(values), ...countCells(values, edges)],
        },
      ],
    };
  },
};
