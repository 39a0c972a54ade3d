/** The exact two-sample Kolmogorov–Smirnov statistic of unsorted samples. */
import { normals } from "../data.ts";
import { ksBySorting } from "../rivals/loops.ts";
import type { Row, Task } from "../row.ts";

function task(size: number): Task {
  // A shift as small as a drift that one would want to see.
  const [r, c] = [normals(size, 4), normals(size, 5).map((value) => value + 0.01)];
  return {
    values: 2 * size,
    inputs: { "values.f64": r, "other.f64": c },
    kernel: (kernel) => kernel.ksUnsorted(r, c),
    resident: [r, c],
    peers: () => [{ name: "JS sort and merge", run: () => ksBySorting(r, c) }],
  };
}

const rivals: Pick<Row, "unit" | "c" | "python" | "plainPython" | "task"> = {
  unit: "value",
  c: [{ name: "C", task: "ks" }],
  python: [{ name: "SciPy ks_2samp", task: "ks" }],
  plainPython: [{ name: "SciPy ks_2samp, NumPy's AVX off", task: "ks" }],
  task,
};

export const ksRows: Row[] = [
  {
    ...rivals,
    name: "ks-exact-1e6",
    title: "exact KS, 10⁶ against 10⁶, unsorted",
    sizes: [{ values: 1_000_000 }],
    engines: true,
  },
  {
    ...rivals,
    name: "ks-exact-5e3",
    title: "exact KS, 5,000 against 5,000, unsorted",
    sizes: [{ values: 5000 }],
  },
];
