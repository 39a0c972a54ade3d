/**
 * To and from the exponential histogram of OpenTelemetry (specification of metrics, data model): a scale, buckets as one
 * offset with dense counts for either sign, and a count of zeros up to a threshold. Field names are those of OTLP; OTLP's
 * JSON writes 64-bit counts as strings, here they are numbers. What happens to a value is in exponential-buckets.ts.
 *
 * Denormal values go into the count of zeros and set its threshold to 2^−1022. The data model has no place for NaN and the
 * infinities (its libraries drop them): they are left out and named. `sum`, `min` and `max` are optional there, and a
 * sketch does not know them.
 */
import {
  bucketsOf,
  checkBuckets,
  halved,
  precisionFor,
  scales,
  sketchOfBuckets,
  type Bucket,
  type Buckets,
} from "./exponential-buckets.ts";
import { checkPrecision, finiteCount, type QuantileSketch } from "./quantile-sketch.ts";

export interface ExponentialHistogram {
  scale: number;
  /** Zeros and all buckets together. */
  count: number;
  zeroThreshold: number;
  zeroCount: number;
  positive: DenseBuckets;
  /** By magnitude. */
  negative: DenseBuckets;
}

/** bucketCounts[i] belongs to bucket offset + i. */
export interface DenseBuckets {
  offset: number;
  bucketCounts: number[];
}

export interface ToOpenTelemetry {
  histogram: ExponentialHistogram;
  /** Rows that a histogram has no place for. */
  leftOut: { missing: number; negInf: number; posInf: number };
}

/**
 * @param options.scale the finest scale; as many buckets to the octave as the sketch has cells, if not given
 * @param options.maxBuckets of either sign, empty ones between included; the scale is lowered, without further error,
 *   until they suffice. OpenTelemetry's libraries use 160
 */
export function toOpenTelemetry(
  sketch: QuantileSketch,
  options: { scale?: number; maxBuckets?: number } = {},
): ToOpenTelemetry {
  const { scale = sketch.p, maxBuckets = 160 } = options;
  if (!Number.isInteger(scale) || scale < scales.least || scale > scales.most)
    throw new RangeError(`scale ${scale} is none of ${scales.least} to ${scales.most}`);
  if (!(maxBuckets >= 2))
    throw new RangeError(`${maxBuckets} buckets are too few: the whole range needs two`);
  let buckets = bucketsOf(sketch, scale);
  while (Math.max(reach(buckets.positive), reach(buckets.negative)) > maxBuckets) buckets = halved(buckets);
  const { zeroThreshold, zeroCount, positive, negative } = buckets;
  return {
    histogram: {
      scale: buckets.scale,
      count: finiteCount(sketch),
      zeroThreshold,
      zeroCount,
      positive: dense(positive),
      negative: dense(negative),
    },
    leftOut: { missing: sketch.missing, negInf: sketch.negInf, posInf: sketch.posInf },
  };
}

/**
 * @param p precision of the sketch; if not given, one bit more than the scale, so that converting back gives the histogram
 */
export function fromOpenTelemetry(histogram: ExponentialHistogram, p?: number): QuantileSketch {
  const { scale, zeroThreshold, zeroCount, positive, negative, count } = histogram;
  const buckets: Buckets = {
    scale,
    zeroThreshold,
    zeroCount,
    positive: sparse(positive),
    negative: sparse(negative),
  };
  checkBuckets(buckets);
  const precision = p ?? precisionFor(scale);
  checkPrecision(precision);
  const sketch = sketchOfBuckets(buckets, precision);
  if (finiteCount(sketch) !== count)
    throw new RangeError(`the histogram says ${count} rows and its buckets hold ${finiteCount(sketch)}`);
  return sketch;
}

/** Buckets from the first to the last. */
function reach(side: Bucket[]): number {
  return side.length === 0 ? 0 : side[side.length - 1].index - side[0].index + 1;
}

function dense(side: Bucket[]): DenseBuckets {
  const offset = side[0]?.index ?? 0;
  const bucketCounts = new Array<number>(reach(side)).fill(0);
  for (const { index, count } of side) bucketCounts[index - offset] = count;
  return { offset, bucketCounts };
}

function sparse({ offset, bucketCounts }: DenseBuckets): Bucket[] {
  return bucketCounts.flatMap((count, i) => (count === 0 ? [] : [{ index: offset + i, count }]));
}
