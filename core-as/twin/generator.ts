/**
 * The seeded source of chance: sfc32 (C. Doty-Humphrey, PractRand), 32-bit integers only, so that every engine and the
 * twin draw the same stream. Seeded through splitmix32. One stream, reset by `seed`: draws are never interleaved.
 */
let a: number = 0;
let b: number = 0;
let c: number = 0;
let counter: number = 1;
/** Marsaglia's polar method makes normals in pairs; the second waits here. */
let spare = 0;
let hasSpare: boolean = false;

function splitmix(state: number): number {
  let z = state >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

export function seed(value: number): void {
  a = splitmix(value + 0x9e3779b9);
  b = splitmix(value + 0x3c6ef372);
  c = splitmix(value + 0xdaa66d2b);
  counter = 1;
  hasSpare = false;
  for (let i = 0; i < 12; i++) next();
}

function next(): number {
  const t = (((a + b) | 0) + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + t) | 0;
  return t >>> 0;
}

/** Uniform in the open interval (0, 1), on 2^53 points. */
export function uniform(): number {
  const high = next() >>> 5;
  const low = next() >>> 6;
  return (high * 67108864.0 + low + 0.5) * 1.1102230246251565e-16;
}

/** Standard normal by Marsaglia's polar method (1964). */
export function normal(): number {
  if (hasSpare) {
    hasSpare = false;
    return spare;
  }
  let u: number;
  let v: number;
  let s: number;
  do {
    u = 2.0 * uniform() - 1.0;
    v = 2.0 * uniform() - 1.0;
    s = u * u + v * v;
  } while (s >= 1.0 || s === 0);
  const factor = Math.sqrt((-2.0 * Math.log(s)) / s);
  spare = v * factor;
  hasSpare = true;
  return u * factor;
}

/** Gamma with the given shape and scale 1 (Marsaglia & Tsang 2000; below 1 by the boost of a uniform's power). */
export function gamma(shape: number): number {
  if (shape <= 0) return 0;
  if (shape < 1) return gamma(shape + 1) * Math.exp(Math.log(uniform()) / shape);
  const d = shape - 1.0 / 3.0;
  const k = 1.0 / Math.sqrt(9.0 * d);
  while (true) {
    const x = normal();
    const root = 1.0 + k * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = uniform();
    const square = x * x;
    if (u < 1.0 - 0.0331 * square * square) return d * v;
    if (Math.log(u) < 0.5 * square + d * (1.0 - v + Math.log(v))) return d * v;
  }
}
