/**
 * Columns cut into at most 255 bins of about equally many rows, for trees that look for splits between bins only. Bin 0 is for
 * missing values. Cost: one sort a column.
 */
export interface BinnedColumns {
  rows: number;
  /** Bins of each row, one array a column. */
  bins: Uint8Array[];
  /** The largest value of each bin but the last, from bin 1 on: a split after bin b keeps x ≤ borders[b − 1] on the left. */
  borders: Float64Array[];
}

const mostBins = 254;

export function binColumns(columns: readonly Float64Array[]): BinnedColumns {
  const borders = columns.map(bordersOf);
  return {
    rows: columns[0]?.length ?? 0,
    bins: columns.map((column, i) => Uint8Array.from(column, (x) => binOf(borders[i], x))),
    borders,
  };
}

function bordersOf(column: Float64Array): Float64Array {
  const sorted = column.filter((x) => !Number.isNaN(x)).sort();
  const borders = new Set<number>();
  const last = sorted[sorted.length - 1];
  for (let k = 1; k <= mostBins; k++) {
    const value = sorted[Math.ceil((k * sorted.length) / mostBins) - 1];
    if (value < last) borders.add(value);
  }
  return Float64Array.from(borders);
}

/** 0 for NaN, else one more than the number of borders below x. */
function binOf(borders: Float64Array, x: number): number {
  if (Number.isNaN(x)) return 0;
  let [low, high] = [0, borders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (borders[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
