import { type IdLog } from "#core/domain/id-log.ts";
import { listPanes, readPaneLog } from "./logs.ts";

/** Ten bits an id and three probes: about one pane in sixty is opened for nothing. */
const bitsPerId = 10;
const probes = 3;

/**
 * Which panes may hold a prediction id: a Bloom filter per pane, in memory, for labels that do not say when their
 * prediction was made. Built from the logs at the first such label after waking.
 */
export class LogFilters {
  readonly #sql: SqlStorage;
  #filters: Map<number, Uint32Array> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The pane's log changed: its filter is made again when it is next needed. */
  forget(paneMs: number): void {
    this.#filters?.delete(paneMs);
  }

  forgetAll(): void {
    this.#filters = null;
  }

  /** Panes, oldest first, whose log may hold the entry, each with the positions of such entries. */
  *find(labels: IdLog, fromMs: number): Generator<{ paneMs: number; positions: number[] }> {
    this.#filters ??= new Map();
    for (const paneMs of listPanes(
      this.#sql,
      "prediction_log",
      Math.max(fromMs, Number.MIN_SAFE_INTEGER),
      Number.MAX_SAFE_INTEGER,
    )) {
      let filter = this.#filters.get(paneMs);
      if (filter === undefined) {
        filter = makeFilter(readPaneLog(this.#sql, "prediction_log", paneMs));
        this.#filters.set(paneMs, filter);
      }
      const positions: number[] = [];
      for (let index = 0; index < labels.hi.length; index++)
        if (mayHold(filter, labels.hi[index], labels.lo[index])) positions.push(index);
      if (positions.length > 0) yield { paneMs, positions };
    }
  }
}

export function makeFilter(log: IdLog): Uint32Array {
  let words = 2;
  while (words * 32 < log.hi.length * bitsPerId) words *= 2;
  const filter = new Uint32Array(words);
  const mask = words * 32 - 1;
  for (let index = 0; index < log.hi.length; index++)
    for (let probe = 0; probe < probes; probe++) {
      const bit = (log.lo[index] + Math.imul(probe, log.hi[index] | 1)) & mask;
      filter[bit >>> 5] |= 1 << (bit & 31);
    }
  return filter;
}

export function mayHold(filter: Uint32Array, hi: number, lo: number): boolean {
  const mask = filter.length * 32 - 1;
  for (let probe = 0; probe < probes; probe++) {
    const bit = (lo + Math.imul(probe, hi | 1)) & mask;
    if ((filter[bit >>> 5] & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}
