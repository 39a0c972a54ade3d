/**
 * Statistics on counts in common cells. A call takes less than a microsecond, so what surrounds it counts: exports are
 * looked up once, results are read where they lie, and no arrays are made.
 */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel, Smoothing } from "./api.ts";
import { borders, oneFlagACell, oneWidthAnEdge, sameLength } from "./guards.ts";

type OnCells =
  | "ksCells"
  | "adCells"
  | "wassersteinCells"
  | "quadraticCells"
  | "psi"
  | "divergences"
  | "modelDivergences"
  | "chi2"
  | "gCells";

export function cells(arena: Arena): Pick<Kernel, OnCells> {
  const { call, within, put, putBytes, putInts, reserve, take, takeOne } = arena;
  const [ks, ad, wasserstein, quadratic] = [
    call("ksCells"),
    call("adCells"),
    call("wassersteinCells"),
    call("quadraticCells"),
  ];
  const [psi, divergences, model] = [call("psi"), call("divergences"), call("modelDivergences")];
  const [chi2, g] = [call("chi2"), call("gCells")];
  const result = (at: number, index: number): number => canonical(takeOne(at + 8 * index));
  return {
    ksCells: (a, c, single) =>
      within(() => {
        sameLength(a, c);
        oneFlagACell(a, single);
        const out = reserve(16);
        ks(put(a), put(c), a.length, putBytes(single), out);
        return { low: result(out, 0), high: result(out, 1) };
      }),
    adCells: (a, c) =>
      within(() => {
        sameLength(a, c);
        return canonical(ad(put(a), put(c), a.length));
      }),
    wassersteinCells: (a, c, widths) =>
      within(() => {
        sameLength(a, c);
        oneWidthAnEdge(a, widths);
        return canonical(wasserstein(put(a), put(c), a.length, put(widths)));
      }),
    quadraticCells: (a, c, weights) =>
      within(() => {
        sameLength(a, c);
        oneWidthAnEdge(a, weights);
        return canonical(quadratic(put(a), put(c), a.length, put(weights)));
      }),
    psi: (a, c, smoothing) =>
      within(() => {
        sameLength(a, c);
        return canonical(psi(put(a), put(c), a.length, smoothingKind(smoothing), smoothing.amount));
      }),
    divergences: (a, c) =>
      within(() => {
        sameLength(a, c);
        const out = reserve(56);
        divergences(put(a), put(c), a.length, out);
        return {
          klReferenceCurrent: result(out, 0),
          klCurrentReference: result(out, 1),
          js: result(out, 2),
          hellinger: result(out, 3),
          tvd: result(out, 4),
          linf: result(out, 5),
        };
      }),
    modelDivergences: (a, c, offsets, smoothing) =>
      within(() => {
        sameLength(a, c);
        borders(a, offsets);
        const features = offsets.length - 1;
        const out = reserve(64 * features);
        const kind = smoothingKind(smoothing);
        model(put(a), put(c), putInts(offsets), features, kind, smoothing.amount, out);
        const found = take(out, 8 * features);
        // A plain loop: map with a callback takes a tenth as long as all the statistics.
        for (let i = 0; i < found.length; i++) found[i] = canonical(found[i]);
        return found;
      }),
    chi2: (a, c) =>
      within(() => {
        sameLength(a, c);
        const out = reserve(24);
        chi2(put(a), put(c), a.length, out);
        return { statistic: result(out, 0), dof: result(out, 1), minExpected: result(out, 2) };
      }),
    gCells: (a, c) =>
      within(() => {
        sameLength(a, c);
        return canonical(g(put(a), put(c), a.length));
      }),
  };
}

function smoothingKind(smoothing: Smoothing): number {
  if (smoothing.kind === "add") return 0;
  return smoothing.renormalise ? 2 : 1;
}
