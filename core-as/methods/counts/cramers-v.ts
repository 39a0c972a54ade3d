/**
 * Cramér's V (1946) of the table with two rows, reference and window: √(X²/N), in [0, 1], N all rows of both sides. How
 * strongly the cell depends on the side.
 *
 * - `plain`: with few rows it is above 0 without any drift, by about √((k − 1)/N).
 * - `corrected`: with that expectation taken off X²/N and the two dimensions shrunk alike (Bergsma 2013). Our default.
 *
 * Both depend on how many rows the sides have: the same shares give a smaller V the more unequal n and m are. That makes
 * V a score to show and never a gate; the gate is V_b, which is its effect here. p-value: that of chi-square. Cost: one
 * pass. Edge cases: no answer with an empty side, with less than two cells, or where nothing is left to shrink.
 */
import type { Kernel } from "../../kernel/api.ts";
import { chiSquare, type ChiSquareResult } from "./chi-square.ts";
import { noAnswer } from "./counts-result.ts";
import { totalOf } from "./paired-counts.ts";

export type CramersVKind = "corrected" | "plain";

export function cramersV(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  kind: CramersVKind = "corrected",
): ChiSquareResult {
  const test = chiSquare(kernel, a, c);
  if (!(test.dof > 0)) return { ...noAnswer(), dof: 0 };
  const rows = totalOf(a) + totalOf(c);
  const square = test.statistic / rows;
  if (kind === "plain") return { ...test, statistic: Math.min(1, Math.sqrt(square)) };
  // Two rows and `cells` columns, each less what chance alone would seem to add to it.
  const width = 2 - 1 / (rows - 1);
  const length = test.cells - (test.dof * test.dof) / (rows - 1);
  const least = Math.min(width, length) - 1;
  if (!(least > 0)) return { ...noAnswer(), dof: 0 };
  const excess = Math.max(0, square - test.dof / (rows - 1));
  return { ...test, statistic: Math.min(1, Math.sqrt(excess / least)) };
}
