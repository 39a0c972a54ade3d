import { below0, below1, below2, below3, searchFour } from "./search";

/**
 * Counts values by equality with strictly ascending distinct values: the profile of a numeric feature with few values.
 *
 * Cost: see search.ts; four values at a time. Edge cases: a finite value in no cell is unseen; NaN and infinities are
 * counted apart; -0 equals 0.
 *
 * `cells` has one entry a distinct value, followed by missing, minus infinity, plus infinity, unseen; all are added to.
 */
export function countDistinct(
  values: usize,
  count: i32,
  distinct: usize,
  distinctCount: i32,
  cells: usize,
): void {
  const last = distinct + ((<usize>distinctCount) << 3);
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 32) {
    // Behind the end stands whatever stands there: it is searched for and not counted.
    const x0 = load<f64>(values);
    const x1 = load<f64>(values, 8);
    const x2 = load<f64>(values, 16);
    const x3 = load<f64>(values, 24);
    searchFour(distinct, distinctCount, x0, x1, x2, x3);
    add(x0, below0, last, cells - distinct);
    if (values + 8 < end) add(x1, below1, last, cells - distinct);
    if (values + 16 < end) add(x2, below2, last, cells - distinct);
    if (values + 24 < end) add(x3, below3, last, cells - distinct);
  }
}

function add(x: f64, at: usize, last: usize, shift: usize): void {
  const extra = last + shift;
  let slot: usize = extra + 24;
  if (x - x !== 0) slot = extra + (x !== x ? 0 : x < 0 ? 8 : 16);
  else if (at < last && load<f64>(at) === x) slot = at + shift;
  store<f64>(slot, load<f64>(slot) + 1);
}
