import { type DecisionCounting, massesIn } from "../derived/decisions.ts";
import { probabilityUnits, roundingOf } from "../derived/fixed-point.ts";
import { isotonicOf } from "../derived/score-map.ts";
import { estimateMasses } from "../methods/estimation/score-masses.ts";
import type { Estimated } from "./estimated.ts";

/** @param counts the block's part of a window's flat vector */
export function estimateDecisions(block: DecisionCounting, counts: Float64Array): Estimated {
  const estimate = estimateMasses(
    massesIn(block, counts),
    isotonicOf(block.map),
    roundingOf(probabilityUnits),
  );
  const { rows, assumption, confusion, ...metrics } = estimate;
  const { tn, fp, fn, tp } = confusion;
  return {
    rows,
    metrics,
    confusion: [
      [tn.statistic, fp.statistic],
      [fn.statistic, tp.statistic],
    ],
    assumption,
  };
}
