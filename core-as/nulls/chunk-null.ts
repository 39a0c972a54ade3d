/**
 * The second null (METHODS §4): how much a method's statistic varies from one chunk of the reference to the next, though
 * nothing has drifted. Rows of one day resemble each other; a test that assumes independent rows would alarm daily.
 */
import { DAY_MS } from "../domain/limits.ts";
import type { Method } from "../domain/policy.ts";
import type { ChunkNull, Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { samplingScale } from "../methods/statistics.ts";
import { sum } from "../methods/sum.ts";

/** Fewer chunks than this say nothing about how chunks vary. */
export const minimumChunks = 14;
/**
 * Chunks that are all alike (each a single weekday, say) leave no spread but rounding's; against the whole reference, which
 * holds such chunks, a window lies a few percent nearer than they lie to the rest.
 */
const leastSpread = 0.05;
/** Above this lag-1 autocorrelation, and below that many chunks, the spread is underestimated: ask for more. */
const strongAutocorrelation = 0.6;
const enoughChunks = 100;

/** Leave-one-out values: each chunk against the rest of the reference, by `measure(rest, chunk)`. */
export function chunkNull(
  method: Method,
  total: Float64Array,
  chunks: readonly Float64Array[],
  measure: (rest: Float64Array, chunk: Float64Array, index: number) => number,
): ChunkNull {
  const sizes = chunks.map((chunk) => [sum(total) - sum(chunk), sum(chunk)] as const);
  const values = chunks.map((chunk, k) => {
    const [n, m] = sizes[k];
    return n > 0 && m > 0 ? measure(without(total, chunk), chunk, k) : 0;
  });
  // A chunk with something that the rest never had may be infinitely far (KL): it counts as the farthest of the others.
  const farthest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  return {
    method,
    statistics: values.map((value) => rounded(Number.isFinite(value) ? value : farthest)),
    scales: sizes.map(([n, m]) => rounded(n > 0 && m > 0 ? samplingScale(method, n, m) : 1)),
  };
}

/** The counts of all other chunks. */
export const without = (total: Float64Array, chunk: Float64Array): Float64Array =>
  total.map((count, i) => count - chunk[i]);

/** Nine digits are plenty for a spread, and half the size. */
const rounded = (value: number): number => Number(value.toPrecision(9));

export interface ChunkTest {
  pValue: number;
  /** The level asked for lies below what so few chunks can show: the t tail is extrapolated. */
  extrapolated: boolean;
  /** The chunks resemble their neighbours so much that a longer reference is needed. */
  autocorrelated: boolean;
}

/** What a window is compared with: the reference's chunks that are like it. */
export interface ChunkContext {
  chunks: NonNullable<Reference["chunks"]>;
  windowStartMs: number;
  /** Rows of the reference and of the window that the statistic is taken over. */
  n: number;
  m: number;
}

/**
 * P(T as large | the chunks' variation): the logarithm of T is compared with the chunks' logarithms by Student's t for a
 * new observation (Fisher 1935; prediction interval of one future value).
 *
 * @returns null where the chunks are too few or do not vary: then there is nothing to compare with
 */
export function chunkTest(
  kernel: Kernel,
  chunk: ChunkNull,
  context: ChunkContext,
  value: number,
): ChunkTest | null {
  const model = fit(kernel, chunk, context);
  if (model === null) return null;
  const { mean, spread, floor, divide, count, autocorrelation } = model;
  const t = (kernel.log(Math.max(value / divide, floor)) - mean) / spread;
  const pValue = kernel.tSf(t, model.dof);
  return {
    pValue,
    extrapolated: pValue < 1 / (count + 1),
    autocorrelated: tooAlike(autocorrelation, count),
  };
}

/** The value of T that the chunk null exceeds with probability `level`; null as in `chunkTest`. */
export function chunkCritical(
  kernel: Kernel,
  chunk: ChunkNull,
  context: ChunkContext,
  level: number,
): number | null {
  const model = fit(kernel, chunk, context);
  if (model === null) return null;
  return kernel.exp(model.mean + model.spread * kernel.tIsf(level, model.dof)) * model.divide;
}

interface Fitted {
  mean: number;
  /** Standard deviation of one more observation, and its degrees of freedom. */
  spread: number;
  dof: number;
  /** Smallest value taken seriously, in the divided unit. */
  floor: number;
  /** What T is divided by: 1, or its sampling scale where row counts differ. */
  divide: number;
  count: number;
  autocorrelation: number;
}

function fit(kernel: Kernel, chunk: ChunkNull, { chunks, windowStartMs, n, m }: ChunkContext): Fitted | null {
  const alike = chunksLike(chunks, windowStartMs);
  const count = alike.length;
  if (count < minimumChunks) return null;
  const rows = alike.map((k) => chunks.rows[k]).sort((a, b) => a - b);
  const typical = rows[count >> 1];
  const values = alike.map((k) => chunk.statistics[k]);
  const differ = m > 2 * typical || 2 * m < typical || values.every((value) => value === values[0]);
  const divided = values.map((value, at) => (differ ? value / chunk.scales[alike[at]] : value));
  const positive = divided.filter((value) => value > 0);
  if (positive.length === 0) return null;
  // Zeros have no logarithm: they count as half the smallest step that was seen.
  const floor = positive.reduce((least, value) => Math.min(least, value)) / 2;
  const logs = divided.map((value) => kernel.log(Math.max(value, floor)));
  const mean = sum(logs) / count;
  const { squares, neighbours } = around(logs, mean);
  // Below the least spread it is rounding that resembles itself.
  const varies = squares > leastSpread * leastSpread * (count - 1);
  const autocorrelation = varies ? neighbours / squares : 0;
  return {
    mean,
    ...prediction(squares, count, autocorrelation),
    floor,
    divide: differ ? samplingScale(chunk.method, n, m) : 1,
    count,
    autocorrelation,
  };
}

/** Sums of the squared deviations from the mean, and of their products with the neighbour's. */
export function around(values: readonly number[], mean: number): { squares: number; neighbours: number } {
  let [squares, neighbours] = [0, 0];
  values.forEach((value, k) => {
    squares += (value - mean) * (value - mean);
    if (k > 0) neighbours += (value - mean) * (values[k - 1] - mean);
  });
  return { squares, neighbours };
}

/** Chunks that resemble their neighbours so much that their spread is underestimated, and are few: ask for more. */
export const tooAlike = (autocorrelation: number, count: number): boolean =>
  autocorrelation > strongAutocorrelation && count < enoughChunks;

/**
 * How far one more chunk may lie from the mean of the others. Chunks that resemble their neighbours tell less than as many
 * independent ones: the mean is less certain and the spread within looks smaller than it is, both by the factor
 * (1 + r)/(1 − r) of a first-order autoregression (Bartlett 1946), and fewer degrees of freedom are left. The measured r is
 * too small by about (1 + 3r)/K (Kendall 1954); below zero it is taken for chance.
 */
export function prediction(
  squares: number,
  count: number,
  autocorrelation: number,
): { spread: number; dof: number } {
  const { variance, inflation, dof } = chunkVariance(squares, count, autocorrelation);
  return { spread: Math.max(leastSpread, Math.sqrt(variance * (1 + inflation / count))), dof };
}

/** The chunks' variance, how many times that of independent chunks their mean's is, and the degrees of freedom left. */
export function chunkVariance(
  squares: number,
  count: number,
  autocorrelation: number,
): { variance: number; inflation: number; dof: number } {
  const r = Math.min(0.9, Math.max(0, autocorrelation + (1 + 3 * autocorrelation) / count));
  const inflation = (1 + r) / (1 - r);
  const within = Math.max(0.2, 1 - (inflation - 1) / (count - 1));
  const variance = squares / (count - 1) / within;
  const dof = Math.max(2, (count - 1) * ((1 - r * r) / (1 + r * r)));
  return { variance, inflation, dof };
}

/**
 * Chunks to compare a window with. Windows shorter than a day have a time of day: they are compared with the same time of
 * the same day of the week where there are enough of those, else with the same time of any day.
 */
export function chunksLike({ periodMs, starts }: ChunkContext["chunks"], windowStartMs: number): number[] {
  const all = [...starts.keys()];
  if (periodMs >= DAY_MS) return all;
  const phase = (cycleMs: number): number[] =>
    all.filter((k) => modulo(starts[k], cycleMs) === modulo(windowStartMs, cycleMs));
  const sameWeekday = phase(7 * DAY_MS);
  return sameWeekday.length >= minimumChunks ? sameWeekday : phase(DAY_MS);
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
