import { limits } from "#core/domain/limits.ts";
import { findKey, type StoredKey } from "../store/keys.ts";

/** Keys that an isolate holds: each is a few hundred bytes. */
const keysHeld = 1_000;

interface Held {
  key: StoredKey;
  untilMs: number;
}

const held = new Map<string, Held>();

/**
 * A key by its id, as it was within the last seconds: senders show the same one with every batch, and the database would be
 * asked as often as they send. Null is not remembered: a key that was just made is found.
 */
export async function knownKey(db: D1Database, id: string, nowMs: number): Promise<StoredKey | null> {
  const known = held.get(id);
  if (known !== undefined && nowMs < known.untilMs) return known.key;
  const key = await findKey(db, id);
  held.delete(id);
  if (key === null) return null;
  held.set(id, { key, untilMs: nowMs + limits.keyHeldMs });
  if (held.size > keysHeld) held.delete(held.keys().next().value ?? id);
  return key;
}

/** Here it is refused from now on; elsewhere when what is held there has aged. */
export function forgetKey(id: string): void {
  held.delete(id);
}
