import { type IdLog } from "#core/domain/id-log.ts";
import { readLog } from "#core/domain/wire.ts";
import { listPredictionParts, type PartPlace, readPart } from "./logs.ts";

/** Ten bits an id and three probes: about one part in sixty is opened for nothing. */
const bitsPerId = 10;
const probes = 3;

/**
 * Which parts of the logs may hold a prediction id: a Bloom filter each, in memory, for labels that do not say when their
 * prediction was made. Built from the logs at the first such label after waking.
 */
export class LogFilters {
  readonly #sql: SqlStorage;
  /** By pane, then by part. */
  #filters: Map<number, Map<number, Uint32Array>> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The part changed: its filter is made again when it is next needed. */
  forget({ paneMs, part }: PartPlace): void {
    this.#filters?.get(paneMs)?.delete(part);
  }

  forgetAll(): void {
    this.#filters = null;
  }

  /** Parts, of the oldest pane first, which may hold the entry, each with the positions of such entries. */
  *find(labels: IdLog, fromMs: number): Generator<PartPlace & { positions: number[] }> {
    for (const place of listPredictionParts(this.#sql, Math.max(fromMs, Number.MIN_SAFE_INTEGER))) {
      const filter = this.#filterOf(place);
      const positions: number[] = [];
      for (let index = 0; index < labels.hi.length; index++)
        if (mayHold(filter, labels.hi[index], labels.lo[index])) positions.push(index);
      if (positions.length > 0) yield { ...place, positions };
    }
  }

  #filterOf(place: PartPlace): Uint32Array {
    this.#filters ??= new Map();
    const ofPane = this.#filters.get(place.paneMs) ?? new Map<number, Uint32Array>();
    this.#filters.set(place.paneMs, ofPane);
    const filter =
      ofPane.get(place.part) ?? makeFilter(readLog(readPart(this.#sql, "prediction_log", place)));
    ofPane.set(place.part, filter);
    return filter;
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
