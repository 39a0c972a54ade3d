/** The first position whose value is not below `value`: its own where it is one of them. */
export function positionOf(ascending: Float64Array | Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
