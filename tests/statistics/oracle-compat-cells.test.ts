import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { evidentlyCells } from "#core/methods/compat/evidently-cells.ts";
import { evidentlyKl, evidentlyPsi, occupiedCells } from "#core/methods/compat/evidently-shares.ts";
import {
  countInBins,
  distinctValues,
  doaneEdges,
  equalEdges,
  sturgesEdges,
} from "#core/methods/compat/histogram-bins.ts";
import { nannymlBins, nannymlCounts, withOutside } from "#core/methods/compat/nannyml-cells.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

interface EvidentlyBins {
  mode: string;
  edges: OracleNumber[];
  ref_counts: number[];
  cur_counts: number[];
  psi: OracleNumber;
  js_distance_base_e: OracleNumber;
  kl: OracleNumber;
}

interface NannymlExpected {
  n_bins: number;
  first_edge: OracleNumber;
  last_edge: OracleNumber;
  outside_count: number;
  ref_counts: number[];
  cur_counts: number[];
  js_distance_base2: OracleNumber;
  hellinger: OracleNumber;
}

interface Case {
  id: string;
  ref: Sample;
  cur: Sample;
  unreliable?: string[];
  expected: { binned?: { evidently?: EvidentlyBins; nannyml?: NannymlExpected } };
}

const exact: Tolerance = { relative: 0 };
const border: Tolerance = { relative: 1e-12, absolute: 1e-300 };
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };

function compareAll(
  comparison: Comparison,
  where: string,
  found: Float64Array,
  expected: OracleNumber[],
  by: Tolerance,
): void {
  comparison.check(`${where} length`, found.length, expected.length, exact);
  expected.forEach((value, i) => comparison.check(`${where}[${i}]`, found[i], toNumber(value), by));
}

function compareEvidently(
  kernel: Kernel,
  comparison: Comparison,
  id: string,
  r: Float64Array,
  c: Float64Array,
  expected: EvidentlyBins,
): void {
  const cells = evidentlyCells(kernel, r, c);
  if (cells.mode !== expected.mode) throw new Error(`${id}: ${cells.mode}`);
  compareAll(comparison, `${id} edges`, cells.edges, expected.edges, border);
  compareAll(comparison, `${id} a`, cells.a, expected.ref_counts, exact);
  compareAll(comparison, `${id} c`, cells.c, expected.cur_counts, exact);
  const js = kernel.divergences(cells.a, cells.c).js * Math.sqrt(kernel.log(2));
  comparison.check(`${id} js`, js, toNumber(expected.js_distance_base_e), statistic);
  comparison.check(
    `${id} psi`,
    evidentlyPsi(kernel, cells.a, cells.c).statistic,
    toNumber(expected.psi),
    statistic,
  );
  comparison.check(
    `${id} kl`,
    evidentlyKl(kernel, cells.a, cells.c).statistic,
    toNumber(expected.kl),
    statistic,
  );
}

function compareNannyml(
  kernel: Kernel,
  comparison: Comparison,
  id: string,
  r: Float64Array,
  c: Float64Array,
  expected: NannymlExpected,
): void {
  const bins = nannymlBins(kernel, r);
  const counted = nannymlCounts(bins, c);
  comparison.check(`${id} bins`, bins.edges.length - 1, expected.n_bins, exact);
  comparison.check(`${id} first`, bins.edges[0], toNumber(expected.first_edge), border);
  comparison.check(`${id} last`, bins.edges.at(-1)!, toNumber(expected.last_edge), border);
  comparison.check(`${id} outside`, counted.outside, expected.outside_count, exact);
  compareAll(comparison, `${id} a`, bins.a, expected.ref_counts, exact);
  compareAll(comparison, `${id} c`, counted.c, expected.cur_counts, exact);
  const both = withOutside(bins.a, counted);
  const { js, hellinger } = kernel.divergences(both.a, both.c);
  comparison.check(`${id} js`, js, toNumber(expected.js_distance_base2), statistic);
  comparison.check(`${id} hellinger`, hellinger, toNumber(expected.hellinger), statistic);
}

describe.each(kernels)("cells of other tools, by the $name kernel", (kernel) => {
  it("hold what NumPy's histograms hold", () => {
    const comparison = new Comparison("two_sample_numeric, binned.evidently and binned.nannyml");
    if (present)
      for (const { id, ref, cur, unreliable, expected } of readOracle<{ cases: Case[] }>("two_sample_numeric")
        .cases) {
        if (!expected.binned || unreliable?.includes("binned")) continue;
        const [r, c] = [ref, cur].map((sample) => kernel.sortFinite(readSample(sample)));
        const { evidently, nannyml } = expected.binned;
        if (evidently) compareEvidently(kernel, comparison, `${id} evidently`, r, c, evidently);
        if (nannyml) compareNannyml(kernel, comparison, `${id} nannyml`, r, c, nannyml);
      }
    comparison.finish(kernel.name);
  });

  it("are as many as NumPy 2.4 makes of the values i·step", () => {
    // np.histogram_bin_edges([i * step for i in range(n)], bins="sturges" and "doane"), less one.
    const sizes = [1, 2, 3, 4, 7, 8, 16, 64, 100, 128, 1000, 1024, 4096];
    const expected: [number, number[], number[]][] = [
      [1.0, [1, 2, 3, 3, 4, 4, 5, 7, 8, 8, 11, 11, 13], [1, 1, 3, 3, 4, 4, 5, 7, 8, 8, 11, 11, 13]],
      [0.1, [1, 2, 3, 3, 4, 4, 5, 7, 8, 8, 11, 11, 13], [1, 1, 3, 3, 4, 4, 6, 8, 8, 8, 11, 12, 14]],
      [0.7, [1, 2, 3, 3, 4, 4, 5, 7, 8, 8, 11, 11, 13], [1, 1, 3, 3, 4, 4, 6, 8, 8, 8, 11, 12, 14]],
    ];
    for (const [step, sturges, doane] of expected) {
      const samples = sizes.map((n) => Float64Array.from({ length: n }, (_, i) => i * step));
      expect(samples.map((sample) => sturgesEdges(kernel, sample).length - 1)).toEqual(sturges);
      // Symmetric samples: of tenths, NumPy's sums leave a skewness of 1e-15, which is a bin more at powers of two.
      const found = samples.map((sample) => doaneEdges(kernel, sample).length - 1);
      for (const [i, bins] of found.entries())
        if (step === 1 || !Number.isInteger(Math.log2(sizes[i]))) expect(bins).toBe(doane[i]);
    }
  });

  it("hold every row once, whatever the sample", () => {
    const anything = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 });
    fc.assert(
      fc.property(anything, anything, (reference, current) => {
        const [r, c] = [reference, current].map((values) => Float64Array.from(values).sort());
        for (const edges of [sturgesEdges(kernel, r), doaneEdges(kernel, r), equalEdges(r, 7)]) {
          for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]);
          const own = countInBins(r, edges);
          const { counts, below, above } = countInBins(c, edges);
          if (edges.length === 0) continue;
          expect([own.below, own.above]).toEqual([0, 0]);
          expect(counts.reduce((sum, count) => sum + count, below + above)).toBe(c.length);
        }
        const cells = evidentlyCells(kernel, r, c);
        if (cells.mode === "distinct values") {
          expect([...cells.edges]).toEqual([...distinctValues(c, r)]);
          const kept = occupiedCells(cells.a, cells.c);
          expect(kept.a).toHaveLength(cells.a.length);
        }
      }),
    );
  });
});
