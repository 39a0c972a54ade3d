/**
 * How much rows vary, and in how many directions: the eigenvalues of the covariance of what is known of each row. They are
 * the weights of the null of a squared distance between two means: without drift e·‖mean R − mean C‖² is a sum of squared
 * normals with these weights (the central limit theorem in many dimensions), e = nm/(n+m).
 *
 * Where there are fewer rows than directions the eigenvalues are those of the rows' own products, which are the same but for
 * zeros. Cost: directions² · rows, or rows² · directions, whichever is less; then the smaller number cubed. Edge cases:
 * fewer than two rows vary in no direction.
 */
import type { Kernel } from "../../kernel/api.ts";

/** @param columns one a direction, of equal length; they need not be centred. @returns descending, none negative */
export function covarianceEigenvalues(kernel: Kernel, columns: readonly Float64Array[]): Float64Array {
  const rows = columns[0]?.length ?? 0;
  if (rows < 2) return new Float64Array(columns.length);
  const centred = columns.map((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    return column.map((value) => value - mean);
  });
  const vectors = columns.length <= rows ? centred : transposed(centred);
  return kernel
    .symmetricEigenvalues(productsOf(vectors, rows - 1), vectors.length)
    .map((value) => Math.max(0, value));
}

/** All products of two vectors, each by `divisor`: a symmetric matrix. */
function productsOf(vectors: readonly Float64Array[], divisor: number): Float64Array {
  const k = vectors.length;
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = i; j < k; j++) {
      const [x, y] = [vectors[i], vectors[j]];
      let sum = 0;
      for (let at = 0; at < x.length; at++) sum += x[at] * y[at];
      matrix[i * k + j] = matrix[j * k + i] = sum / divisor;
    }
  return matrix;
}

function transposed(columns: readonly Float64Array[]): Float64Array[] {
  return Array.from(columns[0], (_, row) => Float64Array.from(columns, (column) => column[row]));
}

/**
 * Which rows to learn a covariance from: all, or `most` of them at equal distances. A few thousand tell its eigenvalues well
 * enough, and rows in order of time are met in every season.
 */
export function spreadRows(rows: number, most: number): Int32Array {
  const count = Math.min(rows, most);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}
