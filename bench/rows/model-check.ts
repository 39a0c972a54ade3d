/** The divergences of a whole model in one call: what a check of a window computes before any null is looked up. */
import { cellCounts } from "../data.ts";
import type { Row } from "../row.ts";
import { divergencesOf } from "../rivals/loops.ts";

const cells = 32;
const smoothing = { kind: "add", amount: 0.5 } as const;

export const modelCheck: Row = {
  name: "check-1000x32x8",
  title: "eight divergences of every feature of a model (1,000 of 32 cells each, unless told otherwise)",
  unit: "check",
  sizes: [{ values: 1000 }, { label: "100-features", values: 100 }],
  engines: true,
  c: [{ name: "C libm", task: "model" }],
  python: [
    { name: "SciPy, all features at once", task: "model" },
    { name: "SciPy, feature by feature", task: "model-by-feature" },
  ],
  task(features) {
    const [a, c] = [cellCounts(cells * features, 1000, 17), cellCounts(cells * features, 100, 18)];
    const offsets = Int32Array.from({ length: features + 1 }, (_, feature) => feature * cells);
    return {
      values: 1,
      inputs: { "values.f64": a, "other.f64": c, "cells.f64": Float64Array.of(cells) },
      kernel: (kernel) => kernel.modelDivergences(a, c, offsets, smoothing),
      resident: [a, c],
      peers: () => [
        {
          name: "JS loop",
          run() {
            const all = new Float64Array(8 * features);
            for (let f = 0; f < features; f++)
              all.set(
                divergencesOf(a.subarray(offsets[f], offsets[f + 1]), c.subarray(offsets[f], offsets[f + 1])),
                8 * f,
              );
            return all;
          },
        },
      ],
    };
  },
};
