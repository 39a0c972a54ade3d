/** The population stability index, call by call, of a thousand features of 32 cells. */
import { cellCounts } from "../data.ts";
import { psi as psiInALoop } from "../rivals/loops.ts";
import type { Row } from "../row.ts";

const cells = 32;
const smoothing = { kind: "add", amount: 0.5 } as const;

export const psi: Row = {
  name: "psi-32",
  title: "PSI on 32 cells, 1,000 features",
  unit: "bin",
  sizes: [{ values: 1000 }],
  engines: true,
  c: [{ name: "C libm", task: "psi" }],
  python: [{ name: "NumPy, all features at once", task: "psi" }],
  task(features) {
    const [a, c] = [cellCounts(cells * features, 1000, 10), cellCounts(cells * features, 100, 11)];
    const each = (counts: Float64Array): Float64Array[] =>
      Array.from({ length: features }, (_, i) => counts.subarray(i * cells, (i + 1) * cells));
    const [references, windows] = [each(a), each(c)];
    return {
      values: features * cells,
      inputs: { "values.f64": a, "other.f64": c, "cells.f64": Float64Array.of(cells) },
      kernel: (kernel) => references.map((reference, i) => kernel.psi(reference, windows[i], smoothing)),
      resident: [...references, ...windows],
      peers: () => [
        { name: "JS loop", run: () => references.map((reference, i) => psiInALoop(reference, windows[i])) },
      ],
    };
  },
};
