/** Inputs that are the same in every engine: 32-bit integers and exact arithmetic only (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

/** Roughly normal: the sum of twelve uniforms less six. */
export function bellValues(length: number, seed: number): Float64Array {
  const uniform = seededUniform(seed);
  return Float64Array.from({ length }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  });
}

/** What breaks others: missing, infinite, signed zeros, denormals, the largest doubles, ties. */
export const awkward = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  5e-324,
  -5e-324,
  2.5e-310,
  1e308,
  -1e308,
  Number.MAX_VALUE,
  1,
  1,
  2,
];

/** Bell values of which every fifth or so is awkward. */
export function roughValues(length: number, seed: number): Float64Array {
  const uniform = seededUniform(seed ^ 0x5bd1e995);
  return bellValues(length, seed).map((x) =>
    uniform() < 0.2 ? awkward[Math.floor(uniform() * awkward.length)] : x,
  );
}

/** Whole counts up to `most`, about a fifth of them zero. */
export function seededCounts(cells: number, most: number, seed: number): Float64Array {
  const uniform = seededUniform(seed);
  return Float64Array.from({ length: cells }, () =>
    uniform() < 0.2 ? 0 : Math.floor(uniform() * (most + 1)),
  );
}

/** Strictly ascending values between -3 and 3. */
export function seededEdges(length: number, seed: number): Float64Array {
  const uniform = seededUniform(seed);
  return Float64Array.from(new Set(Float64Array.from({ length }, () => uniform() * 6 - 3))).sort();
}
