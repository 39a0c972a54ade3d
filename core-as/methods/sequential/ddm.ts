/**
 * DDM, the drift detection method (Gama, Medas, Castillo & Rodrigues 2004): watches the errors of a model, 1 for wrong and
 * 0 for right. While the model learns or stays as it is, its error share p falls or stays; the detector remembers where
 * p + s was smallest, s = √(p(1 − p)/n), and asks how many of that s the present p + s lies above that p.
 *
 * Warning above 2, drift above 3: the statistic is that multiple. Upwards only: errors that become fewer are no alarm.
 * Cost: constant. Edge cases: nothing is said about the first `warmUp` rows; where the smallest s is 0 (no error yet, or
 * nothing but errors) a higher p + s is infinitely many of it, so that the first error after a flawless start is a drift,
 * as the definition has it.
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

export interface DdmOptions {
  /** Rows of which nothing is said. */
  warmUp: number;
  warningAt: number;
  driftAt: number;
}

/** The paper's, and River's. */
export const riverDdm: DdmOptions = { warmUp: 30, warningAt: 2, driftAt: 3 };

const defaults: DdmOptions = riverDdm;

export interface DdmState extends DetectorState {
  detector: "ddm";
  options: DdmOptions;
  errors: number;
  /** p and s where their sum was smallest; null before the end of the warm-up. */
  least: { share: number; error: number } | null;
}

export function createDdm(_kernel: Kernel, options: Partial<DdmOptions> = {}): DdmState {
  const all = { ...defaults, ...options };
  demand(all.warmUp >= 0, "the warm-up is not negative");
  demand(all.driftAt >= all.warningAt && all.warningAt > 0, "a warning comes before a drift");
  return { ...newState("ddm"), options: all, errors: 0, least: null };
}

export function updateDdm(_kernel: Kernel, state: DdmState, value: number): Detection {
  if (!isShare(value)) return skip(state);
  const { warmUp, warningAt, driftAt } = state.options;
  if (state.drift) Object.assign(state, { rows: 0, errors: 0, least: null });
  state.rows++;
  state.errors += value;
  [state.drift, state.warning] = [false, false];
  if (state.rows <= warmUp) return detection(state, NaN, driftAt);
  const share = state.errors / state.rows;
  const error = Math.sqrt((share * (1 - share)) / state.rows);
  if (state.least === null || share + error <= state.least.share + state.least.error)
    state.least = { share, error };
  const { least } = state;
  const above = share + error - least.share;
  state.drift = above > driftAt * least.error;
  state.warning = !state.drift && above > warningAt * least.error;
  return detection(state, above === 0 ? 0 : above / least.error, driftAt);
}
