/**
 * Scores counted by cell and by what the model decided: all that performance can be estimated from while labels are not
 * known. A cell is a stretch of scores that no other cell reaches into; a cell of one single score loses nothing. Counts
 * of two windows, or of two shards of one, add up, and so every estimate made from them merges.
 *
 * Cost: one sort for rows, one pass to merge. Edge cases: rows whose score is missing or infinite, or whose decision is
 * neither 0 nor 1, are not counted.
 */
import type { Kernel } from "../../kernel-api.ts";
import { totalOf } from "../counts/paired-counts.ts";
import { distinctValues, positionOf } from "./distinct-values.ts";

export interface DecisionCells {
  /** The lowest score a cell can hold, ascending. */
  lowest: Float64Array;
  /** The highest: below the next cell's lowest, and the same as `lowest` in a cell of one score. */
  highest: Float64Array;
  /** Rows decided 0, one count a cell. */
  zeros: Float64Array;
  /** Rows decided 1. */
  ones: Float64Array;
}

/** One cell to each distinct score. */
export function decisionCellsOf(
  kernel: Kernel,
  scores: Float64Array,
  decisions: ArrayLike<number>,
): DecisionCells {
  if (scores.length !== decisions.length)
    throw new RangeError(`${scores.length} scores and ${decisions.length} decisions`);
  const counted = scores.map((score, row) => (decisions[row] === 0 || decisions[row] === 1 ? score : NaN));
  const lowest = distinctValues(kernel, counted);
  const cells = {
    lowest,
    highest: lowest,
    zeros: new Float64Array(lowest.length),
    ones: new Float64Array(lowest.length),
  };
  counted.forEach((score, row) => {
    if (!Number.isFinite(score)) return;
    (decisions[row] === 1 ? cells.ones : cells.zeros)[positionOf(lowest, score)]++;
  });
  return cells;
}

/** Both together. Cells must be the same or lie apart: overlapping ones were cut differently and cannot be added. */
export function mergeDecisions(a: DecisionCells, b: DecisionCells): DecisionCells {
  const [lowest, highest, zeros, ones]: number[][] = [[], [], [], []];
  let [i, j] = [0, 0];
  while (i < a.lowest.length || j < b.lowest.length) {
    const [inA, inB] = [a.lowest[i] ?? Infinity, b.lowest[j] ?? Infinity];
    const same = inA === inB;
    const [side, at] = inA <= inB ? [a, i] : [b, j];
    if (same ? a.highest[i] !== b.highest[j] : side.highest[at] >= Math.max(inA, inB))
      throw new RangeError(`the cells at the score ${Math.min(inA, inB)} are cut differently`);
    lowest.push(side.lowest[at]);
    highest.push(side.highest[at]);
    zeros.push(side.zeros[at] + (same ? b.zeros[j] : 0));
    ones.push(side.ones[at] + (same ? b.ones[j] : 0));
    if (inA <= inB) i++;
    if (inB <= inA) j++;
  }
  return {
    lowest: Float64Array.from(lowest),
    highest: Float64Array.from(highest),
    zeros: Float64Array.from(zeros),
    ones: Float64Array.from(ones),
  };
}

/** Rows by decision; NaN where the cells hold what is no count. */
export function rowsByDecision({ zeros, ones }: DecisionCells): { zeros: number; ones: number } {
  return { zeros: totalOf(zeros), ones: totalOf(ones) };
}

/** True where every cell in use is a single score: then nothing is lost to the cells. */
export function isExact({ lowest, highest, zeros, ones }: DecisionCells): boolean {
  return lowest.every((low, cell) => low === highest[cell] || zeros[cell] + ones[cell] === 0);
}
