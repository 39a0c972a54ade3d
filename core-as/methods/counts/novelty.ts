/**
 * Which cells came and which went: categories that the window has and the reference never had (`newCells`), those that
 * vanished (`vanishedCells`), and the share of the window's rows in new ones, which is the statistic, with Wilson's
 * 95 % interval.
 *
 * No p-value: which cells count as new was decided by the same data. A reference of n rows misses a category of share s
 * with probability (1 − s)ⁿ, so a large window always brings some. Whether values outside the reference's fixed list
 * became more frequent is the exact test of `unseen` (shares/mid-p.ts). Effect: the share itself. Cost: one pass.
 */
import type { Kernel } from "../../kernel/api.ts";
import { wilson } from "../shares/wilson.ts";
import { type CountsResult, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export interface NoveltyResult extends CountsResult {
  newCells: number;
  vanishedCells: number;
  /** Share of the reference's rows in cells that the window lacks. */
  vanishedShare: number;
}

export function novelty(kernel: Kernel, a: Float64Array, c: Float64Array): NoveltyResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), newCells: 0, vanishedCells: 0, vanishedShare: NaN };
  let [newCells, newRows, vanishedCells, vanishedRows] = [0, 0, 0, 0];
  for (let cell = 0; cell < a.length; cell++) {
    if (a[cell] === 0 && c[cell] > 0) {
      newCells++;
      newRows += c[cell];
    } else if (c[cell] === 0 && a[cell] > 0) {
      vanishedCells++;
      vanishedRows += a[cell];
    }
  }
  const { statistic, low, high } = wilson(kernel, { successes: newRows, failures: counts.m - newRows });
  return {
    ...measured(a, c, counts, statistic, { low, high, effect: statistic }),
    newCells,
    vanishedCells,
    vanishedShare: vanishedRows / counts.n,
  };
}
