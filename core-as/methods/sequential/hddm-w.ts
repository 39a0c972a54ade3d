/**
 * HDDM-W (Frías-Blanco, del Campo-Ávila, Ramos-Jiménez, Morales-Bueno, Ortiz-Díaz & Caballero-Mota 2015): exponentially
 * weighted means with McDiarmid's bound. It remembers the weighted mean where mean + bound was lowest, weighs the values
 * since then into a second mean, and asks whether that one lies further above the first than McDiarmid's inequality
 * allows. Recent values weigh more than in HDDM-A: quicker on sudden changes, more easily alarmed.
 *
 * Second mean less first, against √((w1 + w2) ln(1/confidence)/2), w the sum of squared weights: the statistic is that
 * gap, the limit its bound at the confidence of a drift. Downwards likewise when `sides` is "both". Input: 0 and 1, or
 * anything in between. Cost: constant. Edge cases: no statistic while there is no value since the cut.
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

export interface HddmWOptions {
  driftConfidence: number;
  warningConfidence: number;
  /** Weight of the latest value. */
  weight: number;
  sides: "up" | "both";
}

/** The paper's, and River's. */
export const riverHddmW: HddmWOptions = {
  ...{ driftConfidence: 0.001, warningConfidence: 0.005, weight: 0.05 },
  sides: "up",
};

const defaults: HddmWOptions = riverHddmW;

/** A weighted mean, with the sum of its squared weights; `rows` 0 is an empty one. */
export interface WeightedMean {
  rows: number;
  mean: number;
  squaredWeights: number;
}

/** Up to the best cut, since then, and what was best there. */
export interface Cut {
  before: WeightedMean;
  since: WeightedMean;
  best: number | null;
}

export interface HddmWState extends DetectorState {
  detector: "hddm-w";
  options: HddmWOptions;
  all: WeightedMean;
  up: Cut;
  down: Cut;
}

const empty: WeightedMean = { rows: 0, mean: 0, squaredWeights: 1 };
const noCut = (): Cut => ({ before: { ...empty }, since: { ...empty }, best: null });
const nothingSeen = (): Pick<HddmWState, "rows" | "all" | "up" | "down"> => ({
  ...{ rows: 0, all: { ...empty }, up: noCut(), down: noCut() },
});

export function createHddmW(_kernel: Kernel, options: Partial<HddmWOptions> = {}): HddmWState {
  const all = { ...defaults, ...options };
  demand(all.driftConfidence > 0 && all.driftConfidence <= all.warningConfidence, "a warning comes first");
  demand(all.warningConfidence < 1, "a confidence is a probability");
  demand(all.weight > 0 && all.weight <= 1, "the weight lies in (0, 1]");
  return { ...newState("hddm-w"), options: all, ...nothingSeen() };
}

export function updateHddmW(kernel: Kernel, state: HddmWState, value: number): Detection {
  if (!isShare(value)) return skip(state);
  const { driftConfidence, warningConfidence, sides } = state.options;
  if (state.drift) Object.assign(state, nothingSeen());
  state.rows++;
  add(state.all, value, state.options.weight);
  const bound = (squaredWeights: number, confidence: number): number =>
    Math.sqrt((-squaredWeights * kernel.log(confidence)) / 2);
  const slack = bound(state.all.squaredWeights, driftConfidence);
  // Downwards is upwards with the signs changed.
  place(state, state.up, state.all.mean + slack, value);
  place(state, state.down, slack - state.all.mean, value);

  [state.drift, state.warning] = [false, false];
  let [statistic, limit, reached] = [NaN, NaN, -Infinity];
  for (const [cut, sign] of sides === "both" ? directions(state) : directions(state).slice(0, 1)) {
    if (cut.since.rows === 0) continue;
    const gap = sign * (cut.since.mean - cut.before.mean);
    const weights = cut.before.squaredWeights + cut.since.squaredWeights;
    const drift = bound(weights, driftConfidence);
    if (gap > drift) state.drift = true;
    else if (gap > bound(weights, warningConfidence)) state.warning = true;
    if (gap / drift > reached) [statistic, limit, reached] = [gap, drift, gap / drift];
  }
  if (state.drift) state.warning = false;
  return detection(state, statistic, Number.isNaN(limit) ? null : limit);
}

const directions = ({ up, down }: HddmWState): [Cut, 1 | -1][] => [
  [up, 1],
  [down, -1],
];

/** A new best value moves the cut to the present; any other value counts as one since the cut. */
function place(state: HddmWState, cut: Cut, present: number, value: number): void {
  if (cut.best === null || present < cut.best)
    Object.assign(cut, { best: present, before: { ...state.all }, since: { ...empty } });
  else add(cut.since, value, state.options.weight);
}

function add(to: WeightedMean, value: number, weight: number): void {
  const kept = 1 - weight;
  to.mean = to.rows === 0 ? value : kept * to.mean + weight * value;
  to.squaredWeights = weight * weight + kept * kept * to.squaredWeights;
  to.rows++;
}
