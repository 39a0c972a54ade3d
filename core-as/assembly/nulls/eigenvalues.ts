/**
 * Eigenvalues of a symmetric matrix by cyclic Jacobi rotations, in place; the diagonal holds them afterwards, unsorted.
 *
 * Source: Jacobi (1846), Rutishauser (1966) for the order. Cost: a few sweeps of k^3. Deterministic: a fixed order, and
 * square roots only. Edge cases: k of 0 and 1 do nothing.
 */
export function jacobi(matrix: usize, k: i32): void {
  const row = (<usize>k) << 3;
  for (let sweep: i32 = 0; sweep < 60; sweep++) {
    let off: f64 = 0;
    let diagonal: f64 = 0;
    for (let i: i32 = 0; i < k; i++) {
      const d = load<f64>(matrix + <usize>i * row + ((<usize>i) << 3));
      diagonal += d * d;
      for (let j: i32 = i + 1; j < k; j++) {
        const x = load<f64>(matrix + <usize>i * row + ((<usize>j) << 3));
        off += x * x;
      }
    }
    if (off <= 1e-32 * diagonal) return;
    for (let p: i32 = 0; p < k - 1; p++) {
      for (let q: i32 = p + 1; q < k; q++) rotate(matrix, k, row, p, q);
    }
  }
}

function rotate(matrix: usize, k: i32, row: usize, p: i32, q: i32): void {
  const atP = (<usize>p) << 3;
  const atQ = (<usize>q) << 3;
  const pq = load<f64>(matrix + <usize>p * row + atQ);
  if (pq === 0) return;
  const pp = load<f64>(matrix + <usize>p * row + atP);
  const qq = load<f64>(matrix + <usize>q * row + atQ);
  const theta = (qq - pp) / (2.0 * pq);
  const t = (theta >= 0 ? 1.0 : -1.0) / (Math.abs(theta) + Math.sqrt(theta * theta + 1.0));
  const c = 1.0 / Math.sqrt(t * t + 1.0);
  const s = t * c;
  for (let i: i32 = 0; i < k; i++) {
    const line = matrix + <usize>i * row;
    const x = load<f64>(line + atP);
    const y = load<f64>(line + atQ);
    store<f64>(line + atP, c * x - s * y);
    store<f64>(line + atQ, s * x + c * y);
  }
  const lineP = matrix + <usize>p * row;
  const lineQ = matrix + <usize>q * row;
  for (let i: i32 = 0; i < k; i++) {
    const at = (<usize>i) << 3;
    const x = load<f64>(lineP + at);
    const y = load<f64>(lineQ + at);
    store<f64>(lineP + at, c * x - s * y);
    store<f64>(lineQ + at, s * x + c * y);
  }
}
