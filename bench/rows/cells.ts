/** Statistics on two sets of counts in common cells, and the draws of a statistic under no drift. */
import type { Kernel } from "#core/kernel/api.ts";
import { cellCounts } from "../data.ts";
import { andersonDarling, ks, simulateAndersonDarling } from "../rivals/loops.ts";
import type { Answer, Row } from "../row.ts";

const cells = 120;
const reference = cellCounts(cells, 4000, 14);
const window = cellCounts(cells, 140, 15);
const single = new Uint8Array(cells);

function onCells(name: string, title: string, kernel: (kernel: Kernel) => Answer, loop: () => Answer): Row {
  return {
    name,
    title,
    unit: "bin",
    sizes: [{ values: cells }],
    task: () => ({ values: cells, inputs: {}, kernel, peers: () => [{ name: "JS loop", run: loop }] }),
  };
}

export const cellRows: Row[] = [
  onCells(
    "ks-cells-120",
    "KS on 120 cells, with its interval",
    (kernel) => kernel.ksCells(reference, window, single).low,
    () => ks(reference, window),
  ),
  onCells(
    "ad-cells-120",
    "Anderson–Darling on 120 cells",
    (kernel) => kernel.adCells(reference, window),
    () => andersonDarling(reference, window),
  ),
  {
    name: "simulated-null-120",
    title: "1,000 draws of Anderson–Darling under no drift",
    unit: "draw",
    sizes: [{ values: 1000 }],
    task: (draws) => ({
      values: draws,
      inputs: {},
      kernel: (kernel) =>
        kernel.simulateNull({
          sampler: "dirichlet",
          statistic: "ad",
          a: reference,
          c: reference,
          m: 500,
          draws,
          seed: 7,
        }),
      peers: () => [
        {
          name: "gammas and a search for each row",
          sameAnswer: false,
          run: () => simulateAndersonDarling(reference, 500, draws),
        },
      ],
    }),
  },
];
