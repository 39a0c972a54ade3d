import { below0, below1, below2, below3, searchFour } from "./search";

/**
 * Counts values into right-closed cells (edge[i-1], edge[i]], outer cells open: the window's profile in the
 * reference's quantile cells. The cell of x is the number of edges below x.
 *
 * Cost: see search.ts; four values at a time. Edge cases: no edge means one cell; NaN, minus and plus infinity are counted
 * apart and in no cell; -0 equals 0.
 *
 * `cells` has edges + 1 entries and is followed by missing, minus infinity, plus infinity; all are added to.
 */
export function countEdges(values: usize, count: i32, edges: usize, edgeCount: i32, cells: usize): void {
  const extra = cells + ((<usize>(edgeCount + 1)) << 3);
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 32) {
    // Behind the end stands whatever stands there: it is searched for and not counted.
    const x0 = load<f64>(values);
    const x1 = load<f64>(values, 8);
    const x2 = load<f64>(values, 16);
    const x3 = load<f64>(values, 24);
    searchFour(edges, edgeCount, x0, x1, x2, x3);
    const shift = cells - edges;
    add(x0, below0 + shift, extra);
    if (values + 8 < end) add(x1, below1 + shift, extra);
    if (values + 16 < end) add(x2, below2 + shift, extra);
    if (values + 24 < end) add(x3, below3 + shift, extra);
  }
}

function add(x: f64, cell: usize, extra: usize): void {
  const slot = x - x === 0 ? cell : extra + (x !== x ? 0 : x < 0 ? 8 : 16);
  store<f64>(slot, load<f64>(slot) + 1);
}
