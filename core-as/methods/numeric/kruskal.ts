/**
 * Do several samples tend to the same ranks? Kruskal & Wallis (1952): an analysis of variance of mid-ranks, divided by the
 * share that ties leave of its variance; p from chi-square with one degree of freedom less than samples.
 *
 * Cost: one merge. Edge cases: fewer than two samples, an empty one, or all values equal have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { rankCells, type Ranked, rankTogether } from "./ranks.ts";

/** @param samples ascending finite values */
export function kruskalOnSamples(kernel: Kernel, samples: readonly Float64Array[]): Result {
  return kruskal(
    kernel,
    rankTogether(samples),
    samples.map(({ length }) => length),
  );
}

/** @param samples counts in the same ordered cells; rows of one cell are ties */
export function kruskalOnCounts(kernel: Kernel, samples: readonly Float64Array[]): Result {
  return kruskal(
    kernel,
    rankCells(samples),
    samples.map((counts) => counts.reduce((sum, count) => sum + count, 0)),
  );
}

function kruskal(kernel: Kernel, { rankSums, ties, total }: Ranked, sizes: number[]): Result {
  const untied = 1 - ties / (total * total * total - total);
  if (sizes.length < 2 || sizes.some((size) => size === 0) || !(untied > 0)) return { ...undefinedResult };
  // About the mean rank: the textbook's difference of two large numbers loses half the digits.
  const mean = (total + 1) / 2;
  const spread = rankSums.reduce((sum, ranks, s) => {
    const offset = ranks / sizes[s] - mean;
    return sum + sizes[s] * offset * offset;
  }, 0);
  const h = ((12 / (total * (total + 1))) * spread) / untied;
  return result(h, { pValue: kernel.chi2Sf(h, sizes.length - 1) });
}
