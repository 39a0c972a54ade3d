/**
 * HDDM-A (Frías-Blanco, del Campo-Ávila, Ramos-Jiménez, Morales-Bueno, Ortiz-Díaz & Caballero-Mota 2015): averages with
 * Hoeffding's bound. It remembers the start of the stream up to the cut where mean + bound was lowest, and asks whether
 * the mean of all values lies further above the mean up to there than Hoeffding's inequality allows for bounded values.
 *
 * Mean of all n values less mean of the first k, against √((n − k)/(2 k n) · ln(2/confidence)): the statistic is that gap,
 * the limit its bound at the confidence of a drift. Downwards likewise with the highest mean − bound, when `sides` is
 * "both". Input: 0 and 1, or anything in between. Assumes nothing about the values but their bounds: safe and slow.
 * Cost: constant. Edge cases: no statistic while the cut is the present.
 */
import type { Kernel } from "../../kernel/api.ts";
import {
  demand,
  type Detection,
  detection,
  type DetectorState,
  isShare,
  newState,
  skip,
} from "./detector.ts";

export interface HddmAOptions {
  driftConfidence: number;
  warningConfidence: number;
  sides: "up" | "both";
}

/** The paper's, and River's. */
export const riverHddmA: HddmAOptions = { driftConfidence: 0.001, warningConfidence: 0.005, sides: "up" };

const defaults: HddmAOptions = riverHddmA;

/** Values up to a cut: how many, and their mean. */
export interface Piece {
  rows: number;
  mean: number;
}

export interface HddmAState extends DetectorState {
  detector: "hddm-a";
  options: HddmAOptions;
  mean: number;
  /** The start of the stream where mean + bound was lowest, and where mean − bound was highest. */
  lowest: Piece;
  highest: Piece;
}

const noRows = { rows: 0, mean: 0 };

export function createHddmA(_kernel: Kernel, options: Partial<HddmAOptions> = {}): HddmAState {
  const all = { ...defaults, ...options };
  demand(all.driftConfidence > 0 && all.driftConfidence <= all.warningConfidence, "a warning comes first");
  demand(all.warningConfidence < 1, "a confidence is a probability");
  return { ...newState("hddm-a"), options: all, mean: 0, lowest: { ...noRows }, highest: { ...noRows } };
}

export function updateHddmA(kernel: Kernel, state: HddmAState, value: number): Detection {
  if (!isShare(value)) return skip(state);
  const { driftConfidence, warningConfidence, sides } = state.options;
  if (state.drift) Object.assign(state, { rows: 0, mean: 0, lowest: { ...noRows }, highest: { ...noRows } });
  state.rows++;
  state.mean += (value - state.mean) / state.rows;
  const bound = (rows: number): number => Math.sqrt(-kernel.log(driftConfidence) / (2 * rows));
  const { rows, mean, lowest, highest } = state;
  const now = bound(rows);
  if (lowest.rows === 0 || mean + now <= lowest.mean + bound(lowest.rows)) state.lowest = { rows, mean };
  if (highest.rows === 0 || mean - now >= highest.mean - bound(highest.rows)) state.highest = { rows, mean };

  const gaps = [{ from: state.lowest, gap: mean - state.lowest.mean }];
  if (sides === "both") gaps.push({ from: state.highest, gap: state.highest.mean - mean });
  [state.drift, state.warning] = [false, false];
  let [statistic, limit, reached] = [NaN, NaN, -Infinity];
  for (const { from, gap } of gaps) {
    if (from.rows === rows) continue;
    const spread = (rows - from.rows) / from.rows / rows / 2;
    const drift = Math.sqrt(spread * kernel.log(2 / driftConfidence));
    if (gap >= drift) state.drift = true;
    else if (gap >= Math.sqrt(spread * kernel.log(2 / warningConfidence))) state.warning = true;
    if (gap / drift > reached) [statistic, limit, reached] = [gap, drift, gap / drift];
  }
  if (state.drift) state.warning = false;
  return detection(state, statistic, Number.isNaN(limit) ? null : limit);
}
