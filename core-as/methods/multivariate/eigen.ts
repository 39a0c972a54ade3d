/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Jacobi 1846; Golub & Van Loan): each turns
 * two axes so that their covariance vanishes, sweep after sweep in the same order until nothing is left off the diagonal.
 * Square roots only, so the same bits everywhere. Cost: about ten sweeps of k³. Edge cases: k = 0 gives nothing.
 */
export interface Eigen {
  /** Descending. */
  values: Float64Array;
  /** One for each value, of length 1; the sign is that which makes its largest entry positive. */
  vectors: Float64Array[];
}

const mostSweeps = 60;

/** @param matrix k × k, row-major, symmetric, finite */
export function symmetricEigen(matrix: Float64Array, k: number): Eigen {
  if (matrix.length !== k * k) throw new RangeError(`${matrix.length} entries are no ${k} × ${k} matrix`);
  const a = matrix.slice();
  const v = Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < mostSweeps && sweepOnce(a, v, k); sweep++);
  const order = Array.from({ length: k }, (_, i) => i).sort((i, j) => a[j * k + j] - a[i * k + i] || i - j);
  return {
    values: Float64Array.from(order, (i) => a[i * k + i]),
    vectors: order.map((column) =>
      oriented(Float64Array.from({ length: k }, (_, row) => v[row * k + column])),
    ),
  };
}

/** One rotation for each pair of axes; false when all were nought already. */
function sweepOnce(a: Float64Array, v: Float64Array, k: number): boolean {
  let turned = false;
  for (let p = 0; p < k; p++)
    for (let q = p + 1; q < k; q++) {
      const off = a[p * k + q];
      // Nought beside both variances, to the last bit.
      if (Math.abs(off) <= 1e-300 || Math.abs(off) < 1e-17 * Math.sqrt(Math.abs(a[p * k + p] * a[q * k + q])))
        continue;
      turned = true;
      const theta = (a[q * k + q] - a[p * k + p]) / (2 * off);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const cos = 1 / Math.sqrt(t * t + 1);
      rotate(a, v, k, p, q, cos, t * cos);
    }
  return turned;
}

function rotate(
  a: Float64Array,
  v: Float64Array,
  k: number,
  p: number,
  q: number,
  cos: number,
  sin: number,
): void {
  for (let i = 0; i < k; i++) {
    const [ip, iq] = [a[i * k + p], a[i * k + q]];
    a[i * k + p] = cos * ip - sin * iq;
    a[i * k + q] = sin * ip + cos * iq;
  }
  for (let i = 0; i < k; i++) {
    const [pi, qi] = [a[p * k + i], a[q * k + i]];
    a[p * k + i] = cos * pi - sin * qi;
    a[q * k + i] = sin * pi + cos * qi;
  }
  for (let i = 0; i < k; i++) {
    const [ip, iq] = [v[i * k + p], v[i * k + q]];
    v[i * k + p] = cos * ip - sin * iq;
    v[i * k + q] = sin * ip + cos * iq;
  }
  // What the rotation was for, without its rounding.
  a[p * k + q] = 0;
  a[q * k + p] = 0;
}

function oriented(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) + 1e-12 ? x : most), 0);
  return largest < 0 ? vector.map((x) => -x) : vector;
}
