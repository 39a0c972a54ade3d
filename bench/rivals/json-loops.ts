/** JSON bodies read as anyone would: decoded, parsed, then a loop. */

interface Body {
  rows: Record<string, number | null>[];
}

const parsed = (bytes: Uint8Array): Body => JSON.parse(new TextDecoder().decode(bytes)) as Body;

/** A typed column for each name; null and what is not there is NaN. */
export function jsonColumns(bytes: Uint8Array, names: readonly string[]): Float64Array[] {
  const { rows } = parsed(bytes);
  return names.map((name) => {
    const values = new Float64Array(rows.length);
    for (let row = 0; row < rows.length; row++) values[row] = rows[row][name] ?? NaN;
    return values;
  });
}

/** Counts by binary search in each name's edges, four slots after each for what the kernel counts apart. */
export function countJsonRows(
  bytes: Uint8Array,
  names: readonly string[],
  edges: readonly Float64Array[],
): Float64Array {
  const { rows } = parsed(bytes);
  const counts = new Float64Array(edges.reduce((sum, { length }) => sum + length + 5, 0));
  let offset = 0;
  names.forEach((name, feature) => {
    const cuts = edges[feature];
    for (let row = 0; row < rows.length; row++) {
      const value = rows[row][name];
      if (value === null) {
        counts[offset + cuts.length + 2]++;
        continue;
      }
      let [low, high] = [0, cuts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cuts[middle] < value) low = middle + 1;
        else high = middle;
      }
      counts[offset + low]++;
    }
    offset += cuts.length + 5;
  });
  return counts;
}
