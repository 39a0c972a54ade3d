/**
 * Average precision for several classes: each class against all others by its own probability, averaged over the classes
 * (scikit-learn's macro average). Every class counts the same, however rare it is.
 *
 * Standard error: the infinitesimal jackknife of average-precision.ts; what a row moves each class's value by is summed
 * before it is squared, so that it counts what the classes share. Interval symmetric in the log odds.
 *
 * Cost: a pass over rows and groups for each class. Edge cases: rows with a missing probability are left out; no answer when
 * a class has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { precisionMoves } from "./average-precision.ts";
import type { ClassScores } from "./one-against-rest.ts";
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { groupOf } from "./score-groups.ts";

export function macroAveragePrecision(
  kernel: Kernel,
  classes: readonly ClassScores[],
  level = 0.95,
): Measure {
  const rows = classes[0]?.labels.length ?? 0;
  const moved = new Float64Array(rows);
  let sum = 0;
  for (const { scores, labels, groups } of classes) {
    const { value, ofPositives, ofNegatives } = precisionMoves(groups);
    for (let row = 0; row < rows; row++) {
      const group = groupOf(groups, scores[row]);
      moved[row] += labels[row] === 1 ? ofPositives[group] : ofNegatives[group];
    }
    sum += value;
  }
  const value = sum / classes.length;
  if (Number.isNaN(value)) return { ...undefinedMeasure };
  const squares = moved.reduce((total, x) => total + (x / classes.length) * (x / classes.length), 0);
  return logitMeasure(kernel, value, Math.sqrt(squares), level);
}
