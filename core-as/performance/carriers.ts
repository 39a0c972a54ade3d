/**
 * How many rows a metric rests on. Accuracy rests on all of them; recall on those of the positive class; an area under a curve
 * on the smaller class. However many rows there are, a class of a dozen says little, and normal tails do not hold for it.
 */
import type { RealisedPerformance } from "../domain/performance.ts";
import type { MetricName } from "../domain/performance-metrics.ts";

export function carriersOf(
  name: MetricName,
  labelled: number,
  { task, confusion }: Pick<RealisedPerformance, "task" | "confusion">,
  reference: Pick<RealisedPerformance, "confusion">,
): number {
  if (confusion === null || reference.confusion === null) return labelled;
  if (task === "binary") return ofBinary(name, labelled, confusion);
  const ofAllClasses = name.startsWith("macro") || name === "rocAuc" || name === "averagePrecision";
  if (!ofAllClasses) return labelled;
  // Classes that the reference never had are not missed.
  const occurring = reference.confusion.map((row) => sum(row) > 0);
  return Math.min(labelled, ...confusion.filter((_, actual) => occurring[actual]).map(sum));
}

function ofBinary(name: MetricName, labelled: number, [[tn, fp], [fn, tp]]: number[][]): number {
  const [negatives, positives] = [tn + fp, fn + tp];
  switch (name) {
    case "recall":
    case "averagePrecision":
      return positives;
    case "specificity":
      return negatives;
    case "precision":
      return tp + fp;
    case "npv":
      return tn + fn;
    case "f1":
      return tp + fp + fn;
    case "rocAuc":
    case "balancedAccuracy":
    case "scoreSeparation":
      return Math.min(negatives, positives);
    case "mcc":
    case "kappa":
      return Math.min(negatives, positives, tp + fp, tn + fn);
    default:
      return labelled;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
