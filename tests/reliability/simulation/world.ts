/**
 * A world in one process: virtual time and one queue of events. Whatever is decided by chance is drawn from one seed, so a run
 * can be repeated exactly.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { seededUniform } from "../../core-as/seeded.ts";

interface Event {
  atMs: number;
  order: number;
  run: () => void;
}

/** A hundred times what a long run takes. */
const mostEvents = 500_000;

export class World {
  nowMs: number;
  /** In [0, 1). */
  readonly draw: () => number;
  readonly #queue: Event[] = [];
  #order = 0;
  #events = 0;
  /** How far the clock of whoever runs now is off. */
  readonly #skewMs = new AsyncLocalStorage<number>();

  constructor(seed: number, nowMs: number) {
    this.draw = seededUniform(seed);
    this.nowMs = nowMs;
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.draw() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.draw() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)];
  }

  after(delayMs: number, run: () => void): void {
    const event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, run };
    let [low, high] = [0, this.#queue.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#queue[middle].atMs <= event.atMs) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, event);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Runs work whose clock is off by so much, and all that follows from it. */
  withSkew<T>(skewMs: number, work: () => T): T {
    return this.#skewMs.run(skewMs, work);
  }

  /** Event by event until it is done; each with everything that follows from it without waiting. */
  async run(isDone: () => boolean): Promise<void> {
    const { now } = Date;
    const { subtle } = crypto;
    const [digest, randomUUID] = [subtle.digest.bind(subtle), crypto.randomUUID.bind(crypto)];
    Date.now = () => Math.floor(this.nowMs + (this.#skewMs.getStore() ?? 0));
    // At once: from another thread they would come when they like.
    subtle.digest = (_, data) => Promise.resolve(sha256(data));
    let ids = 0;
    crypto.randomUUID = () => `0-0-0-0-${(ids++).toString().padStart(8, "0")}`;
    try {
      await setImmediate();
      while (!isDone()) {
        const event = this.#queue.shift();
        if (event === undefined) throw new Error("nothing is left that could happen, and it is not done");
        if (++this.#events > mostEvents)
          throw new Error(`after ${mostEvents} events it has not come to rest`);
        this.nowMs = Math.max(this.nowMs, event.atMs);
        event.run();
        await setImmediate();
      }
    } finally {
      Date.now = now;
      subtle.digest = digest;
      crypto.randomUUID = randomUUID;
    }
  }
}

function sha256(data: Parameters<SubtleCrypto["digest"]>[1]): ArrayBuffer {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(createHash("sha256").update(bytes).digest()).buffer;
}
