/**
 * Do several samples have the same mean? One-way analysis of variance (Fisher 1925): the variance between the samples'
 * means over the variance within the samples, held against the F distribution.
 *
 * Cost: two passes over each sample. Edge cases: fewer than two samples, an empty one, no more values than samples, or no
 * variance anywhere have no answer.
 */
import type { Kernel } from "../../kernel-api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { summation, sumOf } from "./exact-sum.ts";

export interface Anova extends Result {
  between: number;
  within: number;
}

/** @param groups finite values; their order does not matter */
export function anova(kernel: Kernel, groups: readonly Float64Array[]): Anova {
  const total = groups.reduce((count, { length }) => count + length, 0);
  const [between, within] = [groups.length - 1, total - groups.length];
  if (between < 1 || within < 1 || groups.some(({ length }) => length === 0))
    return { ...undefinedResult, between, within };
  // About the grand mean, so that an offset cancels nothing.
  const grand = groups.reduce((sum, group) => sum + sumOf(group), 0) / total;
  const [sumBetween, sumWithin] = [summation(), summation()];
  for (const group of groups) {
    const offset = sumOf(group, (value) => value - grand) / group.length;
    sumBetween.add(group.length * offset * offset);
    for (const value of group) sumWithin.add((value - grand - offset) * (value - grand - offset));
  }
  if (!(sumWithin.total() > 0)) return { ...undefinedResult, between, within };
  const f = sumBetween.total() / between / (sumWithin.total() / within);
  return { ...result(f, { pValue: kernel.fSf(f, between, within) }), between, within };
}
