import { total } from "../cells/sum";
import { seed } from "../random/generator";
import { hypergeometric } from "../random/hypergeometric";

/**
 * Keeps `keep` of the counted rows, drawn without replacement: a multivariate hypergeometric draw, cell after cell.
 * Cost: one hypergeometric draw a cell. Edge cases: keeping at least as many as there are keeps all.
 */
export function thin(counts: usize, cells: i32, keep: f64, seedValue: u32, out: usize): void {
  seed(seedValue);
  let remaining = total(counts, cells);
  let left = Math.min(keep, remaining);
  for (let i: i32 = 0; i < cells; i++) {
    const at = (<usize>i) << 3;
    const here = load<f64>(counts + at);
    remaining -= here;
    const taken = hypergeometric(here, remaining, left, 0);
    store<f64>(out + at, taken);
    left -= taken;
  }
}
