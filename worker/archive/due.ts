import { modelNowMs } from "#core/domain/event-time.ts";
import { HOUR_MS, limits } from "#core/domain/limits.ts";
import type { ChangedHour } from "../objects/archive/hours.ts";
import type { ModelConfig } from "#core/domain/model.ts";

/** When the archive's work is due. Pure. */

export interface ArchiveClock extends Pick<ModelConfig, "clock" | "latenessMs"> {
  /** Event time come so far. */
  newestMs: number | null;
}

/**
 * When an hour is compacted: once it has ended by the model's clock and nothing new came for a while; or when it never rests. The hours
 * at the end of a replay never end by its clock: those wait for the longer time.
 */
export function compactionMs(
  { hourMs, sinceMs, changedMs }: ChangedHour,
  { clock, latenessMs, newestMs }: ArchiveClock,
): number {
  const { settleMs, settleMostMs } = limits.archive;
  const endMs = hourMs + HOUR_MS;
  const restsMs = Math.min(changedMs + settleMs, sinceMs + settleMostMs);
  if (clock === "wall") return Math.max(restsMs, endMs + latenessMs);
  return newestMs !== null && newestMs - latenessMs >= endMs ? restsMs : changedMs + settleMostMs;
}

/** Retention is looked after once an hour of the model's clock. */
export const forgetsMore = (forgotMs: number | null, beforeMs: number | null): beforeMs is number =>
  beforeMs !== null && (forgotMs === null || beforeMs - forgotMs >= HOUR_MS);

/** Rows of hours that end before this are forgotten; null while the model's clock has not begun. */
export function forgottenBeforeMs(
  { clock, newestMs }: ArchiveClock,
  retentionMs: number,
  nowMs: number,
): number | null {
  const now = modelNowMs({ clock, newestMs, nowMs });
  return now === null ? null : now - retentionMs;
}
