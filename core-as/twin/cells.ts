/** Statistics on counts in plain TypeScript, from cumulative shares and definitions. */
import { type Divergences, modelDivergenceNames, type Smoothing } from "../kernel/api.ts";

export const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** Shares at or below each cell's right border. */
function cumulative(counts: Float64Array): Float64Array {
  const total = sum(counts);
  let running = 0;
  return counts.map((value) => (running += value) / total);
}

export function ksCells(a: Float64Array, c: Float64Array, single: Uint8Array): { low: number; high: number } {
  if (sum(a) === 0 || sum(c) === 0) return { low: NaN, high: NaN };
  const r = cumulative(a);
  const w = cumulative(c);
  const low = r.reduce((most, share, i) => Math.max(most, Math.abs(share - w[i])), 0);
  const inside = r.map((share, i) =>
    single[i] ? 0 : Math.max(w[i] - (i > 0 ? r[i - 1] : 0), share - (i > 0 ? w[i - 1] : 0)),
  );
  return { low, high: inside.reduce((most, gap) => Math.max(most, gap), low) };
}

export function adCells(a: Float64Array, c: Float64Array): number {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0) return NaN;
  const r = cumulative(a);
  const w = cumulative(c);
  let total = 0;
  for (let i = 0; i + 1 < a.length; i++) {
    if (r[i] === 0 || r[i] === 1) continue;
    total += ((r[i] - w[i]) ** 2 * (a[i] + a[i + 1])) / (2 * n * r[i] * (1 - r[i]));
  }
  return (total * n * m) / (n + m);
}

export function quadraticCells(a: Float64Array, c: Float64Array, weights: Float64Array): number {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0) return NaN;
  const r = cumulative(a);
  const w = cumulative(c);
  return (weights.reduce((total, weight, i) => total + (r[i] - w[i]) ** 2 * weight, 0) * n * m) / (n + m);
}

export function gCells(a: Float64Array, c: Float64Array): number {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0) return NaN;
  const term = (observed: number, expected: number): number =>
    observed > 0 ? observed * Math.log(observed / expected) : 0;
  const total = a.reduce((all, value, i) => {
    const share = (value + c[i]) / (n + m);
    return all + term(value, share * n) + term(c[i], share * m);
  }, 0);
  return 2 * Math.max(0, total);
}

export function wassersteinCells(a: Float64Array, c: Float64Array, widths: Float64Array): number {
  if (sum(a) === 0 || sum(c) === 0) return NaN;
  const r = cumulative(a);
  const w = cumulative(c);
  return widths.reduce((area, width, i) => area + Math.abs(r[i] - w[i]) * width, 0);
}

/** Shares after the smoothing, over the cells that are not empty on both sides. */
function smoothed(counts: Float64Array, keep: boolean[], { kind, amount, ...rest }: Smoothing): Float64Array {
  const kept = counts.filter((_, i) => keep[i]);
  const total = sum(kept);
  if (kind === "add") return kept.map((value) => (value + amount) / (total + kept.length * amount));
  const shares = kept.map((value) => Math.max(value / total, amount));
  const renormalise = "renormalise" in rest && rest.renormalise;
  const all = renormalise ? sum(shares) : 1;
  return shares.map((share) => share / all);
}

export function psi(a: Float64Array, c: Float64Array, smoothing: Smoothing): number {
  if (sum(a) === 0 || sum(c) === 0) return NaN;
  const keep = [...a].map((value, i) => value > 0 || c[i] > 0);
  const p = smoothed(a, keep, smoothing);
  const q = smoothed(c, keep, smoothing);
  return p.reduce((total, share, i) => total + (share - q[i]) * Math.log(share / q[i]), 0);
}

const kl = (p: Float64Array, q: Float64Array): number =>
  p.reduce((total, share, i) => (share === 0 ? total : total + share * Math.log(share / q[i])), 0);

/** Σ p ln(p / middle) by what p has above the middle: the logarithm of a rounded quotient would lose a small rest. */
const towardsMiddle = (p: Float64Array, q: Float64Array): number =>
  p.reduce((t, share, i) => (share === 0 ? t : t + share * Math.log1p((share - q[i]) / (share + q[i]))), 0);

export function divergences(a: Float64Array, c: Float64Array): Divergences {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0)
    return { klReferenceCurrent: NaN, klCurrentReference: NaN, js: NaN, hellinger: NaN, tvd: NaN, linf: NaN };
  const p = a.map((value) => value / n);
  const q = c.map((value) => value / m);
  const gaps = p.map((share, i) => Math.abs(share - q[i]));
  const bits = (towardsMiddle(p, q) + towardsMiddle(q, p)) / 2 / Math.LN2;
  return {
    klReferenceCurrent: kl(p, q),
    klCurrentReference: kl(q, p),
    js: Math.sqrt(Math.max(0, Math.min(1, bits))),
    hellinger: Math.min(
      1,
      Math.sqrt(p.reduce((t, share, i) => t + (Math.sqrt(share) - Math.sqrt(q[i])) ** 2, 0) / 2),
    ),
    tvd: sum(gaps) / 2,
    linf: gaps.reduce((most, gap) => Math.max(most, gap), 0),
  };
}

export function chi2(
  a: Float64Array,
  c: Float64Array,
): { statistic: number; dof: number; minExpected: number } {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0) return { statistic: NaN, dof: 0, minExpected: 0 };
  let statistic = 0;
  let kept = 0;
  let minExpected = Infinity;
  for (let i = 0; i < a.length; i++) {
    const both = a[i] + c[i];
    if (both === 0) continue;
    kept++;
    const expected = [(both * n) / (n + m), (both * m) / (n + m)];
    statistic += (a[i] - expected[0]) ** 2 / expected[0] + (c[i] - expected[1]) ** 2 / expected[1];
    minExpected = Math.min(minExpected, ...expected);
  }
  return { statistic, dof: kept - 1, minExpected };
}

export function modelDivergences(
  a: Float64Array,
  c: Float64Array,
  offsets: Int32Array,
  smoothing: Smoothing,
): Float64Array {
  const each = Array.from({ length: offsets.length - 1 }, (_, feature) => {
    const [r, w] = [a, c].map((counts) => counts.subarray(offsets[feature], offsets[feature + 1]));
    const all = {
      psi: psi(r, w, smoothing),
      ks: ksCells(r, w, new Uint8Array(r.length)).low,
      ...divergences(r, w),
    };
    return modelDivergenceNames.map((name) => all[name]);
  });
  return Float64Array.from(each.flat());
}
