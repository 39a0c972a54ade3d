import { MINUTE_MS } from "#core/domain/limits.ts";
import type { Usage } from "./usage.ts";

/** Clocks are milliseconds apart, rarely seconds: what is due is put off by no more than this. */
const mostSkewMs = MINUTE_MS;

/**
 * An object's one alarm. Setting it costs a row, so an earlier one that is pending is left as it is. It may ring when the object's
 * clock does not say so yet: what is due then is not due by that clock, and the alarm that is set for it again would ring at once,
 * and again, for as long as the clocks are apart. So the next ones are set later by what it was too early.
 */
export class Alarm {
  readonly #storage: DurableObjectStorage;
  readonly #usage: Usage | undefined;
  /** The pending one; undefined before it was looked up, null when there is none. */
  #pendingMs: number | null | undefined;
  /** By how much it last rang before its time. */
  #earlyMs = 0;
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
    const setMs = timeMs + this.#earlyMs;
    if (this.#pendingMs !== null && this.#pendingMs <= setMs) return;
    this.#pendingMs = setMs;
    if (this.#usage) this.#usage.alarmsSet++;
    await this.#storage.setAlarm(setMs);
  }

  /** When it rings, as far as that is known here. */
  get atMs(): number | null {
    return this.#pendingMs ?? null;
  }

  /**
   * It rings: none is pending any more.
   * @param setForMs when it was to ring, as the platform tells it; else as far as that is known here
   */
  rang(nowMs: number, setForMs: number | undefined): void {
    const earlyMs = (setForMs ?? this.#pendingMs ?? nowMs) - nowMs;
    this.#earlyMs = Math.min(Math.max(0, earlyMs), mostSkewMs);
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
