/**
 * Counts values into right-closed cells (edge[i-1], edge[i]], outer cells open: the window's profile in the
 * reference's quantile cells. The cell of x is the number of edges below x, found by a branch-free binary search.
 *
 * Cost: log2(edges) compares a value, no branches that depend on the data. Edge cases: no edge means one cell; NaN,
 * minus and plus infinity are counted apart and in no cell; -0 equals 0.
 *
 * `cells` has edges + 1 entries and is followed by missing, minus infinity, plus infinity; all are added to.
 */
export function countEdges(values: usize, count: i32, edges: usize, edgeCount: i32, cells: usize): void {
  const extra = cells + ((<usize>(edgeCount + 1)) << 3);
  for (let i: i32 = 0; i < count; i++) {
    const x = load<f64>(values + ((<usize>i) << 3));
    if (x - x !== 0) {
      // NaN or infinite
      const slot = extra + (x !== x ? 0 : x < 0 ? 8 : 16);
      store<f64>(slot, load<f64>(slot) + 1);
      continue;
    }
    let base = edges;
    let length = edgeCount;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + ((<usize>half) << 3);
      base = select<usize>(middle, base, load<f64>(middle - 8) < x);
      length -= half;
    }
    let cell = (base - edges) >> 3;
    if (length === 1 && load<f64>(base) < x) cell += 1;
    const slot = cells + (cell << 3);
    store<f64>(slot, load<f64>(slot) + 1);
  }
}
