/**
 * Area under the ROC curve where rows are not of one class but of both with some probability: each carries its chance of
 * being positive as mass of one class and the rest as mass of the other (the expected numerator over the expected
 * denominator). With masses of 0 and 1 it is the area itself (performance/roc-auc.ts).
 *
 * Cost: one pass. Edge cases: NaN where a class has no mass.
 */

/**
 * The area from the mass of each class in cells of ascending score (counts, or sums of probabilities): with pairs inside
 * a cell counted half, not at all, and whole. NaN where a class has no mass.
 */
export function expectedArea(
  zeros: Float64Array,
  ones: Float64Array,
): { low: number; middle: number; high: number } {
  let [below, positives, ordered, tied] = [0, 0, 0, 0];
  ones.forEach((mass, cell) => {
    ordered += mass * below;
    tied += mass * zeros[cell];
    below += zeros[cell];
    positives += mass;
  });
  const pairs = positives * below;
  if (!(pairs > 0 && pairs < Infinity)) return { low: NaN, middle: NaN, high: NaN };
  const bounded = (x: number): number => Math.min(1, x / pairs);
  return { low: bounded(ordered), middle: bounded(ordered + tied / 2), high: bounded(ordered + tied) };
}
