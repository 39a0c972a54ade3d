/** What is timed: each case on the same seeded data, by the kernel, by its twin, and by a plain loop where one is obvious. */
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { andersonDarling, countCells, ks, moments, psi, simulateAndersonDarling } from "./plain.ts";

export interface Case {
  name: string;
  /** What one run handles, for nanoseconds a value. */
  values: number;
  kernel: (kernel: Kernel) => unknown;
  /** A rival that anyone would write first. */
  plain?: { name: string; run: () => unknown };
}

/** mulberry32: the same values in every run and on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normals(size: number, seed: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from(
    { length: size },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

const MILLION = 1_000_000;
const sample = normals(MILLION, 1);
const sorted = sample.slice().sort();
const edges = Float64Array.from({ length: 119 }, (_, i) => sorted[Math.floor(((i + 1) * MILLION) / 120)]);
const counts = Float64Array.from({ length: 120 }, (_, i) => 4000 + 37 * (i % 7));
const window = Float64Array.from({ length: 120 }, (_, i) => 140 + 11 * (i % 5));
const single = new Uint8Array(120);
const sketch = twin.sketchUpdate(sample, 5);
const half = { kind: "add", amount: 0.5 } as const;

/** Many small calls in a row: what a sweep over models does. */
const times = (many: number, work: () => unknown): unknown => {
  let last: unknown;
  for (let i = 0; i < many; i++) last = work();
  return last;
};

export const cases: Case[] = [
  {
    name: "count into 120 quantile cells, 10⁶ values",
    values: MILLION,
    kernel: (kernel) => kernel.countEdges(sample, edges),
    plain: { name: "binary search", run: () => countCells(sample, edges) },
  },
  {
    name: "moments, missing and infinities, 10⁶ values",
    values: MILLION,
    kernel: (kernel) => kernel.moments(sample),
    plain: { name: "running sums", run: () => moments(sample) },
  },
  {
    name: "sketch-update, 32 cells to the octave, 10⁶ values",
    values: MILLION,
    kernel: (kernel) => kernel.sketchUpdate(sample, 5),
  },
  {
    name: "sketch-merge, two sketches of 10⁶ values",
    values: 1000 * (sketch.keys.length + sketch.keys.length),
    kernel: (kernel) => times(1000, () => kernel.sketchMerge(sketch, sketch)),
  },
  {
    name: "KS on samples, 10⁶ against 10⁶, sorted",
    values: 2 * MILLION,
    kernel: (kernel) => kernel.ksSamples(sorted, sorted),
  },
  {
    name: "KS on 120 cells",
    values: 120_000,
    kernel: (kernel) => times(1000, () => kernel.ksCells(counts, window, single)),
    plain: { name: "gap at the edges", run: () => times(1000, () => ks(counts, window)) },
  },
  {
    name: "Anderson–Darling on 120 cells",
    values: 120_000,
    kernel: (kernel) => times(1000, () => kernel.adCells(counts, window)),
    plain: { name: "formula in a loop", run: () => times(1000, () => andersonDarling(counts, window)) },
  },
  {
    name: "PSI on 120 cells",
    values: 120_000,
    kernel: (kernel) => times(1000, () => kernel.psi(counts, window, half)),
    plain: { name: "formula in a loop", run: () => times(1000, () => psi(counts, window)) },
  },
  {
    name: "six divergences on 120 cells",
    values: 120_000,
    kernel: (kernel) => times(1000, () => kernel.divergences(counts, window)),
  },
  {
    name: "simulated null, 1000 draws of 120 cells",
    values: 120_000,
    kernel: (kernel) =>
      kernel.simulateNull({
        sampler: "dirichlet",
        statistic: "ad",
        a: counts,
        c: counts,
        m: 500,
        draws: 1000,
        seed: 7,
      }),
    plain: {
      name: "gammas and a search for each row",
      run: () => simulateAndersonDarling(counts, 500, 1000),
    },
  },
];
