import { divergencesOf } from "./divergences";
import { m, n, psi } from "./psi";

/**
 * What measures drift between counts, for every feature of a model in one call: the functions that serve one feature,
 * one feature after the other, so that the bits are theirs. Cost: three logarithms a cell. Edge cases: theirs; a feature
 * without cells has NaN throughout.
 *
 * `offsets`: where each feature's cells begin, and the end (i32, features + 1). `out`: eight values a feature, PSI, the
 * six of `divergences`, and the largest gap of the distribution functions at the borders.
 */
export function modelDivergences(
  a: usize,
  c: usize,
  offsets: usize,
  features: i32,
  kind: i32,
  amount: f64,
  out: usize,
): void {
  for (let feature: i32 = 0; feature < features; feature++) {
    const at = offsets + ((<usize>feature) << 2);
    const begin = load<i32>(at);
    const cells = load<i32>(at, 4) - begin;
    const r = a + ((<usize>begin) << 3);
    const w = c + ((<usize>begin) << 3);
    const results = out + ((<usize>feature) << 6);
    store<f64>(results, psi(r, w, cells, kind, amount));
    // The sums that it has found.
    divergencesOf(r, w, cells, n, m, results + 8);
  }
}
