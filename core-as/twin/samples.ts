/** Statistics on sorted samples in plain TypeScript: both walk every distinct value of the pooled samples. */

function walk(
  r: Float64Array,
  c: Float64Array,
  visit: (gap: number, from: number, to: number) => void,
): void {
  let i = 0;
  let j = 0;
  let last = Math.min(r[0], c[0]);
  while (i < r.length || j < c.length) {
    const v = Math.min(i < r.length ? r[i] : Infinity, j < c.length ? c[j] : Infinity);
    visit(Math.abs(i / r.length - j / c.length), last, v);
    while (r[i] <= v) i++;
    while (c[j] <= v) j++;
    last = v;
  }
}

export function ksSamples(r: Float64Array, c: Float64Array): number {
  if (r.length === 0 || c.length === 0) return NaN;
  let most = 0;
  walk(r, c, (gap) => {
    most = Math.max(most, gap);
  });
  return most;
}

export function wassersteinSamples(r: Float64Array, c: Float64Array): number {
  if (r.length === 0 || c.length === 0) return NaN;
  let area = 0;
  walk(r, c, (gap, from, to) => {
    if (gap > 0) area += gap * (to - from);
  });
  return area;
}
