/**
 * Do two samples have the same distribution? The Cramér–von Mises criterion in the two-sample form of Anderson (1962): the
 * squared gap between the two distribution functions, averaged over all values; computed from mid-ranks, as SciPy does.
 *
 * p from the limit distribution, with the mean and variance of the actual sizes (Anderson 1962, section 5), or exactly for
 * small samples by counting arrangements (Xiao, Gordon & Yakovlev 2007). Cost: one merge; exact: thousands to millions of
 * steps, at most 20 values a side. Edge cases: fewer than two values on a side have no answer.
 */
import type { Kernel } from "../../kernel-api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { cramerVonMisesSf } from "./cramer-von-mises-limit.ts";
import type { Sample } from "./sample.ts";

const mostExactValues = 20;

/** @param by `exact` for untied samples of at most ten values a side unless said otherwise */
export function cramerVonMisesOnSamples(
  kernel: Kernel,
  r: Sample,
  c: Sample,
  by?: "asymptotic" | "exact",
): Result {
  const [n, m] = [r.sorted.length, c.sorted.length];
  if (n < 2 || m < 2) return { ...undefinedResult };
  const [u, tied] = rankForm(r.sorted, c.sorted);
  const exact = by === "exact" || (by === undefined && !tied && Math.max(n, m) <= 10);
  return answer(kernel, u, n, m, exact);
}

/** The same for counts in ordered cells: rows of one cell are ties. @param c the window's counts */
export function cramerVonMisesOnCounts(kernel: Kernel, a: Float64Array, c: Float64Array): Result {
  const [n, m] = [a, c].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  if (n < 2 || m < 2) return { ...undefinedResult };
  let [u, beforeA, beforeC] = [0, 0, 0];
  for (let cell = 0; cell < a.length; cell++) {
    const middle = beforeA + beforeC + (a[cell] + c[cell] + 1) / 2;
    u += n * offsets(middle, beforeA, a[cell]) + m * offsets(middle, beforeC, c[cell]);
    beforeA += a[cell];
    beforeC += c[cell];
  }
  return answer(kernel, u, n, m, false);
}

/** Σ (mid-rank − own rank)² over `count` equal values with `before` smaller ones in their own sample. */
function offsets(midRank: number, before: number, count: number): number {
  const gap = midRank - before - (count + 1) / 2;
  return count * gap * gap + (count * (count * count - 1)) / 12;
}

function rankForm(r: Float64Array, c: Float64Array): [u: number, tied: boolean] {
  const [n, m] = [r.length, c.length];
  let [u, i, j, tied] = [0, 0, 0, false];
  while (i < n || j < m) {
    const value = Math.min(i < n ? r[i] : Infinity, j < m ? c[j] : Infinity);
    let [ofR, ofC] = [0, 0];
    while (i + ofR < n && r[i + ofR] === value) ofR++;
    while (j + ofC < m && c[j + ofC] === value) ofC++;
    const middle = i + j + (ofR + ofC + 1) / 2;
    u += n * offsets(middle, i, ofR) + m * offsets(middle, j, ofC);
    if (ofR + ofC > 1) tied = true;
    i += ofR;
    j += ofC;
  }
  return [u, tied];
}

function answer(kernel: Kernel, u: number, n: number, m: number, exact: boolean): Result {
  const [product, total] = [n * m, n + m];
  const statistic = u / (product * total) - (4 * product - 1) / (6 * total);
  if (exact)
    return result(statistic, { pValue: Math.max(n, m) <= mostExactValues ? exactSf(u, n, m) : null });
  const mean = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * product * total - 3 * (n * n + m * m) - 2 * product)) /
    (45 * total * total * 4 * product);
  const limit = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance);
  return result(statistic, { pValue: cramerVonMisesSf(kernel, limit) });
}

/**
 * The share of arrangements whose squared gaps, in whole numbers, add up to at least the observed: path by path through
 * the lattice of how many of each sample have been passed.
 */
function exactSf(u: number, n: number, m: number): number {
  const lcm = (n * m) / gcd(n, m);
  const [up, right] = [lcm / n, lcm / m];
  const observed = Math.floor(
    (lcm * lcm * (n + m) * (6 * u - n * m * (4 * n * m - 1))) / (6 * n * n * m * m) + 1e-9,
  );
  // Shares of the paths to (i, j) by their sum; a path comes from the left or from below.
  let column: Map<number, number>[] = [];
  for (let i = 0; i <= n; i++) {
    const next: Map<number, number>[] = [];
    for (let j = 0; j <= m; j++) {
      const gap = i * up - j * right;
      const here = new Map<number, number>(i + j === 0 ? [[0, 1]] : []);
      const take = (from: Map<number, number>, share: number): void => {
        for (const [sum, part] of from)
          here.set(sum + gap * gap, (here.get(sum + gap * gap) ?? 0) + part * share);
      };
      if (i > 0) take(column[j], i / (i + j));
      if (j > 0) take(next[j - 1], j / (i + j));
      next.push(here);
    }
    column = next;
  }
  let tail = 0;
  for (const [sum, share] of column[m]) if (sum >= observed) tail += share;
  return Math.min(1, tail);
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
