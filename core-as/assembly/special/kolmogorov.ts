/**
 * Limit distribution of the two-sided Kolmogorov-Smirnov statistic: Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
 *
 * Sources: Kolmogorov (1933); for small x its theta transform sqrt(2 pi)/x sum exp(-(2k-1)^2 pi^2 / (8 x^2)).
 * Cost: under ten exponentials. Edge cases: x <= 0 gives 1.
 */
export function kolmogorovSf(x: f64): f64 {
  if (!(x > 0)) return x !== x ? NaN : 1.0;
  if (x < 1.0) {
    const base = (Math.PI * Math.PI) / (8.0 * x * x);
    let sum: f64 = 0;
    for (let k: i32 = 1; k < 20; k += 2) sum += Math.exp(-base * <f64>(k * k));
    return 1.0 - (Math.sqrt(2.0 * Math.PI) / x) * sum;
  }
  let sum: f64 = 0;
  for (let k: i32 = 1; k < 20; k++) {
    const term = Math.exp(-2.0 * x * x * <f64>(k * k));
    sum += (k & 1) === 1 ? term : -term;
    if (term < 1e-17 * sum) break;
  }
  return 2.0 * sum;
}
