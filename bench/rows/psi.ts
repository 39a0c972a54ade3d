/** The population stability index, a call a feature: at 32 cells as features have them, and at so many that the call is nothing. */
import { cellCounts } from "../data.ts";
import { psi as psiInALoop } from "../rivals/loops.ts";
import type { Row } from "../row.ts";

const smoothing = { kind: "add", amount: 0.5 } as const;

function row(name: string, cells: number, features: number): Row {
  return {
    name,
    title: `PSI on ${cells.toLocaleString("en")} cells, ${features.toLocaleString("en")} features`,
    unit: "bin",
    sizes: [{ values: features }],
    engines: cells === 32,
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
}

export const psiRows: Row[] = [row("psi-32", 32, 1000), row("psi-8192", 8192, 4)];
