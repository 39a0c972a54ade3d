/**
 * A detector that never ends, made of ball e-processes (e-process-ball.ts): after every pane it asks, for fourteen starts
 * between 1 and 128 panes ago, how much evidence for a change there is since then, and adds the fourteen E (Shiryaev 1963,
 * Roberts 1966). A long run without a change, which would weigh down an e-process that started long ago, does not delay
 * it: a later start takes over.
 *
 * The sum over all starts grows by at most 1 a pane on average when nothing changes (an e-detector: Shin, Ramdas & Rinaldo
 * 2024), and leaving starts out only makes it smaller. An alarm at A therefore comes after at least A panes on average,
 * whichever shares in the ball are the true ones. `averageRunLength` is A: panes a month divided by the false incidents a
 * month that are accepted.
 *
 * The statistic is the logarithm of the sum, the limit that of A. After an alarm it starts afresh. No p-value: it is a
 * promise about how often, not about one stream. The state keeps the last 128 panes. Cost: fourteen ball e-processes a
 * pane. Edge cases: as for the ball; a pane without rows counts as a pane.
 */
import type { Kernel } from "../../kernel/api.ts";
import { totalOf } from "../counts/paired-counts.ts";
import { type Result, result } from "../result.ts";
import { ballLogE, type BallOptions, ballRadius } from "./e-process-ball.ts";
import { demand } from "./detector.ts";
import { mostCells } from "./e-process.ts";

/** How many panes the starts lie back, the present pane included. */
export const startAges: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];
const oldest = startAges[startAges.length - 1];

export interface RestartOptions extends Pick<BallOptions, "least"> {
  /** Expected number of panes to a false alarm, at least. */
  averageRunLength: number;
}

export interface RestartState {
  detector: "restart";
  averageRunLength: number;
  reference: number[];
  radius: number;
  /** The latest panes' counts, oldest first. */
  panes: number[][];
  /** Panes that were no counts; they change nothing. */
  skipped: number;
  drift: boolean;
}

export interface RestartResult extends Result {
  drift: boolean;
  /** ln A. */
  limit: number;
  /** How many panes ago the start with the most evidence lies: about when the change was; null without evidence. */
  since: number | null;
}

export function createRestart(
  kernel: Kernel,
  reference: Float64Array,
  options: RestartOptions | (Pick<RestartOptions, "averageRunLength"> & Partial<RestartOptions>),
): RestartState {
  const { averageRunLength, least = 0 } = options;
  demand(averageRunLength >= 1 && averageRunLength < Infinity, "a run length is at least 1");
  demand(least >= 0 && least < Infinity, "a distance is not negative");
  demand(reference.length <= mostCells, `at most ${mostCells} cells: merge some`);
  const radius = ballRadius(kernel, reference, least);
  return {
    ...{ detector: "restart", averageRunLength, reference: Array.from(reference), radius },
    ...{ panes: [], skipped: 0, drift: false },
  };
}

/** Adds a pane's counts. */
export function updateRestart(kernel: Kernel, state: RestartState, pane: Float64Array): RestartResult {
  demand(pane.length === state.reference.length, `${pane.length} cells, not ${state.reference.length}`);
  const reference = Float64Array.from(state.reference);
  const limit = kernel.log(state.averageRunLength);
  if (!(totalOf(reference) > 0 && totalOf(pane) <= Number.MAX_SAFE_INTEGER / oldest)) {
    state.skipped++;
    return { ...result(NaN), drift: false, limit, since: null };
  }
  if (state.drift) state.panes = [];
  state.panes.push(Array.from(pane));
  if (state.panes.length > oldest) state.panes.shift();

  const logs: number[] = [];
  const sum = new Float64Array(pane.length);
  for (let age = 1; age <= state.panes.length; age++) {
    state.panes[state.panes.length - age].forEach((count, cell) => (sum[cell] += count));
    if (startAges.includes(age)) logs.push(ballLogE(kernel, reference, sum, state.radius));
  }
  const most = Math.max(...logs);
  const statistic = most + kernel.log(logs.reduce((total, log) => total + kernel.exp(log - most), 0));
  state.drift = statistic >= limit;
  const since = most > 0 ? startAges[logs.indexOf(most)] : null;
  return { ...result(statistic), drift: state.drift, limit, since };
}
