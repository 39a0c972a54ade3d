import { limits, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";

/** When a model's objects have so much to do that there should be twice as many. */
export const growth = {
  /** An object does 200 to 500 requests a second that store something: half of the lower bound is busy. */
  busyBatchesPerSecond: 100,
  /** For this long: a burst is taken by the backlog, and shards never become fewer. */
  busyMs: 5 * MINUTE_MS,
  /** Looked at no more often: a few seconds say little. */
  lookMs: 30 * SECOND_MS,
  /** Ids of one epoch that an object remembers: a quarter of what it may, so that even four doublings in a day stay below. */
  remembered: limits.dedupeBatchesMost / 4,
} as const;

/** How busy a model's objects are, as its own object sees it between looks. Lost with it: then the minutes begin again. */
export class Busyness {
  #sinceMs: number;
  #batches = 0;
  #busySinceMs: number | null = null;
  #remembered = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** @param remembered ids of the present epoch that the object which took the batches remembers */
  add(batches: number, remembered: number): void {
    this.#batches += batches;
    this.#remembered = Math.max(this.#remembered, remembered);
  }

  /** Whether there should be twice as many objects. After yes, everything begins anew. */
  wantsMore(shards: number, nowMs: number): boolean {
    if (shards * 2 > limits.shards) return false;
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs >= growth.lookMs) {
      const rate = (this.#batches / elapsedMs) * SECOND_MS;
      this.#busySinceMs =
        rate >= growth.busyBatchesPerSecond * shards ? (this.#busySinceMs ?? this.#sinceMs) : null;
      this.#sinceMs = nowMs;
      this.#batches = 0;
    }
    const isBusy = this.#busySinceMs !== null && nowMs - this.#busySinceMs >= growth.busyMs;
    if (!isBusy && this.#remembered < growth.remembered) return false;
    this.#busySinceMs = null;
    this.#remembered = 0;
    return true;
  }
}
