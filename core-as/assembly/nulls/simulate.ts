import { adCells } from "../cells/anderson-darling";
import { chi2 } from "../cells/chi2";
import { divergences } from "../cells/divergences";
import { gCells } from "../cells/g";
import { ksCells } from "../cells/ks";
import { psi } from "../cells/psi";
import { quadraticCells } from "../cells/quadratic";
import { total } from "../cells/sum";
import { wassersteinCells } from "../cells/wasserstein";
import { binomial } from "../random/binomial";
import { gamma, seed } from "../random/generator";
import { hypergeometric, massesBytes } from "../random/hypergeometric";

/**
 * Draws of a statistic when nothing has drifted.
 *
 * Quantile cells (`dirichlet`): given the reference's counts at order statistics, cell probabilities are Dirichlet
 * spacings (Wilks 1962), so window counts are Dirichlet-multinomial with the last a_i one larger; the reference stays as
 * it is. Value cells (`hypergeometric`): both sides are redrawn from their pooled counts with fixed row totals, the exact
 * conditional null. Cost: a draw of every cell and one statistic, each time. Edge cases: a window of no rows has statistics
 * of NaN.
 *
 * `work` has room for 2 * cells + 8 values, and for 128 * cells zeros more where pooled counts are drawn; `single` for one byte a
 * cell (zero: every cell is taken as continuous).
 */
export const DIRICHLET: i32 = 0;

export function simulateNull(
  sampler: i32,
  statistic: i32,
  a: usize,
  c: usize,
  cells: i32,
  m: f64,
  draws: i32,
  seedValue: u32,
  single: usize,
  widths: usize,
  work: usize,
  out: usize,
): void {
  seed(seedValue);
  const drawnC = work;
  const drawnA = work + ((<usize>cells) << 3);
  const results = drawnA + ((<usize>cells) << 3);
  const masses = results + 64;
  for (let draw: i32 = 0; draw < draws; draw++) {
    let left = a;
    if (sampler === DIRICHLET) {
      drawDirichletMultinomial(a, cells, m, drawnA, drawnC);
    } else {
      drawFromPooled(a, c, cells, m, drawnA, drawnC, masses);
      left = drawnA;
    }
    store<f64>(out + ((<usize>draw) << 3), evaluate(statistic, left, drawnC, cells, single, widths, results));
  }
}

/** Gamma weights, then a binomial for every cell out of those that are left. `rest` holds the weights still to come. */
function drawDirichletMultinomial(a: usize, cells: i32, m: f64, rest: usize, out: usize): void {
  let all: f64 = 0;
  for (let i: i32 = cells - 1; i >= 0; i--) {
    const at = (<usize>i) << 3;
    const weight = gamma(load<f64>(a + at) + (i === cells - 1 ? 1.0 : 0.0));
    all += weight;
    store<f64>(out + at, weight);
    store<f64>(rest + at, all);
  }
  let rows = m;
  for (let i: i32 = 0; i < cells; i++) {
    const at = (<usize>i) << 3;
    const taken = i === cells - 1 ? rows : binomial(rows, load<f64>(out + at) / load<f64>(rest + at));
    store<f64>(out + at, taken);
    rows -= taken;
  }
}

/** What is pooled in a cell and behind it is the same in every draw: `masses` has what is remembered of each cell. */
function drawFromPooled(
  a: usize,
  c: usize,
  cells: i32,
  m: f64,
  outA: usize,
  outC: usize,
  masses: usize,
): void {
  let remaining = total(a, cells) + total(c, cells);
  let rows = m;
  for (let i: i32 = 0; i < cells; i++) {
    const at = (<usize>i) << 3;
    const pooled = load<f64>(a + at) + load<f64>(c + at);
    remaining -= pooled;
    const taken = hypergeometric(pooled, remaining, rows, masses + <usize>i * massesBytes);
    store<f64>(outC + at, taken);
    store<f64>(outA + at, pooled - taken);
    rows -= taken;
  }
}

/** Order of `simulatedStatistics` in kernel/api.ts. PSI with half a count added, our default. */
function evaluate(
  statistic: i32,
  a: usize,
  c: usize,
  cells: i32,
  single: usize,
  widths: usize,
  work: usize,
): f64 {
  if (statistic === 0) return adCells(a, c, cells);
  if (statistic === 7) return wassersteinCells(a, c, cells, widths);
  if (statistic === 10) return quadraticCells(a, c, cells, widths);
  if (statistic === 11) return gCells(a, c, cells);
  if (statistic === 2) return psi(a, c, cells, 0, 0.5);
  if (statistic === 1) {
    ksCells(a, c, cells, single, work);
    return load<f64>(work);
  }
  if (statistic === 4) {
    chi2(a, c, cells, work);
    return load<f64>(work);
  }
  divergences(a, c, cells, work);
  // js, kl, hellinger, tvd, linf, in the order of divergences' results.
  if (statistic === 3) return load<f64>(work + 16);
  if (statistic === 5) return load<f64>(work + 8);
  return load<f64>(work + (statistic === 6 ? 24 : statistic === 8 ? 32 : 40));
}
