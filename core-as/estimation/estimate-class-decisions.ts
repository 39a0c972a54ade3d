import { type ClassCounting, expectationIn } from "../derived/class-decisions.ts";
import { probabilityUnits, roundingOf } from "../derived/fixed-point.ts";
import { estimateMulticlass, type MulticlassExpectation } from "../methods/estimation/cbpe-multiclass.ts";
import { type Result, result } from "../methods/result.ts";
import type { Estimated } from "./estimated.ts";

/** @param counts the block's part of a window's flat vector */
export function estimateClassDecisions(block: ClassCounting, counts: Float64Array): Estimated {
  const expected = expectationIn(block, counts);
  const { rows, assumption, rocAuc, accuracy, ...means } = estimateMulticlass(expected);
  const slack = roundingSlack(expected);
  const { classes, confusion } = expected;
  return {
    rows,
    metrics: {
      rocAuc: within(rocAuc, slack),
      accuracy: within(accuracy, roundingOf(probabilityUnits)),
      ...Object.fromEntries(Object.entries(means).map(([name, mean]) => [name, within(mean, slack)])),
    },
    confusion: Array.from({ length: classes }, (_, k) => [
      ...confusion.subarray(k * classes, (k + 1) * classes),
    ]),
    assumption,
  };
}

/** Probabilities are rounded in each row; each class's shares move by no more than this, and so do means over them. */
function roundingSlack({ classes, rows, confusion }: MulticlassExpectation): number {
  const most = 4 * rows * roundingOf(probabilityUnits);
  let slack = 0;
  for (let k = 0; k < classes; k++) {
    let labelled = 0;
    for (let j = 0; j < classes; j++) labelled += confusion[k * classes + j];
    slack += Math.min(1, most / Math.min(labelled, rows - labelled)) / classes;
  }
  return slack;
}

function within({ statistic, low, high }: Result, slack: number): Result {
  return result(statistic, {
    low: Math.max(0, (low ?? statistic) - slack),
    high: Math.min(1, (high ?? statistic) + slack),
  });
}
