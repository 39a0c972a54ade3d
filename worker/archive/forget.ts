import { HOUR_MS } from "#core/domain/limits.ts";
import { addGarbageLots } from "../objects/archive/garbage.ts";
import { deleteHour, hoursBefore, partsOf } from "../objects/archive/hours.ts";
import { changePending, withoutHours } from "../objects/archive/pending.ts";
import type { ArchiveStore } from "../objects/archive/store.ts";
import { batchKey } from "./keys.ts";

/** Hours forgotten in one transaction. */
const hoursAtOnce = 500;

/**
 * Forgets the hours that end before a moment of event time: they count no more, and their files are garbage. Counts stay as they
 * are; they hold no rows.
 * @returns whether some are left
 */
export function forgetHours(store: ArchiveStore, prefix: string, beforeMs: number, nowMs: number): boolean {
  const { sql } = store;
  const old = hoursBefore(sql, beforeMs - HOUR_MS, hoursAtOnce);
  if (old.length === 0) return false;
  const gone = new Set(old);
  store.transaction(() => {
    const files = changePending(sql, { toMs: beforeMs }, (file) =>
      withoutHours(file, (hourMs) => gone.has(hourMs)),
    );
    const parts = old.flatMap((hourMs) => partsOf(sql, hourMs));
    const keys = [...files.map((file) => batchKey(prefix, file)), ...parts.map(({ key }) => key)];
    addGarbageLots(sql, keys, nowMs);
    for (const hourMs of old) deleteHour(sql, hourMs);
  });
  return old.length === hoursAtOnce;
}
