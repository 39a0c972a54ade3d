/**
 * The second null (METHODS §4): how much a method's statistic varies from one chunk of the reference to the next, though
 * nothing has drifted. Rows of one day resemble each other; a test that assumes independent rows would alarm daily.
 */
import type { ChunkNull } from "../domain/reference.ts";
import type { Method } from "../domain/policy.ts";
import type { Kernel } from "../kernel-api.ts";
import { samplingScale } from "../methods/statistics.ts";

/** Fewer chunks than this say nothing about how chunks vary. */
export const minimumChunks = 14;

/** Leave-one-out values: each chunk against the rest of the reference, by `measure(rest, chunk)`. */
export function chunkNull(
  method: Method,
  total: Float64Array,
  chunks: readonly Float64Array[],
  measure: (rest: Float64Array, chunk: Float64Array) => number,
): ChunkNull {
  const statistics: number[] = [];
  const medians: number[] = [];
  for (const chunk of chunks) {
    const rest = total.map((count, i) => count - chunk[i]);
    const m = sum(chunk);
    const n = sum(rest);
    const value = n > 0 && m > 0 ? measure(rest, chunk) : 0;
    statistics.push(Number.isFinite(value) ? value : 0);
    medians.push(n > 0 && m > 0 ? samplingScale(method, n, m) : 1);
  }
  return { method, statistics, medians };
}

export interface ChunkTest {
  pValue: number;
  /** The level asked for lies below what so few chunks can show: the t tail is extrapolated. */
  extrapolated: boolean;
}

/**
 * P(T as large | the chunks' variation): the logarithm of T is compared with the chunks' logarithms by Student's t for a
 * new observation (Fisher 1935; prediction interval of one future value).
 *
 * @param rows the window's rows with a value, `reference` the reference's
 * @returns null where the chunks do not vary (all equal): then there is nothing to compare with
 */
export function chunkTest(
  kernel: Kernel,
  chunk: ChunkNull,
  chunkRows: readonly number[],
  value: number,
  reference: number,
  rows: number,
): ChunkTest | null {
  const model = fit(kernel, chunk, chunkRows, reference, rows);
  if (model === null) return null;
  const { mean, spread, floor, divide, count } = model;
  const t = (kernel.log(Math.max(value, floor * divide) / divide) - mean) / spread;
  const pValue = kernel.tSf(t, count - 1);
  return { pValue, extrapolated: pValue < 1 / (count + 1) };
}

/** The value of T that the chunk null exceeds with probability `level`; null as in `chunkTest`. */
export function chunkCritical(
  kernel: Kernel,
  chunk: ChunkNull,
  chunkRows: readonly number[],
  level: number,
  reference: number,
  rows: number,
): number | null {
  const model = fit(kernel, chunk, chunkRows, reference, rows);
  if (model === null) return null;
  return kernel.exp(model.mean + model.spread * kernel.tIsf(level, model.count - 1)) * model.divide;
}

interface Fitted {
  mean: number;
  /** Standard deviation of one more observation. */
  spread: number;
  /** Smallest value taken seriously, in the divided unit. */
  floor: number;
  /** What T is divided by: 1, or its sampling scale where row counts differ. */
  divide: number;
  count: number;
}

function fit(
  kernel: Kernel,
  chunk: ChunkNull,
  chunkRows: readonly number[],
  reference: number,
  rows: number,
): Fitted | null {
  const count = chunk.statistics.length;
  if (count < minimumChunks) return null;
  const typical = [...chunkRows].sort((a, b) => a - b)[count >> 1];
  const differ = rows > 2 * typical || 2 * rows < typical;
  const divided = chunk.statistics.map((value, k) => (differ ? value / chunk.medians[k] : value));
  const positive = divided.filter((value) => value > 0);
  if (positive.length === 0) return null;
  // Zeros have no logarithm: they count as half the smallest step that was seen.
  const floor = positive.reduce((least, value) => Math.min(least, value)) / 2;
  const logs = divided.map((value) => kernel.log(Math.max(value, floor)));
  const mean = logs.reduce((total, value) => total + value, 0) / count;
  const variance = logs.reduce((total, value) => total + (value - mean) * (value - mean), 0) / (count - 1);
  if (variance === 0) return null;
  const divide = differ ? samplingScale(chunk.method, reference, rows) : 1;
  return { mean, spread: Math.sqrt(variance * (1 + 1 / count)), floor, divide, count };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
