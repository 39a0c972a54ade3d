import type { Kernel } from "../kernel/api.ts";
import { square } from "../kernel/guards.ts";

/** Jacobi rotations on a copy, eigenvalues descending. */
export const symmetricEigenvalues: Kernel["symmetricEigenvalues"] = (matrix, k) => {
  square(matrix, k);
  const m = matrix.slice();
  const at = (i: number, j: number): number => m[i * k + j];
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < k; i++) {
      diagonal += at(i, i) ** 2;
      for (let j = i + 1; j < k; j++) off += at(i, j) ** 2;
    }
    if (off <= 1e-32 * diagonal) break;
    for (let p = 0; p < k - 1; p++) for (let q = p + 1; q < k; q++) rotate(m, k, p, q);
  }
  return Float64Array.from({ length: k }, (_, i) => at(i, i))
    .sort()
    .reverse();
};

function rotate(m: Float64Array, k: number, p: number, q: number): void {
  const pq = m[p * k + q];
  if (pq === 0) return;
  const theta = (m[q * k + q] - m[p * k + p]) / (2 * pq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let i = 0; i < k; i++) {
    const [x, y] = [m[i * k + p], m[i * k + q]];
    m[i * k + p] = c * x - s * y;
    m[i * k + q] = s * x + c * y;
  }
  for (let i = 0; i < k; i++) {
    const [x, y] = [m[p * k + i], m[q * k + i]];
    m[p * k + i] = c * x - s * y;
    m[q * k + i] = s * x + c * y;
  }
}
