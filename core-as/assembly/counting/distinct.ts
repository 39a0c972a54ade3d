/**
 * Counts values by equality with strictly ascending distinct values: the profile of a numeric feature with few values.
 *
 * Cost: log2(distinct) compares a value. Edge cases: a finite value in no cell is unseen; NaN and infinities are counted
 * apart; -0 equals 0.
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
  const extra = cells + ((<usize>distinctCount) << 3);
  for (let i: i32 = 0; i < count; i++) {
    const x = load<f64>(values + ((<usize>i) << 3));
    let slot: usize = extra + 24;
    if (x - x !== 0) {
      slot = extra + (x !== x ? 0 : x < 0 ? 8 : 16);
    } else {
      let low: i32 = 0;
      let high: i32 = distinctCount;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (load<f64>(distinct + ((<usize>middle) << 3)) < x) low = middle + 1;
        else high = middle;
      }
      if (low < distinctCount && load<f64>(distinct + ((<usize>low) << 3)) === x)
        slot = cells + ((<usize>low) << 3);
    }
    store<f64>(slot, load<f64>(slot) + 1);
  }
}
