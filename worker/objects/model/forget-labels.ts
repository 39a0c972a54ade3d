import { floorTo } from "#core/domain/event-time.ts";
import type { BatchStore } from "./batch-store.ts";
import { deleteLabelsBefore, hasLabelsBefore } from "./logs.ts";

/** Labels that are past the time in which they join. */
export const hasOldLabels = (store: BatchStore, nowMs: number): boolean =>
  hasLabelsBefore(store.sql, store.joinableFromMs(nowMs));

/**
 * Forgets labels that nothing joins any more, but for those that the archive has yet to put beside its rows: a replay is through a
 * month of event time before the first of its hours rests long enough to be compacted.
 * @param wantedFromMs asks the archive from which hour on; Infinity where it wants none
 */
export async function forgetLabels(
  store: BatchStore,
  nowMs: number,
  wantedFromMs: () => Promise<number>,
): Promise<void> {
  // Before it is asked: labels that come meanwhile are of later panes.
  const beforeMs = store.joinableFromMs(nowMs);
  if (!hasLabelsBefore(store.sql, beforeMs)) return;
  const { model } = store.configured;
  const wantedMs = model.archive ? await wantedFromMs() : Infinity;
  deleteLabelsBefore(store.sql, Math.min(beforeMs, floorTo(wantedMs, model.basePaneMs)));
}
