/** A sorted copy without missing values and infinities. */
import { normals } from "../data.ts";
import type { Row } from "../row.ts";

export const sort: Row = {
  name: "radix-sort-f64",
  title: "sort",
  unit: "value",
  sizes: [{ values: 1_000_000 }, { label: "16k", values: 16_384 }],
  engines: true,
  c: [{ name: "C", task: "sort" }],
  python: [{ name: "NumPy sort", task: "sort" }],
  plainPython: [{ name: "NumPy sort, its AVX off", task: "sort" }],
  task(size) {
    const values = normals(size, 6);
    return {
      values: size,
      inputs: { "values.f64": values },
      kernel: (kernel) => kernel.sortFinite(values),
      peers: () => [{ name: "Float64Array.sort", run: () => values.slice().sort() }],
    };
  },
};
