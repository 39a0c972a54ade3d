import type { Usage } from "./usage.ts";

/** An object's one alarm. Setting it costs a row, so an earlier one that is pending is left as it is. */
export class Alarm {
  readonly #storage: DurableObjectStorage;
  readonly #usage: Usage | undefined;
  /** The pending one; undefined before it was looked up, null when there is none. */
  #pendingMs: number | null | undefined;
  /** Rings that failed in a row. */
  failures = 0;

  /** @param usage counts the alarms that are set */
  constructor(storage: DurableObjectStorage, usage?: Usage) {
    this.#storage = storage;
    this.#usage = usage;
  }

  /** Rings at a time or before; null asks for nothing. */
  async by(timeMs: number | null): Promise<void> {
    if (timeMs === null) return;
    this.#pendingMs ??= await this.#storage.getAlarm();
    if (this.#pendingMs !== null && this.#pendingMs <= timeMs) return;
    this.#pendingMs = timeMs;
    if (this.#usage) this.#usage.alarmsSet++;
    await this.#storage.setAlarm(timeMs);
  }

  /** When it rings, as far as that is known here. */
  get atMs(): number | null {
    return this.#pendingMs ?? null;
  }

  /** It rings: none is pending any more. */
  rang(): void {
    this.#pendingMs = null;
  }

  /** Looks again what is pending, for a sweep that trusts nothing. */
  async look(): Promise<void> {
    this.#pendingMs = await this.#storage.getAlarm();
  }

  async cancel(): Promise<void> {
    await this.#storage.deleteAlarm();
    this.#pendingMs = null;
  }
}
