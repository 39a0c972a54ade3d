/**
 * The ball e-process: like the urn's (e-process.ts), for features whose reference counts are no order statistics, and for
 * every start after the first. It does not compare with one share for each cell but with all shares p that are close to
 * the reference's, p̂ = a/n: the ball n·KL(p̂ ‖ p) ≤ r, KL(p̂ ‖ p) = Σ p̂ ln(p̂/p).
 *
 * E = N(c)/sup{Π p_i^c_i : p in the ball} is at most what an e-process against any p in the ball is worth (universal
 * inference, Wasserman, Ramdas & Balakrishnan 2020, over a confidence set): whichever of them is true, the chance of ever
 * reaching 1/α is at most α. With r = ½ χ²(B − 1; 0.99) the true shares lie in the ball for about 99 % of references.
 * Rows that are not independent vary more than that from day to day: `least` is the distance κ that counts as no
 * change, r = max(r, n·κ), for instance the 95 % quantile of the chunks' KL to the reference. The answer is then "at
 * least κ away".
 *
 * The sup is reached at p_i = (c_i + λ a_i)/(t + λ n): the stream's shares drawn towards the reference's until they are
 * in the ball. λ is found by halving its logarithm. A cell that the reference never had may have any share.
 *
 * Statistic, p-value, `drift` as for the urn. At most 20 cells: the reference's 19 most frequent categories and the rest.
 * Cost: a hundred passes with a logarithm a cell, for every pane. Edge cases: no answer without a reference.
 */
import type { Kernel } from "../../kernel/api.ts";
import { totalOf } from "../counts/paired-counts.ts";
import {
  addPane,
  alternativeLog,
  type EProcessOptions,
  type EProcessResult,
  type EProcessState,
  newEProcess,
} from "./e-process.ts";
import { demand } from "./detector.ts";

export interface BallOptions extends EProcessOptions {
  /** κ: the KL distance that counts as no change. */
  least: number;
}

export interface BallState extends EProcessState {
  detector: "ball";
  /** r: n times the largest distance inside. */
  radius: number;
}

export function createBall(
  kernel: Kernel,
  reference: Float64Array,
  options: Partial<BallOptions> = {},
): BallState {
  const { least = 0 } = options;
  demand(least >= 0 && least < Infinity, "a distance is not negative");
  const radius = ballRadius(kernel, reference, least);
  return { ...newEProcess("ball", reference, options), detector: "ball", radius };
}

/** Adds a pane's counts. */
export function updateBall(kernel: Kernel, state: BallState, pane: Float64Array): EProcessResult {
  const reference = Float64Array.from(state.reference);
  return addPane(kernel, state, pane, (counts) => ballLogE(kernel, reference, counts, state.radius));
}

/** One answer a pane. */
export function eProcessBall(
  kernel: Kernel,
  reference: Float64Array,
  panes: Iterable<Float64Array>,
  options: Partial<BallOptions> = {},
): EProcessResult[] {
  const state = createBall(kernel, reference, options);
  return Array.from(panes, (pane) => updateBall(kernel, state, pane));
}

/** ln E of the ball for counts taken together. */
export function ballLogE(kernel: Kernel, a: Float64Array, c: Float64Array, radius: number): number {
  const { shares } = nearestShares(kernel, a, c, radius);
  return alternativeLog(kernel, a, c) - crossLog(kernel, c, shares);
}

/** r of the ball: half the 99 % point of χ² with a degree of freedom less than cells, at least n·κ; 0 for one cell. */
export function ballRadius(kernel: Kernel, a: Float64Array, least = 0): number {
  const n = totalOf(a);
  const own = a.length > 1 ? chiSquarePoint(kernel, a.length - 1) / 2 : 0;
  return Math.max(own, n > 0 ? n * least : 0);
}

export interface NearestShares {
  /** The λ at which the shares lie on the border of the ball; 0 where the stream's own shares are in it. */
  lambda: number;
  shares: Float64Array;
}

/** The shares in the ball under which the counts are most likely. */
export function nearestShares(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  radius: number,
): NearestShares {
  const [n, t] = [totalOf(a), totalOf(c)];
  const sharesAt = (lambda: number): Float64Array =>
    a.map((count, cell) => (c[cell] + lambda * count) / (t + lambda * n));
  const outside = (lambda: number): boolean => distance(kernel, a, n, sharesAt(lambda)) > radius;
  if (t === 0) return { lambda: 1, shares: sharesAt(1) };
  if (!outside(0)) return { lambda: 0, shares: sharesAt(0) };
  let [low, high] = [1, 1];
  while (low > 1e-300 && !outside(low)) low /= 16;
  while (high < 1e300 && outside(high)) high *= 16;
  // The middle of the logarithms; the end that is inside is the answer, so that rounding can only enlarge the sup's ball.
  for (let step = 0; step < 80; step++) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (!(middle > low && middle < high)) break;
    if (outside(middle)) low = middle;
    else high = middle;
  }
  return { lambda: high, shares: sharesAt(high) };
}

/** n·KL(p̂ ‖ p): Σ a_i ln(a_i/(n p_i)). */
function distance(kernel: Kernel, a: Float64Array, n: number, shares: Float64Array): number {
  let sum = 0;
  for (let cell = 0; cell < a.length; cell++) {
    if (a[cell] === 0) continue;
    if (shares[cell] === 0) return Infinity;
    sum += a[cell] * kernel.log(a[cell] / (n * shares[cell]));
  }
  return sum;
}

/** Σ c_i ln p_i. */
function crossLog(kernel: Kernel, c: Float64Array, shares: Float64Array): number {
  let sum = 0;
  for (let cell = 0; cell < c.length; cell++) if (c[cell] > 0) sum += c[cell] * kernel.log(shares[cell]);
  return sum;
}

/** What a χ² variable exceeds with a chance of one percent. */
function chiSquarePoint(kernel: Kernel, dof: number): number {
  let [low, high] = [0, 200];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    if (kernel.chi2Sf(middle, dof) > 0.01) low = middle;
    else high = middle;
  }
  return high;
}
