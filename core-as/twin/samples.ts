/** Statistics on sorted samples in plain TypeScript: they walk every distinct value of the pooled samples. */

/** Gaps as whole numbers i·m − j·n, so that the answer is rounded once. */
export function ksSamples(r: Float64Array, c: Float64Array): number {
  const [n, m] = [r.length, c.length];
  if (n === 0 || m === 0) return NaN;
  let most = 0;
  let [i, j] = [0, 0];
  while (i < n && j < m) {
    const v = Math.min(r[i], c[j]);
    while (r[i] <= v) i++;
    while (c[j] <= v) j++;
    most = Math.max(most, Math.abs(i * m - j * n));
  }
  return most / (n * m);
}

export function ksUnsorted(r: Float64Array, c: Float64Array): number {
  return ksSamples(r.filter(Number.isFinite).sort(), c.filter(Number.isFinite).sort());
}

export function wassersteinSamples(r: Float64Array, c: Float64Array): number {
  if (r.length === 0 || c.length === 0) return NaN;
  let area = 0;
  let [i, j] = [0, 0];
  let last = Math.min(r[0], c[0]);
  while (i < r.length || j < c.length) {
    const v = Math.min(i < r.length ? r[i] : Infinity, j < c.length ? c[j] : Infinity);
    const gap = Math.abs(i / r.length - j / c.length);
    if (gap > 0) area += gap * (v - last);
    while (r[i] <= v) i++;
    while (c[j] <= v) j++;
    last = v;
  }
  return area;
}
