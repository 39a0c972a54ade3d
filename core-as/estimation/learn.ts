/** The derived block that estimates come from, learnt where a reference is made from labelled rows. */
import type { DerivedBlock } from "../derived/kinds.ts";
import type { Kernel } from "../kernel/api.ts";
import type { LabelledRows } from "./labelled.ts";
import { learnClassDecisions } from "./learn-class-decisions.ts";
import { learnDecisions } from "./learn-decisions.ts";
import { learnLossModels, lossesBlock, type LossModels } from "./learn-losses.ts";

/**
 * None where labels, scores or predictions do not suffice.
 * @param lossModels of a regression, where its trees have been learnt already
 */
export function learnEstimates(
  kernel: Kernel,
  rows: LabelledRows,
  lossModels: LossModels | null = learnLossModels(kernel, rows),
): DerivedBlock[] {
  const block = learnBlock(kernel, rows, lossModels);
  return block === null ? [] : [block];
}

function learnBlock(kernel: Kernel, rows: LabelledRows, lossModels: LossModels | null): DerivedBlock | null {
  switch (rows.model.task) {
    case "binary":
      return learnDecisions(kernel, rows);
    case "multiclass":
      return learnClassDecisions(kernel, rows);
    case "regression":
      return lossModels && lossesBlock(kernel, rows, lossModels);
  }
}
