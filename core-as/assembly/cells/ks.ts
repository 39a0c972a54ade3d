import { total } from "./sum";

/**
 * Kolmogorov-Smirnov gap between two samples of which only the counts in common cells are known: a certified interval.
 *
 * At cell borders both distribution functions are known exactly, so the largest gap there is a lower end. Inside a cell
 * one function can have taken its whole step before the other begins: that is the upper end. A cell that holds a single
 * value has no inside. Cost: one pass. Edge cases: an empty side gives NaN.
 *
 * `single`: one byte a cell. `out`: low, high.
 */
export function ksCells(a: usize, c: usize, cells: i32, single: usize, out: usize): void {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) {
    store<f64>(out, NaN);
    store<f64>(out + 8, NaN);
    return;
  }
  let sumA: f64 = 0;
  let sumC: f64 = 0;
  let leftR: f64 = 0;
  let leftC: f64 = 0;
  let low: f64 = 0;
  let high: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) {
    sumA += load<f64>(a + ((<usize>i) << 3));
    sumC += load<f64>(c + ((<usize>i) << 3));
    const rightR = sumA / n;
    const rightC = sumC / m;
    low = Math.max(low, Math.abs(rightR - rightC));
    if (load<u8>(single + <usize>i) === 0) high = Math.max(high, Math.max(rightC - leftR, rightR - leftC));
    leftR = rightR;
    leftC = rightC;
  }
  store<f64>(out, low);
  store<f64>(out + 8, Math.max(low, high));
}
