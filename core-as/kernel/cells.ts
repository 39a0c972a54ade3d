/** Statistics on counts in common cells. */
import { type Arena, canonical } from "./arena.ts";
import type { Divergences, Kernel, Smoothing } from "./api.ts";
import { oneFlagACell, oneWidthAnEdge, sameLength } from "./guards.ts";

type OnCells =
  "ksCells" | "adCells" | "wassersteinCells" | "quadraticCells" | "psi" | "divergences" | "chi2" | "gCells";

export function cells({ call, within, put, putBytes, room, take }: Arena): Pick<Kernel, OnCells> {
  const onCells = (a: Float64Array, c: Float64Array): [number, number, number] => {
    sameLength(a, c);
    return [put(a), put(c), a.length];
  };
  return {
    ksCells: (a, c, single) =>
      within(() => {
        oneFlagACell(a, single);
        const flags = putBytes(single);
        const out = room(2);
        call("ksCells")(...onCells(a, c), flags, out);
        const [low, high] = take(out, 2);
        return { low: canonical(low), high: canonical(high) };
      }),
    adCells: (a, c) => within(() => canonical(call("adCells")(...onCells(a, c)))),
    wassersteinCells: (a, c, widths) =>
      within(() => {
        oneWidthAnEdge(a, widths);
        return canonical(call("wassersteinCells")(...onCells(a, c), put(widths)));
      }),
    quadraticCells: (a, c, weights) =>
      within(() => {
        oneWidthAnEdge(a, weights);
        return canonical(call("quadraticCells")(...onCells(a, c), put(weights)));
      }),
    psi: (a, c, smoothing) =>
      within(() => canonical(call("psi")(...onCells(a, c), smoothingKind(smoothing), smoothing.amount))),
    divergences: (a, c) =>
      within(() => {
        const out = room(6);
        call("divergences")(...onCells(a, c), out);
        return divergencesOf(take(out, 6));
      }),
    chi2: (a, c) =>
      within(() => {
        const out = room(3);
        call("chi2")(...onCells(a, c), out);
        const [statistic, dof, minExpected] = take(out, 3);
        return { statistic: canonical(statistic), dof, minExpected };
      }),
    gCells: (a, c) => within(() => canonical(call("gCells")(...onCells(a, c)))),
  };
}

function smoothingKind(smoothing: Smoothing): number {
  if (smoothing.kind === "add") return 0;
  return smoothing.renormalise ? 2 : 1;
}

function divergencesOf(result: Float64Array): Divergences {
  const [klReferenceCurrent, klCurrentReference, js, hellinger, tvd, linf] = [...result].map(canonical);
  return { klReferenceCurrent, klCurrentReference, js, hellinger, tvd, linf };
}
