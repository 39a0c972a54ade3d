/**
 * Intraclass correlation of a numeric feature over the reference's chunks: 0 where rows of one chunk are no more alike
 * than others, 1 where a chunk has one value. One-way analysis of variance (Fisher 1925), floored at 0; null where it is
 * not defined (fewer than two chunks, no variation).
 */
export function intraclassCorrelation(
  values: Float64Array,
  chunkOf: Int32Array,
  chunks: number,
): number | null {
  const counts = new Float64Array(chunks);
  const sums = new Float64Array(chunks);
  let n = 0;
  let total = 0;
  values.forEach((value, row) => {
    if (chunkOf[row] < 0 || !Number.isFinite(value)) return;
    counts[chunkOf[row]]++;
    sums[chunkOf[row]] += value;
    n++;
    total += value;
  });
  const used = counts.reduce((count, rows) => count + (rows > 0 ? 1 : 0), 0);
  if (used < 2 || n <= used) return null;
  const mean = total / n;
  let between = 0;
  let squares = 0;
  counts.forEach((rows, k) => {
    if (rows === 0) return;
    between += rows * (sums[k] / rows - mean) * (sums[k] / rows - mean);
    squares += rows * rows;
  });
  let within = 0;
  values.forEach((value, row) => {
    const k = chunkOf[row];
    if (k < 0 || !Number.isFinite(value)) return;
    const deviation = value - sums[k] / counts[k];
    within += deviation * deviation;
  });
  const meanBetween = between / (used - 1);
  const meanWithin = within / (n - used);
  const size = (n - squares / n) / (used - 1);
  const denominator = meanBetween + (size - 1) * meanWithin;
  return denominator > 0 ? Math.max(0, (meanBetween - meanWithin) / denominator) : null;
}
