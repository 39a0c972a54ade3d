import { normal, seed } from "../random/generator";

/**
 * Draws of the largest absolute value of a Brownian bridge on a grid: the Kolmogorov-Smirnov statistic's null when only
 * the edges of cells are seen. Source: Doob (1949). Exact on the grid: independent normal increments, pinned at 1.
 * Cost: grid + 1 normals a draw. Edge cases: no grid point gives 0. `work` has room for `points` values.
 */
export function bridgeMaxima(
  grid: usize,
  points: i32,
  draws: i32,
  seedValue: u32,
  work: usize,
  out: usize,
): void {
  seed(seedValue);
  for (let draw: i32 = 0; draw < draws; draw++) {
    let walk: f64 = 0;
    let last: f64 = 0;
    for (let i: i32 = 0; i < points; i++) {
      const u = load<f64>(grid + ((<usize>i) << 3));
      walk += normal() * Math.sqrt(u - last);
      store<f64>(work + ((<usize>i) << 3), walk);
      last = u;
    }
    const end = walk + normal() * Math.sqrt(1.0 - last);
    let most: f64 = 0;
    for (let i: i32 = 0; i < points; i++) {
      const u = load<f64>(grid + ((<usize>i) << 3));
      most = Math.max(most, Math.abs(load<f64>(work + ((<usize>i) << 3)) - u * end));
    }
    store<f64>(out + ((<usize>draw) << 3), most);
  }
}
