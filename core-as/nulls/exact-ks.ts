/**
 * The exact law of the largest gap between two distribution functions on cells.
 *
 * Given the reference's counts a at order statistics, window counts are Dirichlet-multinomial with whole numbers, and a
 * window (c_1 … c_B) is one of Π C(a_i + c_i − 1, c_i) equally likely lattice paths (the last cell has one more). Pooled
 * value cells of t_i rows hold c_i of the window in Π C(t_i, c_i) ways. Either way the number of ways to stay inside the
 * band |F_R − F_C| < D at every cell's border, over all C(n + m, m) ways, is P(gap < D): counted cell after cell by how
 * many of the window's rows lie at or below the border, as Hodges (1957) does on samples.
 *
 * Cost: cells × (width of the band)²; a window of 1,000 rows and 120 cells takes a few milliseconds at D near a decision.
 */
import type { Kernel } from "../kernel/api.ts";

/** How the window's rows fall into cells without drift. */
export interface CellsLaw {
  cells: number;
  n: number;
  /** Rows in the window. */
  m: number;
  /** ln of the ways in which a cell takes k of the window's rows; −Infinity where it cannot. */
  logWays(cell: number, k: number): number;
  /** The reference's share at or below the right border of a cell, when `taken` of the window's rows are. */
  referenceShare(cell: number, taken: number): number;
  /** ln k! for k from 0 to n + m. */
  logFactorials: Float64Array;
}

/** The reference stays as it is, its cells lie between its own order statistics: quantile cells. */
export function dirichletLaw(kernel: Kernel, a: Float64Array, m: number): CellsLaw {
  const below = cumulate(a);
  const n = below[below.length - 1];
  const log = logFactorials(kernel, n + m);
  const last = a.length - 1;
  return {
    ...{ cells: a.length, n, m, logFactorials: log },
    referenceShare: (cell) => below[cell] / n,
    logWays(cell, k) {
      const alpha = a[cell] + (cell === last ? 1 : 0);
      if (alpha === 0) return k === 0 ? 0 : -Infinity;
      return log[alpha + k - 1] - log[alpha - 1] - log[k];
    },
  };
}

/** Both sides are drawn from their pooled rows: value cells. */
export function pooledLaw(kernel: Kernel, a: Float64Array, c: Float64Array): CellsLaw {
  const pooled = a.map((count, i) => count + c[i]);
  const below = cumulate(pooled);
  const m = c.reduce((sum, count) => sum + count, 0);
  const n = below[below.length - 1] - m;
  const log = logFactorials(kernel, n + m);
  return {
    ...{ cells: a.length, n, m, logFactorials: log },
    referenceShare: (cell, taken) => (below[cell] - taken) / n,
    logWays: (cell, k) => (k > pooled[cell] ? -Infinity : log[pooled[cell]] - log[k] - log[pooled[cell] - k]),
  };
}

/** Window rows at or below a border that keep the gap there below the one asked for: `from` to `to`; empty if from > to. */
interface Band {
  from: number;
  to: number;
}

/**
 * P(largest gap ≥ gap | no drift), to about 1e-9 absolutely: it is one less the chance to stay inside.
 *
 * @param mostSteps what it may cost; a decision near a level of 1e-4 with 1,000 rows takes about two million
 * @returns null when it would cost more
 */
export function exactKsSf(kernel: Kernel, law: CellsLaw, gap: number, mostSteps = 6e6): number | null {
  const { n, m, cells, logFactorials: log } = law;
  let [from, mass, scale, steps] = [0, Float64Array.of(1), 0, 0];
  for (let cell = 0; cell < cells; cell++) {
    const band = cell === cells - 1 ? { from: m, to: m } : bandAt(law, cell, gap);
    if (band.from > band.to) return 1;
    steps += (band.to - band.from + 1) * mass.length;
    if (steps > mostSteps) return null;
    const { ways, largest } = waysOf(kernel, law, cell, band.to - from);
    const next = new Float64Array(band.to - band.from + 1);
    let most = 0;
    for (let taken = band.from; taken <= band.to; taken++) {
      const reached = Math.min(mass.length - 1, taken - from);
      let sum = 0;
      for (let i = 0; i <= reached; i++) sum += mass[i] * ways[taken - from - i];
      next[taken - band.from] = sum;
      most = Math.max(most, sum);
    }
    if (most === 0) return 1;
    // Scaled to one at each cell, so that nothing over- or underflows.
    mass = next.map((value) => value / most);
    scale += largest + kernel.log(most);
    from = band.from;
  }
  const all = log[n + m] - log[n] - log[m];
  return Math.min(1, Math.max(0, 1 - kernel.exp(scale - all)));
}

function bandAt({ m, referenceShare }: CellsLaw, cell: number, gap: number): Band {
  // Gaps that reach the asked one up to rounding have reached it. The gap with its sign falls as more rows are taken.
  const limit = gap * (1 - 1e-12);
  const signed = (taken: number): number => referenceShare(cell, taken) - taken / m;
  const first = (holds: (taken: number) => boolean): number => {
    let [low, high] = [0, m + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { from: first((taken) => signed(taken) < limit), to: first((taken) => signed(taken) <= -limit) - 1 };
}

/** The ways in which a cell takes 0 … most rows, relative to the largest, whose logarithm is kept apart. */
function waysOf(
  kernel: Kernel,
  { logWays }: CellsLaw,
  cell: number,
  most: number,
): { ways: Float64Array; largest: number } {
  const logs = Float64Array.from({ length: Math.max(0, most) + 1 }, (_, k) => logWays(cell, k));
  const largest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  return { ways: logs.map((value) => kernel.exp(value - largest)), largest };
}

/** Compensated (Kahan 1965): the errors of fifty thousand logarithms would show in small p-values. */
function logFactorials(kernel: Kernel, most: number): Float64Array {
  const table = new Float64Array(most + 1);
  let lost = 0;
  for (let k = 2; k <= most; k++) {
    const term = kernel.log(k) - lost;
    table[k] = table[k - 1] + term;
    lost = table[k] - table[k - 1] - term;
  }
  return table;
}

function cumulate(counts: Float64Array): Float64Array {
  let running = 0;
  return counts.map((count) => (running += count));
}
