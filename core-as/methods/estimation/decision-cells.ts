/**
 * Scores counted by cell and by what the model decided: all that performance can be estimated from while labels are not
 * known. A cell is a stretch of scores that no other cell reaches into; a cell of one single score loses nothing. Counts
 * of two windows, or of two shards of one, add up, and so every estimate made from them merges.
 *
 * Cost: one sort for rows, one pass to merge. Edge cases: rows whose score is missing or infinite, or whose decision is
 * neither 0 nor 1, are not counted.
 */
import type { Kernel } from "../../kernel/api.ts";
import { totalOf } from "../counts/paired-counts.ts";
import { distinctValues } from "./distinct-values.ts";
import { positionOf } from "../../domain/position.ts";

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

/** The stretches of fixed cells, right-closed at the ascending inner `edges`, from `least` to `most`. */
export function fixedStretches(
  edges: ArrayLike<number>,
  { least, most }: { least: number; most: number } = { least: 0, most: 1 },
): Pick<DecisionCells, "lowest" | "highest"> {
  return {
    lowest: Float64Array.from([least, ...Array.from(edges, nextAbove)]),
    highest: Float64Array.from([...Array.from(edges), most]),
  };
}

/**
 * The same rows in fixed cells: counts of a size that does not grow, which windows over the same edges can add. A cell
 * that a row straddles is a misuse.
 */
export function intoFixedCells(
  { lowest, highest, zeros, ones }: DecisionCells,
  edges: Float64Array,
  ends?: { least: number; most: number },
): DecisionCells {
  const fixed = {
    ...fixedStretches(edges, ends),
    zeros: new Float64Array(edges.length + 1),
    ones: new Float64Array(edges.length + 1),
  };
  for (let cell = 0; cell < lowest.length; cell++) {
    const at = positionOf(edges, highest[cell]);
    if (!(lowest[cell] >= fixed.lowest[at] && highest[cell] <= fixed.highest[at]))
      throw new RangeError(`scores from ${lowest[cell]} to ${highest[cell]} are in no one cell`);
    fixed.zeros[at] += zeros[cell];
    fixed.ones[at] += ones[cell];
  }
  return fixed;
}

/** The smallest double above a finite one. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const double = Float64Array.of(value);
  const bits = new BigInt64Array(double.buffer);
  // Doubles of one sign are ordered as their bits are.
  bits[0] += value > 0 ? 1n : -1n;
  return double[0];
}
