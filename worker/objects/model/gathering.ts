import { MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import { type Backlog, isFull } from "./pace.ts";

/**
 * How long batches may lie as they came before they are folded. A fold writes half a dozen rows however many batches it takes,
 * and as long as nothing hangs on it there is nothing to gain: a batch is safe where it lies, its id is known, and whoever asks
 * for counts has what waits folded first.
 */
export const gather = {
  /** Where somebody looks, or a window waits for it. A replay is waited for. */
  promptMs: { wall: 10 * SECOND_MS, replay: SECOND_MS },
  /** Rows of windows that have closed: their checks are revised with the fold. */
  lateMs: { wall: MINUTE_MS, replay: 10 * SECOND_MS },
  /** Labels come hours or days after their predictions; performance is measured with the fold. */
  labelsMs: { wall: 5 * MINUTE_MS, replay: 10 * SECOND_MS },
  /**
   * Rows of open windows, never longer than a window. Senders flush once a minute or more often: so more than a hundred batches share
   * a fold, and it still finds the panes of few hours.
   */
  rowsMs: 120 * MINUTE_MS,
  /** What a shard has taken, of which the model's object knows nothing until it is handed over. */
  shardMs: MINUTE_MS,
} as const;

/** What waits, and what hangs on it. */
export interface Gathering {
  clock: "wall" | "replay";
  windowMs: number;
  /** In all. */
  backlog: Backlog;
  /** Whether labels are among it, and rows of windows that have closed. */
  labels: boolean;
  late: boolean;
  /** A dashboard is open. */
  watched: boolean;
  /** A window may close once it is folded, or it is not stored. */
  pressing: boolean;
  /** In a shard. */
  sharded: boolean;
}

/**
 * Whether a round that a full generation woke leaves the one that still takes batches as it is, and with it all that is computed
 * anew from what was folded: under load the next one is full within seconds.
 * @param foldedAllMs when all was last folded, if ever
 */
export function gathersOn(
  { clock, watched, pressing }: Pick<Gathering, "clock" | "watched" | "pressing">,
  { foldedAllMs, nowMs }: { foldedAllMs: number | null; nowMs: number },
): boolean {
  if (foldedAllMs === null || nowMs < foldedAllMs) return false;
  return nowMs - foldedAllMs < (watched || pressing ? gather.promptMs : gather.lateMs)[clock];
}

/** For how long from now on it may gather, at most. */
export function gatherMs(of: Gathering): number {
  const { clock } = of;
  if (isFull(of.backlog)) return 0;
  if (of.watched || of.pressing) return gather.promptMs[clock];
  return Math.min(
    of.windowMs,
    gather.rowsMs,
    ...(of.late ? [gather.lateMs[clock]] : []),
    ...(of.labels ? [gather.labelsMs[clock]] : []),
    // The watermark of a replay is not known before.
    ...(of.sharded ? [clock === "wall" ? gather.shardMs : gather.promptMs.replay] : []),
  );
}
