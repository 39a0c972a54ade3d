/**
 * Have two features begun to go together, or ceased to? Pearson's correlation of each pair in reference and window, as
 * Fisher's z = artanh r (1921), whose spread hardly depends on r: p for each pair, and one for all pairs together.
 *
 * The textbook's variance of z, 1/(n − 3), holds for normal features only; correlated tails make it several times larger.
 * Here each reference row's influence on each z is calculated, (uv − r(u² + v²)/2)/(1 − r²) with u and v the standardised
 * values (the delta method; Hawkins 1989 for z), and their covariance is the null: its diagonal corrects each pair, its
 * eigenvalues are the weights of Σ e·(z_R − z_C)², a sum of squared normals. The window needs second moments only. Where few
 * rows have most of the influence (many zeros, long tails) means of small windows have heavier tails than the normal
 * distribution: Student's t with the same kurtosis takes its place.
 *
 * Cost: pair-moments.ts, and once, from at most 1500 of the reference's rows, pairs² · rows and the smaller of pairs and rows
 * cubed. Edge cases: a pair with a side that does not vary, or with fewer than four rows, has no answer and no part in the
 * test of all. Correlations beyond ±0.999 count as ±0.999 and, where the relation is exact in the reference, with the variance
 * of normal features: an exact relation that breaks is then certain, but not from one row.
 */
import type { Column } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { covarianceEigenvalues, spreadRows } from "./covariance-eigenvalues.ts";
import { type EncodedFeature, learnFeatures } from "./encoded-columns.ts";
import { correlationOf, pairedValues, type PairMoments, pairMomentsOf } from "./pair-moments.ts";

/** Plain JSON: stored with a reference, evaluated anywhere. */
export interface CorrelationModel {
  features: EncodedFeature[];
  reference: PairMoments;
  /** Of each pair's z; null where there is no answer. */
  spreads: (PairSpread | null)[];
  /** Of the covariance of all z, in units of 1/rows, descending. */
  eigenvalues: number[];
}

export interface PairSpread {
  /** Variance of z in units of 1/rows: 1 for normal features. */
  factor: number;
  /** Excess kurtosis of the rows' influences beyond that of normal features, which Fisher's z makes up for. */
  tail: number;
}

const closest = 0.999;
/** The product of two normals has this excess kurtosis, and such are the influences of normal features. */
const normalTail = 6;
const influenceRows = 1500;

/** @param columns the reference's, of equal length */
export function learnCorrelations(kernel: Kernel, columns: ReadonlyMap<string, Column>): CorrelationModel {
  const features = learnFeatures(columns);
  const values = pairedValues(features, columns);
  const reference = pairMomentsOf(values);
  const seen = spreadRows(values[0]?.length ?? 0, influenceRows);
  const pairs = pairsOf(features.length).map(([i, j], pair) =>
    influences(reference, pair, values[i], values[j], seen),
  );
  const known = pairs.filter((influence) => influence !== null);
  const measured = pairs.map((influence) => influence && spreadOf(influence));
  const spreads = measured.map((spread, pair) =>
    spread && Math.abs(correlationOf(reference, pair)) > closest
      ? { ...spread, factor: Math.max(1, spread.factor) }
      : spread,
  );
  // What exact relations lack in variance, each on its own.
  const lacking = spreads
    .map((spread, pair) => (spread?.factor ?? 0) - (measured[pair]?.factor ?? 0))
    .filter((more) => more > 0);
  const eigenvalues = [...covarianceEigenvalues(kernel, known), ...lacking];
  return { features, reference, spreads, eigenvalues: [...Float64Array.from(eigenvalues).sort()].reverse() };
}

/** A window's moments. @throws RangeError when a feature's column is missing */
export function correlationMoments(
  model: CorrelationModel,
  columns: ReadonlyMap<string, Column>,
): PairMoments {
  return pairMomentsOf(pairedValues(model.features, columns));
}

export interface PairDrift {
  features: [string, string];
  /** The correlations. */
  reference: number;
  current: number;
  pValue: number | null;
}

export interface CorrelationDrift extends Result {
  /** Every pair, those without an answer last, the least likely first. */
  pairs: PairDrift[];
}

/** The statistic is Σ e·(z_R − z_C)² over all pairs, the effect the largest change of a correlation. */
export function correlationDrift(
  kernel: Kernel,
  model: CorrelationModel,
  c: PairMoments,
  r: PairMoments = model.reference,
): CorrelationDrift {
  const names = pairsOf(model.features.length);
  if (c.rows.length !== names.length || r.rows.length !== names.length)
    throw new RangeError(`moments of ${c.rows.length} and of ${r.rows.length} pairs for ${names.length}`);
  let [sum, effect, tails, weights] = [0, -1, 0, 0];
  const pairs = names.map(([i, j], pair): PairDrift => {
    const [reference, current] = [correlationOf(r, pair), correlationOf(c, pair)];
    const [n, m] = [r.rows[pair], c.rows[pair]];
    const spread = model.spreads[pair];
    const features: [string, string] = [model.features[i].name, model.features[j].name];
    const none = { features, reference, current, pValue: null };
    if (spread === null || !(n > 3 && m > 3) || Number.isNaN(reference) || Number.isNaN(current)) return none;
    const gap = fisherZ(kernel, reference, n) - fisherZ(kernel, current, m);
    const square = (((n - 3) * (m - 3)) / (n + m - 6)) * gap * gap;
    const tail = tailOfMeans(spread.tail, n, m);
    sum += square;
    effect = Math.max(effect, Math.abs(reference - current));
    tails += tail * spread.factor * spread.factor;
    weights += spread.factor * spread.factor;
    if (spread.factor === 0) return none;
    return { ...none, pValue: heavier(kernel, Math.sqrt(square / spread.factor), tail) };
  });
  const order = (p: number | null): number => p ?? 2;
  pairs.sort((a, b) => order(a.pValue) - order(b.pValue));
  if (effect < 0) return { ...undefinedResult, pairs };
  const normal = kernel.quadraticFormSf(sum, Float64Array.from(model.eigenvalues));
  const pValue = heavier(
    kernel,
    normal > 0 ? -kernel.normalPpf(normal / 2) : Infinity,
    tails / (weights || 1),
  );
  return { ...result(sum, { pValue, effect }), pairs };
}

/** The excess kurtosis of a difference of two means, from that of a row. */
function tailOfMeans(tail: number, n: number, m: number): number {
  const both = 1 / n + 1 / m;
  return (tail * (1 / (n * n * n) + 1 / (m * m * m))) / (both * both);
}

/** Both tails of Student's t with as heavy ones: of excess kurtosis 6/(ν − 4). */
function heavier(kernel: Kernel, z: number, tail: number): number {
  if (!(tail > 1e-6)) return Math.min(1, 2 * kernel.normalSf(z));
  return z < Infinity ? Math.min(1, 2 * kernel.tSf(z, 4 + 6 / tail)) : 0;
}

/** (0, 1), (0, 2), (1, 2), (0, 3) … */
function pairsOf(features: number): [number, number][] {
  return Array.from({ length: features }, (_, j) =>
    Array.from({ length: j }, (_, i): [number, number] => [i, j]),
  ).flat();
}

/** artanh r, less what it is too large on average in n rows. */
function fisherZ(kernel: Kernel, correlation: number, n: number): number {
  const r = Math.max(-closest, Math.min(closest, correlation));
  return (kernel.log1p(r) - kernel.log1p(-r)) / 2 - r / (2 * (n - 1));
}

/** What each of the rows adds to z, as a share of all; 0 where a value is missing. Null where there is no correlation. */
function influences(
  moments: PairMoments,
  pair: number,
  x: Float64Array,
  y: Float64Array,
  seen: Int32Array,
): Float64Array | null {
  const r = correlationOf(moments, pair);
  const n = moments.rows[pair];
  if (Number.isNaN(r) || n <= 3) return null;
  const [meanX, meanY] = [moments.x[pair] / n, moments.y[pair] / n];
  const sdX = Math.sqrt(moments.xx[pair] / n - meanX * meanX);
  const sdY = Math.sqrt(moments.yy[pair] / n - meanY * meanY);
  const limited = Math.max(-closest, Math.min(closest, r));
  // Missing rows make the others count for more, as they do in z.
  const weight = Math.sqrt(x.length / n) / (1 - limited * limited);
  return Float64Array.from(seen, (row) => {
    const [u, v] = [(x[row] - meanX) / sdX, (y[row] - meanY) / sdY];
    return Number.isNaN(u) || Number.isNaN(v) ? 0 : weight * (u * v - (r * (u * u + v * v)) / 2);
  });
}

function spreadOf(influence: Float64Array): PairSpread {
  let [second, fourth] = [0, 0];
  for (const value of influence) {
    const square = value * value;
    second += square / influence.length;
    fourth += (square * square) / influence.length;
  }
  const excess = second > 0 ? fourth / (second * second) - 3 : 0;
  return { factor: second, tail: Math.max(0, excess - normalTail) };
}
