/**
 * The urn e-process: evidence against "nothing has changed since the reference" that may be looked at after every pane, for
 * ever, without its false alarms adding up.
 *
 * DM(c | β) = Γ(β₀)/Γ(β₀ + t) · Π Γ(β_i + c_i)/Γ(β_i) is the chance of one sequence of t rows with counts c drawn from
 * Pólya's urn: β_i balls of each cell, every ball drawn goes back with another like it. When cells lie between order
 * statistics of a reference of n rows, the rows that follow are exactly such draws, with the reference's counts a and one
 * ball more in the last cell (METHODS §4): no share has to be known or estimated. Against it stands N(c), the mean of
 * DM(c | g·p̂) over g = 10, 100, 1,000 and 10,000: shares that lie near the reference's p̂ = (a + ½)/(n + B/2), but not on
 * them, at four distances.
 *
 * E = N(c)/DM(c | a) is a test martingale over the reference and the stream together, for every n: with no drift the
 * chance that it ever reaches 1/α is at most α (Ville 1939). Taking the reference's shares as exact instead is invalid:
 * it alarms in most quiet streams at n = 1,000. In return a small reference can never see a small drift.
 *
 * The statistic is ln E (E itself overflows); the p-value min(1, 1/largest E so far) holds at every stopping time. `drift`
 * stays once the p-value has reached α. Input: counts of a continuous feature in at most 20 cells with edges at order
 * statistics of the reference (deciles), missing values and infinities left out; for anything else, and after a restart,
 * see e-process-ball.ts. Cost: six logarithms of gamma a cell and pane. Edge cases: no answer with an empty reference cell.
 */
import type { Kernel } from "../../kernel/api.ts";
import { totalOf } from "../counts/paired-counts.ts";
import { type Result, result } from "../result.ts";
import { demand } from "./detector.ts";

/** More would spread the evidence too thin. */
export const mostCells = 20;

const strengths = [10, 100, 1000, 10_000];

export interface EProcessOptions {
  /** Chance of ever alarming without a drift; by default 1/300, what one of 30 daily looks has of 0.1 a month. */
  alpha: number;
}

export interface EProcessState {
  detector: "urn" | "ball";
  alpha: number;
  /** Counts of the reference. */
  reference: number[];
  /** Counts of all panes so far. */
  counts: number[];
  panes: number;
  /** Panes that were no counts; they change nothing. */
  skipped: number;
  /** Largest ln E so far. */
  most: number;
}

export interface EProcessResult extends Result {
  /** Natural logarithm of E, the same as the statistic. */
  logE: number;
  /** Largest so far: what the p-value is made of. */
  largestLogE: number;
  drift: boolean;
  /** ln(1/α). */
  limit: number;
}

export function createUrn(
  _kernel: Kernel,
  reference: Float64Array,
  options: Partial<EProcessOptions> = {},
): EProcessState {
  return newEProcess("urn", reference, options);
}

/** Adds a pane's counts. */
export function updateUrn(kernel: Kernel, state: EProcessState, pane: Float64Array): EProcessResult {
  return addPane(kernel, state, pane, (counts) =>
    urnLogE(kernel, Float64Array.from(state.reference), counts),
  );
}

/** One answer a pane. */
export function eProcess(
  kernel: Kernel,
  reference: Float64Array,
  panes: Iterable<Float64Array>,
  options: Partial<EProcessOptions> = {},
): EProcessResult[] {
  const state = createUrn(kernel, reference, options);
  return Array.from(panes, (pane) => updateUrn(kernel, state, pane));
}

/** ln E of the urn for counts taken together; NaN where there is no answer. */
export function urnLogE(kernel: Kernel, a: Float64Array, c: Float64Array): number {
  const urn = Float64Array.from(a);
  urn[urn.length - 1]++;
  if (!urn.every((balls) => balls > 0)) return NaN;
  return alternativeLog(kernel, a, c) - polyaLog(kernel, urn, c);
}

/** ln N(c): what the counts are worth under shares near the reference's. */
export function alternativeLog(kernel: Kernel, a: Float64Array, c: Float64Array): number {
  const n = totalOf(a);
  const logs = strengths.map((strength) => {
    const balls = a.map((count) => (strength * (count + 0.5)) / (n + a.length / 2));
    return polyaLog(kernel, balls, c);
  });
  const most = Math.max(...logs);
  const sum = logs.reduce((total, log) => total + kernel.exp(log - most), 0);
  return most + kernel.log(sum / strengths.length);
}

/** ln DM(c | β): the chance of one sequence with these counts. */
export function polyaLog(kernel: Kernel, balls: Float64Array, c: Float64Array): number {
  let [log, allBalls, rows] = [0, 0, 0];
  for (let cell = 0; cell < balls.length; cell++) {
    log += kernel.lgamma(balls[cell] + c[cell]) - kernel.lgamma(balls[cell]);
    allBalls += balls[cell];
    rows += c[cell];
  }
  return log - (kernel.lgamma(allBalls + rows) - kernel.lgamma(allBalls));
}

export function newEProcess(
  detector: EProcessState["detector"],
  reference: Float64Array,
  { alpha = 1 / 300 }: Partial<EProcessOptions>,
): EProcessState {
  demand(alpha > 0 && alpha < 1, "alpha is a probability");
  demand(reference.length <= mostCells, `at most ${mostCells} cells: merge some`);
  return {
    ...{ detector, alpha, reference: Array.from(reference), counts: Array.from(reference, () => 0) },
    ...{ panes: 0, skipped: 0, most: 0 },
  };
}

/** What both e-processes do with a pane. */
export function addPane(
  kernel: Kernel,
  state: EProcessState,
  pane: Float64Array,
  logEOf: (counts: Float64Array) => number,
): EProcessResult {
  demand(pane.length === state.reference.length, `${pane.length} cells, not ${state.reference.length}`);
  const limit = -kernel.log(state.alpha);
  const rows = totalOf(pane) + totalOf(Float64Array.from(state.counts));
  if (!(totalOf(Float64Array.from(state.reference)) > 0 && rows <= Number.MAX_SAFE_INTEGER)) {
    state.skipped++;
    return { ...result(NaN), logE: NaN, largestLogE: state.most, drift: false, limit };
  }
  state.panes++;
  state.counts = state.counts.map((count, cell) => count + pane[cell]);
  const logE = logEOf(Float64Array.from(state.counts));
  if (logE > state.most) state.most = logE;
  const answer = result(logE, { pValue: kernel.exp(-state.most) });
  const drift = !Number.isNaN(logE) && state.most >= limit;
  return { ...answer, logE, largestLogE: state.most, drift, limit };
}
