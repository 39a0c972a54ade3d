import { Erasures } from "#core/domain/erasures.ts";
import { SECOND_MS } from "#core/domain/limits.ts";
import { allErased, runningErasure } from "../objects/archive/erasures.ts";
import { type ChangedHour, changedHours } from "../objects/archive/hours.ts";
import { type ArchiveState, saveForgot } from "../objects/archive/sources.ts";
import { collectableBucket, deleteGarbage, deleteOrphans } from "./collect.ts";
import { compactHour, type CompactionDeps } from "./compact.ts";
import { type ArchiveClock, compactionMs, forgetsMore, forgottenBeforeMs } from "./due.ts";
import { eraseSome } from "./erase.ts";
import { forgetHours } from "./forget.ts";

/** An alarm works so long, then lets others in; on a laptop that is one core for two thirds of the time. */
export const burstMs = 2 * SECOND_MS;
export const pauseMs = SECOND_MS;
/** Half of the processor time that an alarm has, if reading were nothing else; a bucket's answers take most of it. */
export const stepMs = 15 * SECOND_MS;
/** An hour that cannot be compacted is tried again after so long, and keeps no other waiting. */
const retryMs = 10 * 60 * SECOND_MS;

export interface TendDeps extends CompactionDeps {
  state: ArchiveState;
  /** Hours that failed, until when they are left alone. */
  failed: Map<number, number>;
  /** Hears every object that takes batches, so that the manifest names whatever was taken. */
  hearAll(): Promise<void>;
}

/**
 * What there is to do in an archive, as far as it is due: what is to be forgotten is not compacted before.
 * @returns whether some is left that is
 */
export async function tend(deps: TendDeps): Promise<boolean> {
  const untilMs = deps.clock() + burstMs;
  const steps = [eraseDue, forget, compact, collect];
  for (const step of steps) if (await step(deps, untilMs)) return true;
  return false;
}

/**
 * Goes on with what is to be erased, in the order in which it was asked for: each erasure counts its own rows.
 * @returns whether some is left
 */
export async function eraseDue(deps: TendDeps, untilMs: number): Promise<boolean> {
  const { sql } = deps.store;
  let { erasures, searched } = deps;
  for (;;) {
    const erasure = runningErasure(sql);
    if (erasure === null) return false;
    if (deps.clock() >= untilMs) return true;
    if (searched !== erasure.sequence)
      [erasures, searched] = [new Erasures(allErased(sql, erasure.sequence)), erasure.sequence];
    await eraseSome({ ...deps, erasures, searched }, erasure);
  }
}

async function compact(deps: TendDeps, untilMs: number): Promise<boolean> {
  for (const hour of changedHours(deps.store.sql)) {
    if (dueMs(deps, hour) > deps.nowMs) continue;
    try {
      do if (deps.clock() >= untilMs) return true;
      while (await compactHour(deps, hour.hourMs));
    } catch (error) {
      deps.failed.set(hour.hourMs, deps.nowMs + retryMs);
      console.error(
        `${deps.prefix}: the hour ${new Date(hour.hourMs).toISOString()} cannot be compacted`,
        error,
      );
    }
  }
  return false;
}

const clockOf = ({ model: { clock, latenessMs }, state: { newestMs } }: TendDeps): ArchiveClock => ({
  ...{ clock, latenessMs, newestMs },
});

async function forget(deps: TendDeps, untilMs: number): Promise<boolean> {
  const { store, model, prefix, nowMs, state } = deps;
  if (!model.archive) return false;
  const beforeMs = forgottenBeforeMs(clockOf(deps), model.archive.retentionMs, nowMs);
  if (!forgetsMore(state.forgotMs, beforeMs)) return false;
  while (forgetHours(store, prefix, beforeMs, nowMs)) if (deps.clock() >= untilMs) return true;
  saveForgot(store.sql, beforeMs);
  return false;
}

async function collect(deps: TendDeps, untilMs: number): Promise<boolean> {
  const { store, files, prefix, nowMs } = deps;
  const collected = deps.state.collectedBucket;
  while (await deleteGarbage(store, files, nowMs)) if (deps.clock() >= untilMs) return true;
  if (collectableBucket(nowMs) <= collected) return false;
  await deps.hearAll();
  await deleteOrphans(store, files, prefix, { collected, nowMs });
  return false;
}

/** When the next hour is due; null when nothing is new. */
export function nextCompactionMs(deps: TendDeps): number | null {
  const times = changedHours(deps.store.sql).map((hour) => dueMs(deps, hour));
  return times.length === 0 ? null : Math.min(...times);
}

const dueMs = (deps: TendDeps, hour: ChangedHour): number =>
  Math.max(compactionMs(hour, clockOf(deps)), deps.failed.get(hour.hourMs) ?? 0);
