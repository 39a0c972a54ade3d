/**
 * Have the relations between features changed? Reconstruction error after principal component analysis: the reference's
 * standardised features are reduced to the components that keep 65 % of their variance; a row that follows the same
 * relations is rebuilt from them about as well as the reference's rows, a row that breaks them is not, even where every
 * feature by itself is as ever. The window's mean error, with its standard error, is held against the reference's chunks.
 *
 * Source: Pearson (1901) for the components; the error as drift measure as NannyML does it. Cost: k² a row for the covariance,
 * k³ once, k times the components a row for errors. Edge cases: constant columns carry nothing; no rows have no answer;
 * missing values are imputed (encoded-columns.ts).
 */
import type { Column } from "../../domain/columns.ts";
import { summation } from "../numeric/exact-sum.ts";
import { centralMoments } from "../numeric/descriptive.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { symmetricEigen } from "./eigen.ts";
import { type EncodedFeature, learnFeatures, standardisedFeatures } from "./encoded-columns.ts";

/** Plain JSON: stored with a reference, evaluated anywhere. */
export interface PcaModel {
  features: EncodedFeature[];
  /** Variances along all axes, over n, descending: of standardised features they add up to their number. */
  eigenvalues: number[];
  /** The kept axes, each of length 1. */
  components: number[][];
}

/** NannyML's default. */
const varianceKept = 0.65;

/** @param columns the reference's, of equal length */
export function learnPca(columns: ReadonlyMap<string, Column>, kept = varianceKept): PcaModel {
  const features = learnFeatures(columns);
  const data = standardisedFeatures(features, columns);
  const rows = data[0]?.length ?? 0;
  const k = data.length;
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = i; j < k; j++) {
      const sum = summation();
      for (let row = 0; row < rows; row++) sum.add(data[i][row] * data[j][row]);
      covariance[i * k + j] = covariance[j * k + i] = rows > 0 ? sum.total() / rows : 0;
    }
  const { values, vectors } = symmetricEigen(covariance, k);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let [used, share] = [0, 0];
  // The first number of components with which at least the asked share is kept.
  while (used < k && share < kept * total) share += Math.max(0, values[used++]);
  return {
    features,
    eigenvalues: [...values],
    components: vectors.slice(0, used).map((vector) => [...vector]),
  };
}

/** ‖x − x̂‖ of each row, in standard deviations. @throws RangeError when a feature's column is missing */
export function reconstructionErrors(model: PcaModel, columns: ReadonlyMap<string, Column>): Float64Array {
  const data = standardisedFeatures(model.features, columns);
  const rows = data[0]?.length ?? 0;
  return Float64Array.from({ length: rows }, (_, row) => {
    const rest = data.map((column) => column[row]);
    const along = model.components.map((axis) =>
      axis.reduce((sum, entry, i) => sum + entry * data[i][row], 0),
    );
    model.components.forEach((axis, c) => axis.forEach((entry, i) => (rest[i] -= along[c] * entry)));
    return Math.sqrt(rest.reduce((sum, x) => sum + x * x, 0));
  });
}

export interface MeanError extends Result {
  /** Standard error of the mean over these rows (the rows' standard deviation over n − 1, over √n). */
  standardError: number;
}

/** The window's mean error with three standard errors to both sides. */
export function meanReconstructionError(errors: Float64Array): MeanError {
  const n = errors.length;
  if (n === 0) return { ...undefinedResult, standardError: NaN };
  const { mean, std1 } = centralMoments(errors);
  const standardError = std1 / Math.sqrt(n);
  return {
    ...result(mean, n > 1 ? { low: mean - 3 * standardError, high: mean + 3 * standardError } : {}),
    standardError,
  };
}
