/**
 * One metric of one window against the reference, by two nulls (METHODS §4): sampling noise, and the reference's own variation
 * from chunk to chunk. One-sided where one direction is bad.
 */
import type { Estimate, ReferencePerformance } from "../domain/performance.ts";
import type { NamedMetric } from "../domain/performance-metrics.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { chunksLike, minimumChunks } from "../nulls/chunk-null.ts";
import { predictValue, type ValuePrediction } from "../nulls/chunk-values.ts";
import { carefulOneSidedP, carefulP } from "../nulls/reference-luck.ts";
import { asItIs, type Scale, scaleOf } from "./scale.ts";

export interface MetricInput {
  kernel: Kernel;
  metric: NamedMetric;
  /** Of the window, with a standard error, and the rows that it is of. */
  window: Known;
  labelled: number;
  reference: Pick<Reference, "chunks">;
  performance: Pick<ReferencePerformance, "labelled" | "chunks">;
  windowStartMs: number;
  /** Whether the reference has enough chunks of the window's period and time of day. */
  chunked: boolean;
}

export interface Known {
  value: number;
  standardError: number;
}

export interface MetricTest {
  /** How far the window lies in the bad direction, in the metric's unit. */
  effect: number;
  pSampling: number;
  pChunk: number | null;
  pValue: number;
  marks: string[];
  /** The effect that has this chance under the nulls, plus what 80 % power takes: see `detectable`. */
  detectable(level: number): number;
}

/** Φ⁻¹(0.8): a shift so many standard errors past the critical value is found four times in five. */
const powerQuantile = 0.8416212335729143;
/** n below this: the reference itself is a small sample. */
const smallReference = 1000;

export const known = (estimate: Estimate | null | undefined): Known | null =>
  estimate && estimate.standardError !== null
    ? { value: estimate.value, standardError: estimate.standardError }
    : null;

/** Null where nothing could ever show: neither the rows nor the chunks vary. */
export function metricTest(input: MetricInput, before: Known): MetricTest | null {
  const { kernel, metric, window, labelled, performance } = input;
  const n = performance.labelled;
  const effect = effectOf(metric, window.value, before.value);
  // A window whose rows happen to agree has no error of its own to show; the reference foretells one for so many rows.
  const foretold = before.standardError * Math.sqrt(n / labelled);
  const own = Math.max(window.standardError, foretold);
  const error = Math.sqrt(own * own + before.standardError * before.standardError);
  if (!(error > 0)) return null;
  const twoSided = metric.better === "same";
  const pSampling = tail(twoSided, kernel.normalSf(effect / error));
  const between = input.chunked
    ? betweenChunks(input, { value: before.value, standardError: foretold })
    : null;
  const careful = (twoSided ? carefulP : carefulOneSidedP)(kernel, pSampling, n, labelled);
  const sampling = (level: number): number =>
    (kernel.normalPpf(1 - (twoSided ? level / 2 : level)) + powerQuantile) * error;
  return {
    effect,
    pSampling,
    pChunk: between?.pValue ?? null,
    pValue: Math.max(careful, between?.pValue ?? 0),
    marks: [
      ...(n < smallReference || labelled > n / 10 ? ["reference-limited"] : []),
      ...(between === null ? ["assumes-independent-rows"] : []),
      ...(between && between.pValue < 1 / (between.count + 1) ? ["extrapolated"] : []),
      ...(between?.autocorrelated ? ["longer-reference-needed"] : []),
    ],
    detectable: (level) => Math.max(sampling(level), between?.critical(level, before.value) ?? 0),
  };
}

const tail = (twoSided: boolean, upper: number): number => (twoSided ? Math.min(1, 2 * upper) : upper);

function effectOf({ better }: NamedMetric, value: number, before: number): number {
  if (better === "same") return Math.abs(value - before);
  return better === "up" ? before - value : value - before;
}

interface BetweenChunks {
  pValue: number;
  count: number;
  autocorrelated: boolean;
  critical(level: number, before: number): number;
}

/** @param foretold the reference's value, with the error that it foretells for so many rows */
function betweenChunks(
  { kernel, metric, window, labelled, reference, performance, windowStartMs }: MetricInput,
  foretold: Known,
): BetweenChunks | null {
  const series = performance.chunks?.metrics[metric.name];
  if (!reference.chunks || !performance.chunks || !series) return null;
  const points: { value: number; standardError: number; rows: number }[] = [];
  for (const k of chunksLike(reference.chunks, windowStartMs)) {
    const [value, standardError] = [series.values[k], series.standardErrors[k]];
    if (value !== null && standardError !== null)
      points.push({ value, standardError, rows: performance.chunks.labelled[k] });
  }
  if (points.length < minimumChunks) return null;
  const here = { ...window, rows: labelled };
  const scale = scaleFor(kernel, metric, [...points, here]);
  const scaled = points.map((point) => onScale(scale, metric, point));
  const mine = onScale(scale, metric, here);
  const usual = onScale(scale, metric, { ...foretold, rows: labelled });
  const prediction = predictValue(
    { values: scaled.map(({ value }) => value), standardErrors: scaled.map((point) => point.standardError) },
    Math.max(mine.standardError, usual.standardError),
  );
  if (prediction === null) return null;
  const { mean, spread, dof, count, autocorrelated } = prediction;
  const t = effectOf(metric, mine.value, mean) / spread;
  const twoSided = metric.better === "same";
  return {
    pValue: tail(twoSided, kernel.tSf(t, dof)),
    count,
    autocorrelated,
    critical: (level, before) => criticalEffect(kernel, metric, scale, prediction, level, before),
  };
}

/** Values on a bound have no place on a bent scale; shares next to one are taken half a row inside. */
function scaleFor(kernel: Kernel, metric: NamedMetric, points: readonly { value: number }[]): Scale {
  const scale = scaleOf(kernel, metric);
  if (clipped(metric)) return scale;
  return points.every(({ value }) => Number.isFinite(scale.to(value))) ? scale : asItIs;
}

const clipped = ({ least, most }: NamedMetric): boolean => least !== null && most === 1;

function onScale(
  scale: Scale,
  metric: NamedMetric,
  { value, standardError, rows }: { value: number; standardError: number; rows: number },
): Known {
  const { least, most } = metric;
  const half = clipped(metric) ? (most! - least!) / (2 * Math.max(1, rows)) : 0;
  const inside = clipped(metric) ? Math.min(most! - half, Math.max(least! + half, value)) : value;
  return { value: scale.to(inside), standardError: standardError * scale.slope(inside) };
}

/** How far from the reference's value the effect lies that the chunks let through with 20 %. */
function criticalEffect(
  kernel: Kernel,
  metric: NamedMetric,
  scale: Scale,
  { mean, spread, dof }: ValuePrediction,
  level: number,
  before: number,
): number {
  const twoSided = metric.better === "same";
  const reach = (kernel.tIsf(twoSided ? level / 2 : level, dof) + powerQuantile) * spread;
  const at = scale.from(metric.better === "up" ? mean - reach : mean + reach);
  return Math.max(0, effectOf(metric, at, before));
}
