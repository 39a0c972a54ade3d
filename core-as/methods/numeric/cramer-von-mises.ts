/**
 * Do two samples have the same distribution? The Cramér–von Mises criterion in the two-sample form of Anderson (1962): the
 * squared gap between the two distribution functions, averaged over all values; ties by mid-ranks, as SciPy does.
 *
 * p from the limit distribution, with the mean and variance of the actual sizes (Anderson 1962, section 5), or exactly for
 * small samples by counting arrangements (Xiao, Gordon & Yakovlev 2007). Cost: one merge; exact: up to a second, at most
 * 20 values a side. Edge cases: fewer than two values on a side have no answer.
 *
 * Care with ties: mid-ranks are fair only where n = m. Otherwise ties alone raise the statistic, without bound as rows grow:
 * 2000 and 400 rows spread alike over ten values have T = 6.4 and p = 3e-15. `tieExcess` is that part, and `pWithoutTies` the
 * limit's p of the rest (careful: ties narrow what is left). The exact law knows nothing of ties either; where they carry the
 * statistic past every arrangement of untied values it has no p.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { cramerVonMisesSf } from "./cramer-von-mises-limit.ts";
import { summation } from "./exact-sum.ts";
import type { Sample } from "./sample.ts";

export interface CramerVonMises extends Result {
  /** What the statistic owes to ties alone; 0 without any. */
  tieExcess: number;
  /** p of the statistic less that; null where there is no answer. */
  pWithoutTies: number | null;
}

const mostExactValues = 20;
const none: Readonly<CramerVonMises> = { ...undefinedResult, tieExcess: NaN, pWithoutTies: null };

/** @param by `exact` for untied samples of at most ten values a side unless said otherwise */
export function cramerVonMisesOnSamples(
  kernel: Kernel,
  r: Sample,
  c: Sample,
  by?: "asymptotic" | "exact",
): CramerVonMises {
  const [a, b] = [r.sorted, c.sorted];
  const [n, m] = [a.length, b.length];
  if (n < 2 || m < 2) return { ...none };
  const criterion = criterionOf(n, m);
  let [i, j, tied] = [0, 0, false];
  while (i < n || j < m) {
    const value = Math.min(i < n ? a[i] : Infinity, j < m ? b[j] : Infinity);
    let [ofR, ofC] = [0, 0];
    while (i + ofR < n && a[i + ofR] === value) ofR++;
    while (j + ofC < m && b[j + ofC] === value) ofC++;
    criterion.add(ofR, ofC);
    if (ofR + ofC > 1) tied = true;
    i += ofR;
    j += ofC;
  }
  const found = answer(kernel, criterion, n, m);
  const exact = by === "exact" || (by === undefined && !tied && Math.max(n, m) <= 10);
  if (!exact) return found;
  return { ...found, pValue: Math.max(n, m) <= mostExactValues ? exactSf(found.statistic, n, m) : null };
}

/** The same for counts in ordered cells: rows of one cell are ties. @param c the window's counts */
export function cramerVonMisesOnCounts(kernel: Kernel, a: Float64Array, c: Float64Array): CramerVonMises {
  const [n, m] = [a, c].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  if (n < 2 || m < 2) return { ...none };
  const criterion = criterionOf(n, m);
  for (let cell = 0; cell < a.length; cell++) criterion.add(a[cell], c[cell]);
  return answer(kernel, criterion, n, m);
}

interface Criterion {
  /** The next larger value, or cell, and how often each side has it. */
  add(ofR: number, ofC: number): void;
  /** The mean squared gap, and what mid-ranks add to it: constant but for ties. */
  parts(): { gap: number; ties: number };
}

/**
 * Anderson's T is the difference of two numbers as large as the rows. Summing the squared ranks by parts leaves this: the gap
 * between the distribution functions at the middle of each group of equal values, and cubes of the group's two shares.
 */
function criterionOf(n: number, m: number): Criterion {
  const [gaps, cubes] = [summation(), summation()];
  let [beforeR, beforeC] = [0, 0];
  return {
    add(ofR, ofC) {
      const [f, g] = [ofR / n, ofC / m];
      const gap = ((beforeR + ofR / 2) * m - (beforeC + ofC / 2) * n) / (n * m);
      gaps.add((gap * gap * (f + g)) / 2);
      cubes.add((f * f * f + g * g * g) / 24 - (f * g * (f + g)) / 8);
      cubes.add((n * n * f * f * f) / (12 * m * m) + (m * m * g * g * g) / (12 * n * n));
      beforeR += ofR;
      beforeC += ofC;
    },
    parts: () => {
      const e = (n * m) / (n + m);
      return { gap: e * gaps.total(), ties: e * cubes.total() };
    },
  };
}

function answer(kernel: Kernel, criterion: Criterion, n: number, m: number): CramerVonMises {
  const [product, total] = [n * m, n + m];
  const { gap, ties } = criterion.parts();
  const squares = (n - m) * (n - m);
  const statistic = gap + ties - squares / (12 * product * total);
  // Without ties the cubes come to (n² + m²)/(8nm(n + m)).
  const untied = (squares + 2 * product) / (8 * product * total);
  const mean = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * product * total - 3 * (n * n + m * m) - 2 * product)) /
    (45 * total * total * 4 * product);
  const limitSf = (t: number): number =>
    cramerVonMisesSf(kernel, 1 / 6 + (t - mean) / Math.sqrt(45 * variance));
  const tieExcess = ties - untied;
  return {
    ...result(statistic, { pValue: limitSf(statistic) }),
    tieExcess,
    pWithoutTies: limitSf(statistic - tieExcess),
  };
}

/**
 * The share of arrangements whose squared gaps, in whole numbers, add up to at least the observed: path by path through
 * the lattice of how many of each sample have been passed. A path that has reached the observed sum is counted at once.
 */
function exactSf(statistic: number, n: number, m: number): number | null {
  const lcm = (n * m) / gcd(n, m);
  const [up, right] = [lcm / n, lcm / m];
  const observed = Math.floor((lcm * lcm * (n + m) * (n + m) * statistic) / (n * m) + 1e-6);
  let tail = 0;
  // Shares of the paths to (i, j) by their sum, of all paths there; a path comes from the left or from below.
  let column: Map<number, number>[] = [];
  for (let i = 0; i <= n; i++) {
    const next: Map<number, number>[] = [];
    for (let j = 0; j <= m; j++) {
      const gap = i * up - j * right;
      const here = new Map<number, number>(i + j === 0 ? [[0, 1]] : []);
      const take = (from: Map<number, number>, chance: number): void => {
        for (const [before, share] of from) {
          const sum = before + gap * gap;
          if (sum >= observed) tail += share * chance;
          else here.set(sum, (here.get(sum) ?? 0) + share * chance);
        }
      };
      // Which of the values that are left comes next is equally likely.
      const left = n - i + m - j + 1;
      if (i > 0) take(column[j], (n - i + 1) / left);
      if (j > 0) take(next[j - 1], (m - j + 1) / left);
      next.push(here);
    }
    column = next;
  }
  if (observed <= 0) return 1;
  return tail > 0 ? Math.min(1, tail) : null;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
