/** Seeded inputs: the same in every run, engine and machine, but for the last bits of the host's logarithm. */

/** mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function filled(size: number, next: () => number): Float64Array {
  const values = new Float64Array(size);
  for (let i = 0; i < size; i++) values[i] = next();
  return values;
}

export function normals(size: number, seed: number): Float64Array {
  const random = seeded(seed);
  return filled(size, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** Skewed as latencies and amounts are; edges at its quantiles crowd on one side. */
export function lognormals(size: number, seed: number, sigma = 1): Float64Array {
  return normals(size, seed).map((z) => Math.exp(sigma * z));
}

/** Heavier still: P(X > x) = x^(−1.2). */
export function paretos(size: number, seed: number): Float64Array {
  const random = seeded(seed);
  return filled(size, () => Math.pow(1 - random(), -1 / 1.2));
}

/** Three in four values are one of five: what stalls a histogram that adds to the counter it has just stored. */
export function fewValued(size: number, seed: number): Float64Array {
  const random = seeded(seed);
  return filled(size, () => (random() < 0.75 ? Math.floor(random() * 5) - 2 : random() * 6 - 3));
}

/** One value in `every` missing. */
export function withMissing(values: Float64Array, every: number, seed: number): Float64Array {
  const random = seeded(seed);
  return values.map((value) => (random() * every < 1 ? NaN : value));
}

/** `bins` − 1 edges at the quantiles, each half-way between two values: no rule for ties can change a count. */
export function quantileEdges(values: Float64Array, bins: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const cuts = Array.from({ length: bins - 1 }, (_, i) => {
    const at = Math.floor(((i + 1) * sorted.length) / bins);
    let above = at;
    while (above < sorted.length - 1 && sorted[above] === sorted[at - 1]) above++;
    return sorted[at - 1] / 2 + sorted[above] / 2;
  });
  return Float64Array.from(new Set(cuts)).sort();
}

/** Counts of a feature's cells: around `mean`, none empty. */
export function cellCounts(cells: number, mean: number, seed: number): Float64Array {
  const random = seeded(seed);
  return filled(cells, () => 1 + Math.floor(2 * mean * random()));
}
