/**
 * Do several samples have the same mean? One-way analysis of variance (Fisher 1925): the variance between the samples'
 * means over the variance within the samples, held against the F distribution.
 *
 * Values are scaled by one power of two for all samples, so that none is too large or too small to be squared. Cost: a few
 * passes over each sample. Edge cases: fewer than two samples, an empty one, no more values than samples, or no variance
 * within any of them have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { powerAbove, summation, sumOf } from "./exact-sum.ts";

export interface Anova extends Result {
  between: number;
  within: number;
}

/** @param samples finite values; their order does not matter */
export function anova(kernel: Kernel, samples: readonly Float64Array[]): Anova {
  const total = samples.reduce((count, { length }) => count + length, 0);
  const [between, within] = [samples.length - 1, total - samples.length];
  // Asked of the values: what rounding of a mean leaves over would pass for variance.
  const constant = samples.every((sample) => sample.every((value) => value === sample[0]));
  if (between < 1 || within < 1 || constant || samples.some(({ length }) => length === 0))
    return { ...undefinedResult, between, within };
  const unit = Math.max(...samples.map(powerAbove));
  const groups = samples.map((sample) => sample.map((value) => value / unit));
  // About the grand mean, so that an offset cancels nothing.
  const grand = groups.reduce((sum, group) => sum + sumOf(group), 0) / total;
  const [sumBetween, sumWithin] = [summation(), summation()];
  for (const group of groups) {
    const offset = sumOf(group, (value) => value - grand) / group.length;
    sumBetween.add(group.length * offset * offset);
    for (const value of group) sumWithin.add((value - grand - offset) * (value - grand - offset));
  }
  const f = sumBetween.total() / between / (sumWithin.total() / within);
  if (!Number.isFinite(f)) return { ...undefinedResult, between, within };
  return { ...result(f, { pValue: kernel.fSf(f, between, within) }), between, within };
}
