/**
 * The confusion matrix: how often each true class was predicted as each class. Row-major, the true class by row and the
 * predicted class by column, so that a binary matrix is tn, fp, fn, tp. Counts add exactly, in any order, over any number
 * of windows; every measure of decisions is a function of them.
 */
export interface ConfusionMatrix {
  classes: number;
  /** classes × classes. */
  counts: Float64Array;
}

export function emptyConfusion(classes: number): ConfusionMatrix {
  if (!(Number.isInteger(classes) && classes >= 2))
    throw new RangeError(`${classes} is no number of classes`);
  return { classes, counts: new Float64Array(classes * classes) };
}

/** Classes by their index, from 0. */
export function confusionOf(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  if (labels.length !== predicted.length)
    throw new RangeError(`${labels.length} labels against ${predicted.length} predictions`);
  const matrix = emptyConfusion(classes);
  for (let row = 0; row < labels.length; row++)
    matrix.counts[classIndex(labels[row], classes) * classes + classIndex(predicted[row], classes)]++;
  return matrix;
}

export function mergeConfusions(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix {
  if (a.classes !== b.classes) throw new RangeError(`${a.classes} classes against ${b.classes}`);
  return { classes: a.classes, counts: a.counts.map((count, cell) => count + b.counts[cell]) };
}

/** Rows by true class, by predicted class, on the diagonal and in all. */
export interface Margins {
  rows: number;
  agreed: number;
  labelled: Float64Array;
  predicted: Float64Array;
}

export function marginsOf({ classes, counts }: ConfusionMatrix): Margins {
  const labelled = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  let [rows, agreed] = [0, 0];
  counts.forEach((count, cell) => {
    const column = cell % classes;
    const row = (cell - column) / classes;
    labelled[row] += count;
    predicted[column] += count;
    rows += count;
    if (row === column) agreed += count;
  });
  return { rows, agreed, labelled, predicted };
}

function classIndex(value: number, classes: number): number {
  if (!(Number.isInteger(value) && value >= 0 && value < classes))
    throw new RangeError(`${value} is none of ${classes} classes`);
  return value;
}
