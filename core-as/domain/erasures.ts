/**
 * Which archived rows were erased: by prediction id, or by subject up to a moment of event time. Values are kept as 64-bit hashes,
 * so that the record of an erasure does not name whom it was about.
 */
import type { Archived } from "./archive.ts";
import type { Column, Columns } from "./columns.ts";
import { hashId } from "./id-hash.ts";

export interface Hashed {
  hi: number;
  lo: number;
}

export interface ErasedValue extends Hashed {
  by: "prediction_id" | "subject";
  /** Rows from this event time on stay; Infinity for prediction ids. */
  beforeMs: number;
}

/** The hash of a value, without what it was. */
export function hashedValue(value: string): Hashed {
  const hash = new Uint32Array(2);
  hashId(value, hash);
  return { hi: hash[0], lo: hash[1] };
}

/** By both halves of the hash, up to when its rows are erased. */
type Moments = Map<number, Map<number, number>>;

/** Finds the rows that stay. */
export class Erasures {
  readonly #moments: Record<ErasedValue["by"], Moments> = { prediction_id: new Map(), subject: new Map() };
  readonly size: number;

  constructor(values: readonly ErasedValue[]) {
    this.size = values.length;
    for (const { by, hi, lo, beforeMs } of values) {
      const byLow = this.#moments[by].get(hi) ?? new Map<number, number>();
      byLow.set(lo, Math.max(beforeMs, byLow.get(lo) ?? -Infinity));
      this.#moments[by].set(hi, byLow);
    }
  }

  /** The rows that are not erased, by their places; null where none is. */
  kept({ archive }: Pick<Archived, "archive">, rows: Columns): Int32Array | null {
    if (this.size === 0) return null;
    const columns = [
      { column: rows.columns.get("prediction_id"), moments: this.#moments.prediction_id },
      {
        column: archive?.subject ? rows.columns.get(archive.subject) : undefined,
        moments: this.#moments.subject,
      },
    ];
    const erased = new Uint8Array(rows.rows);
    for (const { column, moments } of columns) markErased(column, moments, rows.timesMs, erased);
    if (!erased.includes(1)) return null;
    return Int32Array.from(erased.keys()).filter((row) => erased[row] === 0);
  }
}

function markErased(
  column: Column | undefined,
  moments: Moments,
  timesMs: Float64Array | null,
  erased: Uint8Array,
): void {
  if (column?.kind !== "categorical" || moments.size === 0) return;
  const hash = new Uint32Array(2);
  const before = column.dictionary.map((text) => {
    hashId(text, hash);
    return moments.get(hash[0])?.get(hash[1]);
  });
  if (before.every((moment) => moment === undefined)) return;
  for (let row = 0; row < erased.length; row++) {
    const moment = before[column.codes[row]];
    if (moment !== undefined && (timesMs?.[row] ?? -Infinity) < moment) erased[row] = 1;
  }
}
