/**
 * The loops that anyone would write first, over typed arrays and host Math: no care for cancellation, infinities or
 * equal bits on every machine. They are the rivals to beat; the twin, which takes that care, is slower than they are.
 * They count by index: `for … of` over a typed array takes twice as long, and a slow rival proves nothing.
 */

/** Binary search for the right-closed cell of each value. */
export function countCells(values: Float64Array, edges: Float64Array): Float64Array {
  const cells = new Float64Array(edges.length + 1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle] < value) low = middle + 1;
      else high = middle;
    }
    cells[low]++;
  }
  return cells;
}

/** Equal cells between low and high, which hold all the values. */
export function countEqualCells(values: Float64Array, low: number, high: number, bins: number): Float64Array {
  const cells = new Float64Array(bins);
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    const cell = Math.floor((values[i] - low) * scale);
    if (cell >= 0 && cell < bins) cells[cell]++;
  }
  return cells;
}

/** Sorts both, then walks them together. */
export function ksBySorting(r: Float64Array, c: Float64Array): number {
  const [a, b] = [r.slice().sort(), c.slice().sort()];
  let [i, j, gap] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    gap = Math.max(gap, Math.abs(i / a.length - j / b.length));
  }
  return gap;
}

/** Mean and variance by two running sums (which cancel where the mean is large), smallest and largest. */
export function moments(values: Float64Array): number[] {
  let [count, missing, sum, squares, min, max] = [0, 0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) {
      missing++;
      continue;
    }
    count++;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / count;
  return [count, missing, mean, squares / count - mean * mean, min, max];
}

function total(counts: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}

/** The largest gap at an edge, without the interval that certifies what lies inside the cells. */
export function ks(a: Float64Array, c: Float64Array): number {
  const [n, m] = [total(a), total(c)];
  let [u, v, gap] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    u += a[i] / n;
    v += c[i] / m;
    gap = Math.max(gap, Math.abs(u - v));
  }
  return gap;
}

/** Anderson and Darling on cells as its formula is written in kernel/api.ts. */
export function andersonDarling(a: Float64Array, c: Float64Array): number {
  const [n, m] = [total(a), total(c)];
  let [u, v, sum] = [0, 0, 0];
  for (let i = 0; i + 1 < a.length; i++) {
    u += a[i] / n;
    v += c[i] / m;
    const weight = (a[i] + a[i + 1]) / (2 * n);
    if (u > 0 && u < 1) sum += ((u - v) * (u - v) * weight) / (u * (1 - u));
  }
  return ((n * m) / (n + m)) * sum;
}

/** Half a count to every cell, then Σ (q − p) ln(q / p). */
export function psi(a: Float64Array, c: Float64Array): number {
  const [n, m] = [total(a) + a.length / 2, total(c) + c.length / 2];
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [(a[i] + 0.5) / n, (c[i] + 0.5) / m];
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** PSI, both Kullback–Leibler, Jensen–Shannon's distance, Hellinger, total variation, largest difference, KS at the borders. */
export function divergencesOf(a: Float64Array, c: Float64Array): number[] {
  const [n, m] = [total(a), total(c)];
  let [forward, backward, js, roots, variation, most, gap, u, v] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i] / n, c[i] / m];
    const middle = (p + q) / 2;
    if (p > 0) {
      forward += p * Math.log(p / q);
      js += p * Math.log(p / middle);
    }
    if (q > 0) {
      backward += q * Math.log(q / p);
      js += q * Math.log(q / middle);
    }
    roots += (Math.sqrt(p) - Math.sqrt(q)) * (Math.sqrt(p) - Math.sqrt(q));
    const apart = Math.abs(p - q);
    variation += apart;
    most = Math.max(most, apart);
    u += p;
    v += q;
    gap = Math.max(gap, Math.abs(u - v));
  }
  const distances = [Math.sqrt(Math.max(0, js) / (2 * Math.LN2)), Math.sqrt(roots / 2)];
  return [psi(a, c), forward, backward, ...distances, variation / 2, most, gap];
}

/** Marsaglia and Tsang's gamma for shapes above 1, from normals by Box and Muller. */
function gamma(shape: number): number {
  const d = shape - 1 / 3;
  const scale = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
    const v = (1 + scale * z) ** 3;
    if (v > 0 && Math.log(1 - Math.random()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Dirichlet shares by gammas, then each of the m rows placed by binary search; unseeded. */
export function simulateAndersonDarling(a: Float64Array, m: number, draws: number): Float64Array {
  const statistics = new Float64Array(draws);
  const upTo = new Float64Array(a.length);
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) upTo[i] = sum += gamma(i + 1 < a.length ? a[i] : a[i] + 1);
    const rows = Float64Array.from({ length: m }, () => Math.random() * sum);
    statistics[draw] = andersonDarling(a, countCells(rows, upTo.subarray(0, -1)));
  }
  return statistics.sort();
}
