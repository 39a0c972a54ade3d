/**
 * Have many features changed in any way at all, when rows can not be kept? The maximum mean discrepancy of mmd.ts from sums
 * of fixed size. Each row adds the cosine and the sine of a few dozen seeded random projections (random Fourier features,
 * Rahimi & Recht 2007); the squared distance between the mean vectors of reference and window is the squared discrepancy,
 * but for an error that falls with the root of the number of projections (Zhao & Meng 2015 use it as a test).
 *
 * A feature is held as a whole number of 2^−20, so sums add, merge and subtract exactly, in any order, up to 2^33 rows.
 * p-value: without drift e times the squared distance is a sum of squared normals, weighted with the eigenvalues of the
 * features' covariance in the reference; its tail is `quadraticFormSf`. It takes rows to be independent.
 *
 * Cost: a row costs k multiplications and two trigonometric functions a frequency; a window keeps 128 numbers. Edge cases: no
 * rows, or no feature that varies in the reference, have no answer. Missing values count as the reference's mean, so that a
 * changed share of missing values is a change here too. Values beyond 1000 standard deviations count as that far.
 */
import type { Column } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { randomSource } from "../seeded-random.ts";
import { covarianceEigenvalues, spreadRows } from "./covariance-eigenvalues.ts";
import { type EncodedFeature, learnFeatures, standardisedFeatures } from "./encoded-columns.ts";
import { medianDistance } from "./mmd.ts";

/** What a window keeps. Plain JSON. */
export interface FourierSums {
  rows: number;
  /** For each frequency the sum of the cosines and that of the sines, in 2^−20. */
  sums: number[];
}

/** Plain JSON: stored with a reference, evaluated anywhere. */
export interface FourierModel {
  features: EncodedFeature[];
  /** Unsigned 32 bits. */
  seed: number;
  frequencies: number;
  /** σ of the Gaussian kernel exp(−d²/(2σ²)), in standard deviations. */
  bandwidth: number;
  reference: FourierSums;
  /** Of the covariance of a row's features, descending. */
  eigenvalues: number[];
}

export interface FourierOptions {
  seed: number;
  /** How many random projections: more come closer to the exact discrepancy. */
  frequencies?: number;
  /** The median distance of a few hundred of the reference's rows when left out. */
  bandwidth?: number;
}

const unit = 1048576;
const farthest = 1000;
/** Rows for the median distance, and for the covariance. */
const bandwidthRows = 400;
const covarianceRows = 4000;

/** @param columns the reference's, of equal length */
export function learnFourier(
  kernel: Kernel,
  columns: ReadonlyMap<string, Column>,
  { seed, frequencies = 64, bandwidth }: FourierOptions,
): FourierModel {
  if (!(Number.isSafeInteger(frequencies) && frequencies > 0))
    throw new RangeError(`${frequencies} is no number of frequencies`);
  const features = learnFeatures(columns);
  const data = limitedFeatures(features, columns);
  const rows = data[0]?.length ?? 0;
  const sampled = Array.from(spreadRows(rows, bandwidthRows), (row) =>
    Float64Array.from(data, (column) => column[row]),
  );
  const model: FourierModel = {
    features,
    seed,
    frequencies,
    bandwidth: finiteOrZero(bandwidth ?? medianDistance(sampled)),
    reference: { rows: 0, sums: [] },
    eigenvalues: [],
  };
  const seen = spreadRows(rows, covarianceRows);
  const kept = Array.from({ length: 2 * frequencies }, () => new Float64Array(seen.length));
  let next = 0;
  model.reference = sumFeatures(kernel, model, data, (row, features) => {
    if (row !== seen[next]) return;
    features.forEach((value, i) => (kept[i][next] = value / unit / Math.sqrt(frequencies)));
    next++;
  });
  model.eigenvalues = [...covarianceEigenvalues(kernel, kept)];
  return model;
}

/** The sums of a window. @throws RangeError when a feature's column is missing */
export function fourierSums(
  kernel: Kernel,
  model: FourierModel,
  columns: ReadonlyMap<string, Column>,
): FourierSums {
  return sumFeatures(kernel, model, limitedFeatures(model.features, columns));
}

/** Of both together: exact, whichever comes first. */
export function mergeFourierSums(a: FourierSums, b: FourierSums): FourierSums {
  return combined(a, b, 1);
}

/** What is left of `whole` without `part`, rows that are in it: the reference without one of its chunks. */
export function withoutFourierSums(whole: FourierSums, part: FourierSums): FourierSums {
  return combined(whole, part, -1);
}

export interface FourierMmd extends Result {
  /** The squared discrepancy without the pairs of a row with itself: 0 on average when nothing differs. */
  unbiased: number;
  /** Standard error of `unbiased` against the exact kernel's, from how much single frequencies differ. */
  approximationError: number;
}

/**
 * The statistic is the biased squared discrepancy (never negative). `low` and `high`: its 95 % bounds for the means of all
 * rows that could have been drawn, by the triangle inequality, hence rather wide. The effect is the root of the unbiased
 * one, 0 where that is negative: from 0, nothing differs, to the root of 2, no row is like any of the other side.
 */
export function fourierMmd(
  kernel: Kernel,
  model: FourierModel,
  c: FourierSums,
  r: FourierSums = model.reference,
): FourierMmd {
  const [n, m] = [r.rows, c.rows];
  if (!(n > 0 && m > 0 && model.bandwidth > 0))
    return { ...undefinedResult, unbiased: NaN, approximationError: NaN };
  const e = (n * m) / (n + m);
  const { sums: x } = r;
  const { sums: y } = c;
  const biased = new Float64Array(model.frequencies);
  const unbiased = biased.map((_, f) => {
    let [all, other] = [0, 0];
    for (const i of [2 * f, 2 * f + 1]) {
      const [a, b] = [x[i] / unit, y[i] / unit];
      const gap = a / n - b / m;
      all += gap * gap;
      other += (a * a) / (n * (n - 1)) + (b * b) / (m * (m - 1)) - (2 * a * b) / (n * m);
    }
    biased[f] = all;
    // Cosine and sine squared add up to 1: each row's pair with itself is known without the row.
    return other - 1 / (n - 1) - 1 / (m - 1);
  });
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const statistic = mean(biased);
  const free = n > 1 && m > 1 ? mean(unbiased) : NaN;
  const spread = unbiased.reduce((sum, value) => sum + (value - free) * (value - free), 0);
  const weights = Float64Array.from(model.eigenvalues);
  const [root, reach] = [Math.sqrt(statistic), Math.sqrt(quantileOfForm(kernel, weights, 0.05) / e)];
  const least = Math.max(0, root - reach);
  return {
    ...result(statistic, {
      pValue: kernel.quadraticFormSf(e * statistic, weights),
      low: least * least,
      high: (root + reach) * (root + reach),
      effect: Number.isNaN(free) ? null : Math.sqrt(Math.max(0, free)),
    }),
    unbiased: free,
    approximationError: Math.sqrt(spread / (model.frequencies * (model.frequencies - 1))),
  };
}

/** The x that a sum of weighted squared normals exceeds with probability p. */
function quantileOfForm(kernel: Kernel, weights: Float64Array, p: number): number {
  let [low, high] = [0, weights.reduce((sum, weight) => sum + weight, 0) * 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (kernel.quadraticFormSf(middle, weights) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function limitedFeatures(
  features: readonly EncodedFeature[],
  columns: ReadonlyMap<string, Column>,
): Float64Array[] {
  return standardisedFeatures(features, columns).map((column) =>
    column.map((value) => Math.max(-farthest, Math.min(farthest, value))),
  );
}

/** @param each sees each row's features, in 2^−20 */
function sumFeatures(
  kernel: Kernel,
  { seed, frequencies, bandwidth }: FourierModel,
  data: readonly Float64Array[],
  each?: (row: number, features: Float64Array) => void,
): FourierSums {
  const random = randomSource(kernel, seed);
  // Without a distance between rows any frequency will do: there is no answer anyway.
  const waves = Array.from({ length: frequencies }, () =>
    Float64Array.from(data, () => random.normal() / (bandwidth || 1)),
  );
  const rows = data[0]?.length ?? 0;
  const features = new Float64Array(2 * frequencies);
  const sums = new Float64Array(2 * frequencies);
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f < frequencies; f++) {
      const wave = waves[f];
      let phase = 0;
      for (let i = 0; i < wave.length; i++) phase += wave[i] * data[i][row];
      features[2 * f] = Math.round(kernel.cos(phase) * unit);
      features[2 * f + 1] = Math.round(kernel.sin(phase) * unit);
    }
    for (let i = 0; i < sums.length; i++) sums[i] += features[i];
    each?.(row, features);
  }
  return { rows, sums: [...sums] };
}

function combined(a: FourierSums, b: FourierSums, sign: 1 | -1): FourierSums {
  if (a.sums.length !== b.sums.length)
    throw new RangeError(`sums of ${a.sums.length} and of ${b.sums.length} features`);
  return { rows: a.rows + sign * b.rows, sums: a.sums.map((value, i) => value + sign * b.sums[i]) };
}

const finiteOrZero = (value: number): number => (Number.isFinite(value) ? value : 0);
