/**
 * Specificity of each of several classes, the share of all other rows that are not called this class, and its plain mean.
 *
 * Intervals: Wilson's (1927) for a class, the delta method on the whole matrix for the mean. Cost: the size of the matrix.
 * Edge cases: no answer for a class that all rows are of; in the mean it counts 0, as with precision and recall.
 */
import type { Kernel } from "../../kernel/api.ts";
import { shareMeasure } from "./binary-decisions.ts";
import { type ConfusionMatrix, marginsOf } from "./confusion-matrix.ts";
import { deltaStandardError, type Measure, waldMeasure } from "./sampling-error.ts";

export function classSpecificities(
  kernel: Kernel,
  { classes, counts }: ConfusionMatrix,
  level = 0.95,
): { byClass: Measure[]; macro: Measure } {
  const { rows, labelled, predicted } = marginsOf({ classes, counts });
  const wrong = (each: number): number => predicted[each] - counts[each * classes + each];
  const others = (each: number): number => rows - labelled[each];
  const byClass = Array.from({ length: classes }, (_, each) =>
    shareMeasure(kernel, others(each) - wrong(each), wrong(each), level),
  );
  if (!(rows > 0)) return { byClass, macro: waldMeasure(kernel, NaN, NaN, share, level) };
  const values = byClass.map(({ statistic }) => (Number.isNaN(statistic) ? 0 : statistic));
  // A row of class i joins the other rows of every class but i, and is a wrong call of class j.
  const slopes = counts.map((_, cell) => {
    const [i, j] = [Math.floor(cell / classes), cell % classes];
    let slope = 0;
    for (let each = 0; each < classes; each++)
      if (each !== i && others(each) > 0)
        slope += (rows / others(each)) * ((each === j ? 0 : 1) - values[each]);
    return slope / classes;
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / classes;
  return { byClass, macro: waldMeasure(kernel, mean, deltaStandardError(counts, slopes), share, level) };
}

const share = { least: 0, most: 1 };
