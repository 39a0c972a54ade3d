/**
 * The seeded source of chance: sfc32 (C. Doty-Humphrey, PractRand), 32-bit integers only, so that every engine and the
 * twin draw the same stream. Seeded through splitmix32. One stream, reset by `seed`: draws are never interleaved.
 * Cost: a dozen integer operations a word, two words a uniform, about 1.3 pairs of uniforms a pair of normals.
 */
let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let counter: u32 = 1;
/** Marsaglia's polar method makes normals in pairs; the second waits here. */
let spare: f64 = 0;
let hasSpare: bool = false;

function splitmix(state: u32): u32 {
  let z = state;
  z = (z ^ (z >>> 16)) * 0x21f0aaad;
  z = (z ^ (z >>> 15)) * 0x735a2d97;
  return z ^ (z >>> 15);
}

export function seed(value: u32): void {
  a = splitmix(value + 0x9e3779b9);
  b = splitmix(value + 0x3c6ef372);
  c = splitmix(value + 0xdaa66d2b);
  counter = 1;
  hasSpare = false;
  for (let i: i32 = 0; i < 12; i++) next();
}

function next(): u32 {
  const t = a + b + counter;
  counter += 1;
  a = b ^ (b >>> 9);
  b = c + (c << 3);
  c = ((c << 21) | (c >>> 11)) + t;
  return t;
}

/** Uniform in the open interval (0, 1), on 2^53 points. */
export function uniform(): f64 {
  const high = next() >>> 5;
  const low = next() >>> 6;
  return (<f64>high * 67108864.0 + <f64>low + 0.5) * 1.1102230246251565e-16;
}

/** Standard normal by Marsaglia's polar method (1964). */
export function normal(): f64 {
  if (hasSpare) {
    hasSpare = false;
    return spare;
  }
  let u: f64;
  let v: f64;
  let s: f64;
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
export function gamma(shape: f64): f64 {
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
