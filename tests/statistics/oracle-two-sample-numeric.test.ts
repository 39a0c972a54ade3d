import { describe, expect, it } from "vitest";
import type { Kernel, NumericCounts } from "#core/kernel/api.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

interface Binned {
  edges: OracleNumber[];
  ref_counts: number[];
  cur_counts: number[];
  psi: OracleNumber;
  js_distance_base2: OracleNumber;
  hellinger: OracleNumber;
  total_variation: OracleNumber;
  l_infinity: OracleNumber;
  kl_ref_cur: OracleNumber;
  kl_cur_ref: OracleNumber;
}

interface Case {
  id: string;
  ref: Sample;
  cur: Sample;
  unreliable?: string[];
  expected: {
    n_ref: number;
    n_cur: number;
    ks?: { statistic: OracleNumber; p_kolmogorov_limit: OracleNumber };
    wasserstein?: OracleNumber;
    wasserstein_exact_rational?: OracleNumber;
    binned?: { quantile10?: Binned; evidently?: { mode: string } & Binned };
  };
}

const exact: Tolerance = { relative: 0 };
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };
const probability: Tolerance = { relative: 1e-8, absolute: 1e-300 };

/**
 * The oracle gives edges to 1e-12 only, and its csv samples went through a parser that rounds texts of seventeen digits
 * wrongly; we parse correctly. An edge that meant one of the sample's values is moved onto it.
 */
function snap(edges: OracleNumber[], sorted: Float64Array[], sample: Sample): Float64Array {
  const given = Float64Array.from(edges, toNumber);
  if (!("csv" in sample)) return given;
  const values = Float64Array.from(new Set(sorted.flatMap((side) => [...side])));
  return given.map((edge) => values.find((x) => Math.abs(x - edge) <= 1e-12 * Math.abs(edge)) ?? edge);
}

function compareCounts(
  comparison: Comparison,
  where: string,
  counted: NumericCounts,
  expected: number[],
): void {
  expected.forEach((count, i) => comparison.check(`${where}[${i}]`, counted.cells[i], count, exact));
  comparison.check(`${where} cells`, counted.cells.length, expected.length, exact);
}

function compareDivergences(kernel: Kernel, comparison: Comparison, where: string, binned: Binned): void {
  const a = Float64Array.from(binned.ref_counts);
  const c = Float64Array.from(binned.cur_counts);
  const found = kernel.divergences(a, c);
  const check = (name: string, actual: number, expected: OracleNumber): void =>
    comparison.check(`${where} ${name}`, actual, toNumber(expected), statistic);
  check("psi", kernel.psi(a, c, { kind: "floor", amount: 1e-4, renormalise: false }), binned.psi);
  check("js", found.js, binned.js_distance_base2);
  check("hellinger", found.hellinger, binned.hellinger);
  check("tvd", found.tvd, binned.total_variation);
  check("linf", found.linf, binned.l_infinity);
  check("kl", found.klReferenceCurrent, binned.kl_ref_cur);
  check("kl backwards", found.klCurrentReference, binned.kl_cur_ref);
}

function compareCase(
  kernel: Kernel,
  comparison: Comparison,
  { id, ref, cur, unreliable, expected }: Case,
): void {
  const [reference, current] = [readSample(ref), readSample(cur)];
  const [r, c] = [kernel.sortFinite(reference), kernel.sortFinite(current)];
  comparison.check(`${id} n`, r.length, expected.n_ref, exact);
  comparison.check(`${id} m`, c.length, expected.n_cur, exact);
  const { ks, wasserstein, wasserstein_exact_rational: rational, binned } = expected;
  if (ks) {
    const gap = kernel.ksSamples(r, c);
    const e = (r.length * c.length) / (r.length + c.length);
    comparison.check(`${id} ks`, gap, toNumber(ks.statistic), { relative: 1e-12 });
    const tail = kernel.kolmogorovSf(Math.sqrt(e) * gap);
    comparison.check(`${id} ks p`, tail, toNumber(ks.p_kolmogorov_limit), probability);
  }
  const area = kernel.wassersteinSamples(r, c);
  if (wasserstein !== undefined)
    comparison.check(`${id} wasserstein`, area, toNumber(wasserstein), statistic);
  if (rational !== undefined)
    comparison.check(`${id} wasserstein exact`, area, toNumber(rational), statistic);
  if (!binned || unreliable?.includes("binned")) return;
  if (binned.quantile10) {
    const edges = snap(binned.quantile10.edges, [r, c], ref);
    compareCounts(comparison, `${id} ref`, kernel.countEdges(reference, edges), binned.quantile10.ref_counts);
    compareCounts(comparison, `${id} cur`, kernel.countEdges(current, edges), binned.quantile10.cur_counts);
    compareDivergences(kernel, comparison, id, binned.quantile10);
  }
  if (binned.evidently?.mode === "distinct values") {
    // One cell a distinct value of either side: the counts of value cells.
    const { edges, ref_counts, cur_counts } = binned.evidently;
    const values = snap(edges, [r, c], ref);
    compareCounts(comparison, `${id} values ref`, kernel.countValues(reference, values), ref_counts);
    compareCounts(comparison, `${id} values cur`, kernel.countValues(current, values), cur_counts);
  }
}

describe.each(kernels)("two numeric samples, by the $name kernel", (kernel) => {
  it("have the distances, counts and divergences that SciPy and NumPy find", () => {
    const comparison = new Comparison("two_sample_numeric");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("two_sample_numeric");
      for (const each of cases) compareCase(kernel, comparison, each);
      expect(cases.length).toBeGreaterThan(100);
    }
    comparison.finish(kernel.name);
  });
});
