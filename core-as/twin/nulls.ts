/** The nulls in plain TypeScript: the kernel's algorithms over arrays, with the host's `Math`. */
import type { NullRequest } from "../kernel/api.ts";
import { checkedNull } from "../kernel/guards.ts";
import {
  adCells,
  chi2,
  divergences,
  gCells,
  ksCells,
  psi,
  quadraticCells,
  sum,
  wassersteinCells,
} from "./cells.ts";
import { gamma, normal, seed } from "./generator.ts";
import { binomial } from "./random-binomial.ts";
import { hypergeometric } from "./random-hypergeometric.ts";

export function bridgeMaxima(grid: Float64Array, draws: number, seedValue: number): Float64Array {
  seed(seedValue);
  const result = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let walk = 0;
    const path = grid.map((u, i) => (walk += normal() * Math.sqrt(u - (i > 0 ? grid[i - 1] : 0))));
    const end = walk + normal() * Math.sqrt(1 - (grid.at(-1) ?? 0));
    result[draw] = path.reduce((most, w, i) => Math.max(most, Math.abs(w - grid[i] * end)), 0);
  }
  return result.sort();
}

type CellStatistic = (a: Float64Array, c: Float64Array, widths: Float64Array) => number;

const statisticOf: Record<NullRequest["statistic"], CellStatistic> = {
  ad: adCells,
  ks: (a, c) => ksCells(a, c, new Uint8Array(a.length)).low,
  psi: (a, c) => psi(a, c, { kind: "add", amount: 0.5 }),
  js: (a, c) => divergences(a, c).js,
  chi2: (a, c) => chi2(a, c).statistic,
  kl: (a, c) => divergences(a, c).klCurrentReference,
  hellinger: (a, c) => divergences(a, c).hellinger,
  wasserstein: wassersteinCells,
  tvd: (a, c) => divergences(a, c).tvd,
  linf: (a, c) => divergences(a, c).linf,
  quadratic: quadraticCells,
  g: gCells,
};

function dirichletMultinomial(a: Float64Array, m: number): Float64Array {
  const last = a.length - 1;
  const weights = new Float64Array(a.length);
  const rest = new Float64Array(a.length);
  for (let i = last; i >= 0; i--) {
    weights[i] = gamma(a[i] + (i === last ? 1 : 0));
    rest[i] = weights[i] + (i === last ? 0 : rest[i + 1]);
  }
  let rows = m;
  return weights.map((weight, i) => {
    const taken = i === last ? rows : binomial(rows, weight / rest[i]);
    rows -= taken;
    return taken;
  });
}

function multivariateHypergeometric(counts: Float64Array, keep: number): Float64Array {
  let remaining = sum(counts);
  let rows = Math.min(keep, remaining);
  return counts.map((count) => {
    remaining -= count;
    const taken = hypergeometric(count, remaining, rows);
    rows -= taken;
    return taken;
  });
}

export function simulateNull(request: NullRequest): Float64Array {
  const { sampler, statistic, a, c, m, draws, seed: seedValue } = checkedNull(request);
  const pooled = a.map((count, i) => count + c[i]);
  seed(seedValue);
  const result = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const drawn =
      sampler === "dirichlet" ? dirichletMultinomial(a, m) : multivariateHypergeometric(pooled, m);
    const left = sampler === "dirichlet" ? a : pooled.map((count, i) => count - drawn[i]);
    result[draw] = statisticOf[statistic](left, drawn, request.widths ?? new Float64Array());
  }
  return result.sort();
}

export function thin(counts: Float64Array, keep: number, seedValue: number): Float64Array {
  seed(seedValue);
  return multivariateHypergeometric(counts, keep);
}
