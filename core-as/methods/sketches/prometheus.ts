/**
 * To and from the native histogram of Prometheus (its specification of native histograms; integer histograms of a standard
 * schema): the schema is OpenTelemetry's scale, bucket indices are one larger, and the buckets of either sign are listed
 * as spans (how many to skip, how many follow) with each count as the difference to the one before. What happens to a value
 * is in exponential-buckets.ts.
 *
 * Nothing is left out: infinities have the bucket after that of the largest double, and NaN is what `count` has more than
 * zeros and buckets together. Denormal values go into the bucket of zeros and set its threshold to 2^−1022. The sum of
 * observations, which an exposition also carries, is unknown to a sketch.
 */
import {
  bucketsOf,
  checkBuckets,
  precisionFor,
  sketchOfBuckets,
  type Bucket,
} from "./exponential-buckets.ts";
import { checkPrecision, finiteCount, rowCount, type QuantileSketch } from "./quantile-sketch.ts";

export interface NativeHistogram {
  /** −4 to 8. */
  schema: number;
  /** All observations, NaN among them. */
  count: number;
  zeroThreshold: number;
  zeroCount: number;
  positiveSpans: Span[];
  positiveDeltas: number[];
  /** By magnitude. */
  negativeSpans: Span[];
  negativeDeltas: number[];
}

/** The first offset is the first bucket's index; each later one is the number of empty buckets in between. */
export interface Span {
  offset: number;
  length: number;
}

const schemas = { least: -4, most: 8 };

/** @param schema if not given, as many buckets to the octave as the sketch has cells, but at most 2^8 */
export function toPrometheus(
  sketch: QuantileSketch,
  schema: number = Math.min(schemas.most, sketch.p),
): NativeHistogram {
  checkSchema(schema);
  const { zeroThreshold, zeroCount, positive, negative } = bucketsOf(sketch, schema);
  const overflow = overflowOf(schema);
  if (sketch.posInf > 0) positive.push({ index: overflow, count: sketch.posInf });
  if (sketch.negInf > 0) negative.push({ index: overflow, count: sketch.negInf });
  const [plus, minus] = [spansOf(positive), spansOf(negative)];
  return {
    schema,
    count: rowCount(sketch),
    zeroThreshold,
    zeroCount,
    positiveSpans: plus.spans,
    positiveDeltas: plus.deltas,
    negativeSpans: minus.spans,
    negativeDeltas: minus.deltas,
  };
}

/**
 * @param p precision of the sketch; if not given, one bit more than the schema, so that converting back gives the histogram
 */
export function fromPrometheus(histogram: NativeHistogram, p?: number): QuantileSketch {
  const { schema, zeroThreshold, zeroCount } = histogram;
  checkSchema(schema);
  const positive = bucketsIn(histogram.positiveSpans, histogram.positiveDeltas);
  const negative = bucketsIn(histogram.negativeSpans, histogram.negativeDeltas);
  const [posInf, negInf] = [positive, negative].map((side) => takeOverflow(side, overflowOf(schema)));
  const buckets = { scale: schema, zeroThreshold, zeroCount, positive, negative };
  checkBuckets(buckets);
  const precision = p ?? precisionFor(schema);
  checkPrecision(precision);
  const sketch = { ...sketchOfBuckets(buckets, precision), posInf, negInf };
  const missing = histogram.count - (finiteCount(sketch) + posInf + negInf);
  if (!Number.isSafeInteger(histogram.count) || missing < 0)
    throw new RangeError(
      `the histogram says ${histogram.count} rows and its buckets hold ${rowCount(sketch)}`,
    );
  return { ...sketch, missing };
}

function checkSchema(schema: number): void {
  if (!Number.isInteger(schema) || schema < schemas.least || schema > schemas.most)
    throw new RangeError(`schema ${schema} is none of ${schemas.least} to ${schemas.most}`);
}

/** One after the bucket of the largest double, which ends at 2^1024; numbered as OpenTelemetry does. */
function overflowOf(schema: number): number {
  return schema >= 0 ? 1024 << schema : 1024 >> -schema;
}

function spansOf(side: Bucket[]): { spans: Span[]; deltas: number[] } {
  const spans: Span[] = [];
  const deltas: number[] = [];
  let next = 0;
  let before = 0;
  for (const { index, count } of side) {
    const named = index + 1;
    if (spans.length === 0 || named > next) spans.push({ offset: named - next, length: 1 });
    else spans[spans.length - 1].length++;
    next = named + 1;
    deltas.push(count - before);
    before = count;
  }
  return { spans, deltas };
}

function bucketsIn(spans: Span[], deltas: number[]): Bucket[] {
  const side: Bucket[] = [];
  let index = -1;
  let at = 0;
  let count = 0;
  spans.forEach(({ offset, length }, i) => {
    if (!Number.isInteger(offset) || (i > 0 && offset < 0) || !Number.isInteger(length) || length < 0)
      throw new RangeError(`span ${i} (offset ${offset}, length ${length}) leads nowhere`);
    if (at + length > deltas.length)
      throw new RangeError(`the spans name more buckets than the ${deltas.length} that are there`);
    index += offset;
    for (const end = at + length; at < end; at++, index++) {
      count += deltas[at];
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count of rows`);
      if (count > 0) side.push({ index, count });
    }
  });
  if (at < deltas.length) throw new RangeError(`the spans name ${at} buckets of ${deltas.length}`);
  return side;
}

/** Takes the bucket of infinities out of a side and says what it held. */
function takeOverflow(side: Bucket[], overflow: number): number {
  if (side[side.length - 1]?.index !== overflow) return 0;
  return side.pop()?.count ?? 0;
}
