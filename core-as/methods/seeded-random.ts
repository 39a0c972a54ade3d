/**
 * A seeded source of chance for methods that need one outside the kernel (projections, folds, sampling windows): sfc32
 * (C. Doty-Humphrey, PractRand) on 32-bit integers, so that every engine draws the same numbers. Each source has its own
 * state: two that are seeded alike yield the same stream, whatever happens in between.
 */
import type { Kernel } from "../kernel/api.ts";

export interface RandomSource {
  /** Uniform in the open interval (0, 1), on 2^53 points. */
  uniform(): number;
  /** Standard normal, by inversion. */
  normal(): number;
  /** Uniform over 0 … below − 1; `below` at least 1. */
  integer(below: number): number;
}

/** @param seed unsigned 32 bits */
export function randomSource(kernel: Kernel, seed: number): RandomSource {
  let [a, b, c, counter] = [mix(seed + 0x9e3779b9), mix(seed + 0x3c6ef372), mix(seed + 0xdaa66d2b), 1];
  function next(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  const uniform = (): number => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 67108864 + low + 0.5) * 1.1102230246251565e-16;
  };
  return {
    uniform,
    normal: () => kernel.normalPpf(uniform()),
    integer: (below) => Math.floor(uniform() * below),
  };
}

/** One step of splitmix32: seeds that differ by one give states that have nothing in common. */
function mix(state: number): number {
  let z = state >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}
