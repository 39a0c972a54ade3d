import type { Activation } from "./api.ts";
import { DAY_MS, HOUR_MS } from "./limits.ts";
import type { ModelConfig, Retention } from "./model.ts";

/** Event time: grids, the model's clock, and which reference is in force when. Pure; `nowMs` is always passed in. */

/** Start of the grid cell of `sizeMs` that holds the time; grids start at 1970-01-01T00:00Z. */
export function floorTo(timeMs: number, sizeMs: number): number {
  return Math.floor(timeMs / sizeMs) * sizeMs;
}

/**
 * The id of the reference in force at an event time: of the activations at or before it, the one that starts last,
 * and of those that start together the one activated last. Null before the first.
 * @param activations in the order in which they were made
 */
export function referenceAt(activations: readonly Activation[], timeMs: number): string | null {
  let inForce: Activation | null = null;
  for (const activation of activations)
    if (activation.fromMs <= timeMs && (inForce === null || activation.fromMs >= inForce.fromMs))
      inForce = activation;
  return inForce?.referenceId ?? null;
}

export interface ClockState {
  clock: "wall" | "replay";
  /** Greatest accepted event time; null before the first row. */
  newestMs: number | null;
  latenessMs: number;
  nowMs: number;
}

/**
 * How far windows may close. `replay`: the watermark. `wall`: wall time counts as event time, so that a window closes
 * when traffic stops; lateness holds for it too, or rows on their way would revise every window.
 */
export function closedUntilMs({ clock, newestMs, latenessMs, nowMs }: ClockState): number | null {
  if (clock === "wall") return Math.max(newestMs ?? nowMs, nowMs) - latenessMs;
  return newestMs === null ? null : newestMs - latenessMs;
}

/** "Now" of the model: wall time, or as far as the replay has come. */
export function modelNowMs({ clock, newestMs, nowMs }: Omit<ClockState, "latenessMs">): number | null {
  return clock === "wall" ? nowMs : newestMs;
}

/** Pane sizes, smallest first: the base pane, then hours and days where those are longer. Each divides the next. */
export function paneSizes(basePaneMs: number): number[] {
  return [basePaneMs, ...[HOUR_MS, DAY_MS].filter((size) => size > basePaneMs)];
}

/**
 * How long a window can be revised: as long as panes are kept that still rebuild it, those of the largest size that
 * divides the window.
 */
export function revisableMs(
  { basePaneMs, retention }: Pick<ModelConfig, "basePaneMs" | "retention">,
  windowMs: number,
): number {
  const rebuilding = paneSizes(basePaneMs).filter((size) => windowMs % size === 0);
  return paneRetentionMs(retention, rebuilding.at(-1) ?? basePaneMs);
}

/**
 * How long panes of a size are kept before they roll up into the next. A base pane between the named sizes is kept as
 * long as the named size below it that it is not shorter than.
 */
export function paneRetentionMs({ minutesMs, hoursMs, daysMs }: Retention, sizeMs: number): number {
  if (sizeMs >= DAY_MS) return daysMs;
  return sizeMs >= HOUR_MS ? hoursMs : minutesMs;
}
