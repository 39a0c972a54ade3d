/**
 * The kernel's twin: every function again in plain TypeScript with the host's `Math`. It is the oracle in property tests
 * and the rival in benches; held to 1e-12 of the kernel, not to its bits.
 */
import type { Kernel } from "../kernel/api.ts";
import { borders, oneFlagACell, oneWidthAnEdge, sameLength } from "../kernel/guards.ts";
import { fingerprint } from "./bodies.ts";
import {
  adCells,
  chi2,
  divergences,
  gCells,
  ksCells,
  modelDivergences,
  psi,
  quadraticCells,
  wassersteinCells,
} from "./cells.ts";
import { columnCounter, countEdges, countEqualWidth, countValues, moments, profile } from "./counting.ts";
import { symmetricEigenvalues } from "./eigenvalues.ts";
import { readJsonRows } from "./json.ts";
import { bridgeMaxima, simulateNull, thin } from "./nulls.ts";
import { ksSamples, ksUnsorted, wassersteinSamples } from "./samples.ts";
import { sketchMerge, sketchUpdate } from "./sketch.ts";
import { special } from "./special.ts";

/** Puts the guard for counts of common cells before a statistic. */
function onCells<Rest extends unknown[], Result>(
  statistic: (a: Float64Array, c: Float64Array, ...rest: Rest) => Result,
  guard?: (a: Float64Array, ...rest: Rest) => void,
): (a: Float64Array, c: Float64Array, ...rest: Rest) => Result {
  return (a, c, ...rest) => {
    sameLength(a, c);
    guard?.(a, ...rest);
    return statistic(a, c, ...rest);
  };
}

export const twin: Kernel = {
  name: "twin",
  columnCounter,
  countEdges,
  countEqualWidth,
  countValues,
  moments,
  profile,
  sortFinite: (values) => values.filter(Number.isFinite).sort(),
  readJsonRows,
  fingerprint,
  sketchUpdate,
  sketchMerge,
  ksSamples,
  ksUnsorted,
  wassersteinSamples,
  ksCells: onCells(ksCells, oneFlagACell),
  adCells: onCells(adCells),
  wassersteinCells: onCells(wassersteinCells, oneWidthAnEdge),
  quadraticCells: onCells(quadraticCells, oneWidthAnEdge),
  psi: onCells(psi),
  divergences: onCells(divergences),
  modelDivergences: onCells(modelDivergences, borders),
  chi2: onCells(chi2),
  gCells: onCells(gCells),
  log: Math.log,
  exp: Math.exp,
  log1p: Math.log1p,
  ...special,
  expm1: Math.expm1,
  symmetricEigenvalues,
  bridgeMaxima,
  simulateNull,
  thin,
};
