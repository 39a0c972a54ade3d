/**
 * Between the cells of a quantile sketch and exponential buckets, in which OpenTelemetry and Prometheus count: bucket i of
 * scale s holds (base^i, base^(i+1)] with base = 2^(2^−s), numbered as OpenTelemetry does (Prometheus counts one more).
 * Octaves are common to both; within an octave cells are equally wide and buckets grow, so their inner ends do not meet.
 *
 * The rule, both ways: all that a cell counts goes to the one bucket that holds the cell's middle, and all that a bucket
 * counts goes to the one cell that holds the bucket's geometric middle. So totals are kept exactly, and converting commutes
 * with merging. The price is that a count may come to lie in a neighbour. A value x of a normal double is afterwards stood
 * for by the middle of what it lies in, and that is within
 *
 *     one conversion:   (1 + 2^−(p+1))·√base − 1
 *     there and back:   (1 + 2^−(p+1))²·√base − 1      of x, relative to x
 *
 * since each step moves to the middle of something that held the point before. For p = s = 5 that is 2.7 % and 4.3 %. From
 * buckets of scale s into cells with p > s and back nothing changes at all, nor for p = s = 0 (buckets excepted whose middle
 * is no normal double). Values counted as zeros are off by the threshold of zero at most.
 */
import { keyOf, middleOf } from "./float-bits.ts";
import type { QuantileSketch } from "./quantile-sketch.ts";

/** What OpenTelemetry's libraries use. */
export const scales = { least: -10, most: 20 } as const;
/** The smallest normal double: what is closer to zero has no bounded relative error and goes to the bucket of zeros. */
export const smallestNormal = 2.2250738585072014e-308;

export interface Bucket {
  index: number;
  count: number;
}

export interface Buckets {
  scale: number;
  /** Magnitudes up to here are counted as zeros. */
  zeroThreshold: number;
  zeroCount: number;
  /** Ascending by index, counts positive. */
  positive: Bucket[];
  /** By magnitude, likewise. */
  negative: Bucket[];
}

/** roots[k] is 2^(2^−k), by square roots: correctly rounded everywhere. */
const roots: number[] = [2];
for (let k = 1; k <= scales.most + 1; k++) roots[k] = Math.sqrt(roots[k - 1]);

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const twoTo54 = 18014398509481984;

/** 2^exponent; 0 or Infinity where no double is. */
function powerOfTwo(exponent: number): number {
  if (exponent < -1022) return exponent < -1074 ? 0 : powerOfTwo(exponent + 54) / twoTo54;
  if (exponent > 1023) return Infinity;
  words[0] = 0;
  words[1] = (exponent + 1023) * 1048576;
  return double[0];
}

/** The bucket of a positive finite value. */
export function bucketOf(value: number, scale: number): number {
  const denormal = value < smallestNormal;
  double[0] = denormal ? value * twoTo54 : value;
  let octave = Math.floor(words[1] / 1048576) - 1023 - (denormal ? 54 : 0);
  words[1] = (words[1] % 1048576) + 1023 * 1048576;
  let fraction = double[0];
  // A power of two ends its octave (2^e, 2^(e+1)].
  if (fraction === 1) {
    fraction = 2;
    octave--;
  }
  if (scale <= 0) return octave >> -scale;
  let within = 0;
  let reached = 1;
  for (let k = 1; k <= scale; k++) {
    within *= 2;
    if (reached * roots[k] >= fraction) continue;
    reached *= roots[k];
    within++;
  }
  return octave * (1 << scale) + within;
}

/** base^(index + ½), as near as a positive finite double comes. */
export function bucketMiddle(index: number, scale: number): number {
  let middle: number;
  if (scale < 0) middle = powerOfTwo((index + 0.5) * (1 << -scale));
  else {
    const octave = Math.floor(index / (1 << scale));
    const steps = 2 * (index - octave * (1 << scale)) + 1;
    let within = 1;
    for (let k = 1; k <= scale + 1; k++) if ((steps >> (scale + 1 - k)) & 1) within *= roots[k];
    middle = octave > 1023 ? Infinity : within * powerOfTwo(octave);
  }
  return Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, middle));
}

/** How far what stands for a value may be from it, relative to the value, after one conversion. */
export function conversionError(p: number, scale: number): number {
  const middleToEnd = scale >= 0 ? roots[scale + 1] : powerOfTwo(1 << (-scale - 1));
  return (1 + 0.5 / (1 << p)) * middleToEnd - 1;
}

/** The finite values of a sketch in buckets. */
export function bucketsOf({ p, keys, counts }: QuantileSketch, scale: number): Buckets {
  const buckets: Buckets = { scale, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] };
  keys.forEach((key, i) => {
    const magnitude = Math.abs(key);
    if (magnitude <= 1 << p) {
      buckets.zeroCount += counts[i];
      if (key !== 0) buckets.zeroThreshold = smallestNormal;
      return;
    }
    const side = key < 0 ? buckets.negative : buckets.positive;
    addTo(side, bucketOf(middleOf(magnitude, p), scale), counts[i]);
  });
  buckets.negative.reverse();
  return buckets;
}

/** Buckets of half the resolution: neighbours joined, without error. */
export function halved(buckets: Buckets): Buckets {
  const join = (side: Bucket[]): Bucket[] => {
    const joined: Bucket[] = [];
    for (const { index, count } of side) addTo(joined, Math.floor(index / 2), count);
    return joined;
  };
  return {
    ...buckets,
    scale: buckets.scale - 1,
    positive: join(buckets.positive),
    negative: join(buckets.negative),
  };
}

/** Indices come in order, up or down, so the same one can only be the last. */
function addTo(side: Bucket[], index: number, count: number): void {
  const last = side[side.length - 1];
  if (last?.index === index) last.count += count;
  else side.push({ index, count });
}

/** A sketch of what buckets count, nothing missing and nothing infinite. */
export function sketchOfBuckets(
  { scale, zeroCount, positive, negative }: Buckets,
  p: number,
): QuantileSketch {
  const counts = new Map<number, number>();
  const add = (key: number, count: number): void => {
    if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
  };
  for (const { index, count } of negative) add(-keyOf(bucketMiddle(index, scale), p), count);
  add(0, zeroCount);
  for (const { index, count } of positive) add(keyOf(bucketMiddle(index, scale), p), count);
  const keys = Float64Array.from(counts.keys()).sort();
  return {
    p,
    keys,
    counts: keys.map((key) => counts.get(key) ?? 0),
    missing: 0,
    negInf: 0,
    posInf: 0,
  };
}

/** The default precision for buckets: fine enough that they come back as they were. */
export function precisionFor(scale: number): number {
  return Math.min(10, Math.max(0, scale + 1));
}

/** Refuses what no histogram of finite doubles counts; for buckets that come from outside. */
export function checkBuckets({ scale, zeroThreshold, zeroCount, positive, negative }: Buckets): void {
  if (!Number.isInteger(scale) || scale < scales.least || scale > scales.most)
    throw new RangeError(`scale ${scale} is none of ${scales.least} to ${scales.most}`);
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity))
    throw new RangeError(`${zeroThreshold} is no threshold of zero`);
  let total = checkCount(zeroCount);
  const perOctave = scale >= 0 ? 1 << scale : 1 / (1 << -scale);
  for (const { index, count } of [...positive, ...negative]) {
    total += checkCount(count);
    const some = Number.isInteger(index) && index < 1024 * perOctave && index + 1 >= -1074 * perOctave;
    if (count > 0 && !some) throw new RangeError(`bucket ${index} of scale ${scale} holds no finite double`);
  }
  checkCount(total);
}

function checkCount(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count of rows`);
  return count;
}
