/** A histogram of equal cells between two bounds: what a chart of a feature without a reference is drawn from. */
import { normals } from "../data.ts";
import { countEqualCells } from "../rivals/loops.ts";
import type { Row } from "../row.ts";

const [low, high, bins] = [-6, 6, 64];

export const equalWidth: Row = {
  name: "equal-width-f64-64",
  title: "64 equal cells",
  unit: "value",
  sizes: [{ values: 1_000_000 }, { label: "16k", values: 16_384 }],
  engines: true,
  c: [{ name: "C", task: "equal-width" }],
  python: [{ name: "NumPy histogram", task: "equal-width" }],
  task(size) {
    const values = normals(size, 1);
    return {
      values: size,
      inputs: { "values.f64": values, "range.f64": Float64Array.of(low, high, bins) },
      kernel: (kernel) => kernel.countEqualWidth(values, low, high, bins).cells,
      resident: [values],
      peers: () => [{ name: "typed-array loop", run: () => countEqualCells(values, low, high, bins) }],
    };
  },
};
