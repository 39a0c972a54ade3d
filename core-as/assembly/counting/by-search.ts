import { below0, below1, below2, below3, searchFour } from "./search";

/**
 * Counts values by a search each: into right-closed cells (edge[i-1], edge[i]], outer cells open, the cell of x being the
 * number of edges below x; or, if `distinct`, by equality with the borders, the rest as unseen. For few values, and for
 * borders that no grid separates (grid.ts).
 *
 * Cost: see search.ts; four values at a time. Edge cases: no edge means one cell; NaN, minus and plus infinity are counted
 * apart and in no cell; -0 equals 0.
 *
 * `extra`, right behind the cells: unseen, missing, minus infinity, plus infinity; all are added to.
 */
export function countBySearch(
  values: usize,
  count: i32,
  borders: usize,
  borderCount: i32,
  distinct: bool,
  cells: usize,
  extra: usize,
): void {
  const end = values + ((<usize>count) << 3);
  // Where an equal border cannot lie, whatever the value; with edges every place is a cell.
  const last = distinct ? borders + ((<usize>borderCount) << 3) : 0;
  const shift = cells - borders;
  for (; values < end; values += 32) {
    // Behind the end stands whatever stands there: it is searched for and not counted.
    const x0 = load<f64>(values);
    const x1 = load<f64>(values, 8);
    const x2 = load<f64>(values, 16);
    const x3 = load<f64>(values, 24);
    searchFour(borders, borderCount, x0, x1, x2, x3);
    add(x0, below0, last, shift, extra);
    if (values + 8 < end) add(x1, below1, last, shift, extra);
    if (values + 16 < end) add(x2, below2, last, shift, extra);
    if (values + 24 < end) add(x3, below3, last, shift, extra);
  }
}

/** `last` is 0 for edges. */
function add(x: f64, at: usize, last: usize, shift: usize, extra: usize): void {
  let slot = extra;
  if (x - x !== 0) slot = extra + (x !== x ? 8 : x < 0 ? 16 : 24);
  else if (last === 0 || (at < last && load<f64>(at) === x)) slot = at + shift;
  store<f64>(slot, load<f64>(slot) + 1);
}
