/**
 * Are two samples equally wide? Brown & Forsythe (1974): an analysis of variance of the distances from each sample's
 * median, which a heavy tail or a skew does not mislead as it does Bartlett's or Levene's test.
 *
 * Cost: four passes. Edge cases: as for `anova`; constant samples have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Anova, anova } from "./anova.ts";
import { quantile } from "./descriptive.ts";
import type { Sample } from "./sample.ts";

export function brownForsythe(kernel: Kernel, r: Sample, c: Sample): Anova {
  return anova(kernel, [distances(r), distances(c)]);
}

function distances({ sorted }: Sample): Float64Array {
  const median = quantile(sorted, 0.5);
  return sorted.map((value) => Math.abs(value - median));
}
