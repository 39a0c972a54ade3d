/**
 * What every method on counts asks before it starts: are these two vectors counts of the same cells, and is there
 * anything in both of them? Whole numbers, none negative, that add up without rounding; anything else (NaN, −1, half a
 * row, 1e308 rows) is no count, and a question about it has no answer. Cost: one pass.
 */
export interface PairedCounts {
  /** Rows in the reference. */
  n: number;
  /** Rows in the window. */
  m: number;
  /** Cells that are not empty on both sides: the only ones that say anything. */
  kept: number;
  /** Smallest count a kept cell is expected to have on either side, if both sides follow the pooled shares. */
  minExpected: number;
  /** Smallest count of the reference in a kept cell. */
  minReference: number;
}

/** Null where there is no answer: a side is empty, or a number is no count. Lengths that differ are a misuse. */
export function pairedCounts(a: Float64Array, c: Float64Array): PairedCounts | null {
  if (a.length !== c.length)
    throw new RangeError(`${a.length} cells against ${c.length}: counts of different cells`);
  const n = totalOf(a);
  const m = totalOf(c);
  if (!(n > 0 && m > 0 && n + m <= Number.MAX_SAFE_INTEGER)) return null;
  let kept = 0;
  let leastBoth = Infinity;
  let minReference = Infinity;
  for (let cell = 0; cell < a.length; cell++) {
    const both = a[cell] + c[cell];
    if (both === 0) continue;
    kept++;
    leastBoth = Math.min(leastBoth, both);
    minReference = Math.min(minReference, a[cell]);
  }
  return {
    n,
    m,
    kept,
    minExpected: (leastBoth * Math.min(n, m)) / (n + m),
    minReference,
  };
}

/** The sum of a side, NaN as soon as an entry is no count. */
export function totalOf(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) {
    if (!(count >= 0 && Number.isInteger(count))) return NaN;
    total += count;
  }
  return total;
}
