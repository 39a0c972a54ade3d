/**
 * Area under the ROC curve where rows are not of one class but of both with some probability: each carries its chance of
 * being positive as mass of one class and the rest as mass of the other (the expected numerator over the expected
 * denominator). With masses of 0 and 1 it is the area itself (performance/roc-auc.ts).
 *
 * Cost: one pass. Edge cases: NaN where a class has no mass.
 */

/**
 * The area from the mass of each class in cells of ascending score (counts, or sums of probabilities): with pairs of rows
 * inside a cell counted half, and the least and most that their unknown order can make of them. NaN where a class has no
 * mass.
 */
export function expectedArea(
  zeros: Float64Array,
  ones: Float64Array,
): { low: number; middle: number; high: number } {
  let [below, positives, middle, unsure] = [0, 0, 0, 0];
  ones.forEach((mass, cell) => {
    middle += mass * below + (mass * zeros[cell]) / 2;
    unsure += mostUnequal(mass, zeros[cell] + mass) / 2;
    below += zeros[cell];
    positives += mass;
  });
  const pairs = positives * below;
  if (!(pairs > 0 && pairs < Infinity)) return { low: NaN, middle: NaN, high: NaN };
  const bounded = (x: number): number => Math.min(1, Math.max(0, x / pairs));
  return { low: bounded(middle - unsure), middle: bounded(middle), high: bounded(middle + unsure) };
}

/**
 * The largest Σ_{i<j} |c_i − c_j| of `rows` probabilities that add up to `mass`: as many of 1 as there may be, one with the
 * rest, and zeros. Swapping two rows of a cell moves the pairs in order by half their difference.
 */
function mostUnequal(mass: number, rows: number): number {
  const whole = Math.floor(mass);
  const rest = mass - whole;
  const others = Math.max(0, rows - whole - 1);
  return whole * (others + 1 - rest) + rest * others;
}
