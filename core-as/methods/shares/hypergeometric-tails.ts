/**
 * Both tails of a hypergeometric count around an observed value, exactly, by sums of ratios of neighbouring masses. All
 * masses are taken relative to the observed one, so that no factorial and no logarithm is needed, no digit is lost to
 * their size, and tails down to 1e-300 come out right.
 *
 * With odds of 1 this is the null of Fisher's exact test; with other odds Fisher's noncentral distribution (1935), whose
 * tails give the limits of the odds ratio. Cost: one division a value until masses vanish, some eighty standard
 * deviations at most; above 10¹² rows too many, and no answer.
 */
export interface HypergeometricTails {
  /** P(X ≤ observed). */
  atMost: number;
  /** P(X ≥ observed). */
  atLeast: number;
  /** P(X is a value no more likely than the observed one). */
  asUnlikely: number;
}

const mostRows = 1e12;
/** Masses this close are the same: equal ones differ by the rounding of their ratios, unequal ones by much more. */
const rounding = 1e-9;
const negligible = 1e-17;

/**
 * @param observed successes among `draws` rows out of `total`, of which `successes` have the property
 * @param odds the odds of a success among the drawn rows over those among the rest
 */
export function hypergeometricTails(
  observed: number,
  draws: number,
  successes: number,
  total: number,
  odds = 1,
): HypergeometricTails | null {
  if (!(total <= mostRows)) return null;
  const rest = total - successes - draws;
  // Mass of k + 1 over the mass of k.
  const step = (k: number): number => ((successes - k) / (k + 1)) * ((draws - k) / (rest + k + 1)) * odds;
  const above = outwards(observed, Math.min(draws, successes), 1, step);
  const below = outwards(observed, Math.max(0, -rest), -1, (k) => 1 / step(k - 1));
  const all = 1 + above.sum + below.sum;
  return {
    atMost: above.sum === Infinity ? 0 : below.sum === Infinity ? 1 : (1 + below.sum) / all,
    atLeast: below.sum === Infinity ? 0 : above.sum === Infinity ? 1 : (1 + above.sum) / all,
    asUnlikely: (1 + above.unlikely + below.unlikely) / all,
  };
}

/** Masses beyond the observed value in one direction, relative to its own; and those of them that are no larger. */
function outwards(
  from: number,
  last: number,
  direction: 1 | -1,
  ratio: (k: number) => number,
): { sum: number; unlikely: number } {
  let mass = 1;
  let sum = 0;
  let unlikely = 0;
  for (let k = from; k !== last && sum !== Infinity; k += direction) {
    const factor = ratio(k);
    mass *= factor;
    sum += mass;
    if (mass <= 1 + rounding) unlikely += mass;
    // Past the mode, where masses only fall: the rest adds nothing to either sum.
    if (factor < 1 && mass < negligible) break;
  }
  return { sum, unlikely };
}
