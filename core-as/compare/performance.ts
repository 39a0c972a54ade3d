/**
 * What the model was worth on both sides: realised where there are labels, estimated (CBPE, or DLE for a regression)
 * where the current rows have none. Beside the verdict and no part of it. Intervals are 95 % and assume independent rows;
 * a metric counts as changed where the two intervals do not meet, which is careful.
 */
import type { Column, Columns } from "../domain/columns.ts";
import type { ComparisonOptions, ComparisonPerformance } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Kernel } from "../kernel/api.ts";
import { binary } from "./performance-binary.ts";
import { regression } from "./performance-regression.ts";

/** Null where no target, prediction or score was named. */
export function comparedPerformance(
  kernel: Kernel,
  reference: Columns | null,
  current: Columns,
  { target, prediction, score, positive }: ComparisonOptions,
): ComparisonPerformance | null {
  const asked = { target, prediction, score, positive };
  if (target === null && prediction === null && score === null) return null;
  if (prediction === null && score === null)
    throw new ProblemError(
      "comparison_invalid",
      "Performance needs what the model said: name its column with --prediction, --score or both.",
    );
  const sides = [reference, current].filter((side) => side !== null);
  for (const name of [target, prediction, score])
    if (name !== null && !sides.some(({ columns }) => columns.has(name)))
      throw new ProblemError("comparison_invalid", `Neither file has a column "${name}".`);
  const isRegression =
    score === null && sides.some((side) => isContinuous(side.columns.get(prediction as string), positive));
  return isRegression
    ? regression(kernel, reference, current, asked)
    : binary(kernel, reference, current, asked);
}

/** Numbers that are not all 0 and 1. */
function isContinuous(column: Column | undefined, positive: string | null): boolean {
  if (column?.kind !== "numeric" || positive !== null) return false;
  return column.values.some((value) => !Number.isNaN(value) && value !== 0 && value !== 1);
}
