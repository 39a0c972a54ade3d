import { blockOf, type DerivedBlock } from "../derived/kinds.ts";
import { estimateClassDecisions } from "./estimate-class-decisions.ts";
import { estimateDecisions } from "./estimate-decisions.ts";
import { estimateLosses } from "./estimate-losses.ts";
import type { Estimated } from "./estimated.ts";

/** What a block of estimates says of its part of a window's counts; null for a block of something else. */
export function estimateBlock(block: DerivedBlock, counts: Float64Array): Estimated | null {
  const decisions = blockOf([block], "decisions");
  if (decisions !== null) return estimateDecisions(decisions, counts);
  const classes = blockOf([block], "classDecisions");
  if (classes !== null) return estimateClassDecisions(classes, counts);
  const losses = blockOf([block], "losses");
  return losses === null ? null : estimateLosses(losses, counts);
}
