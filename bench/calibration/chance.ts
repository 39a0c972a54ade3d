/**
 * Where the measurement's chance comes from: one stream per process, seeded by the release, the row and the reference, so
 * that any row can be measured again alone and gives the same numbers. The kernel under test has a stream of its own.
 */
import { seedOf } from "#core/evaluate/seed.ts";
import { normal, seed, uniform } from "#core/twin/generator.ts";
import { binomial } from "#core/twin/random-binomial.ts";

export { binomial, normal, uniform };

/** Starts the stream anew: everything after it follows from these words and numbers. */
export function startStream(...identity: (string | number)[]): void {
  seed(seedOf(identity.join("|")));
}

/** Unsigned 32 bits that follow from the words and numbers alone. */
export const seedFor = (...identity: (string | number)[]): number => seedOf(identity.join("|"));

/**
 * Counts of `rows` independent rows whose cells have these probabilities (they sum to 1): a binomial for every cell out
 * of the rows that are left. The same distribution as drawing and counting rows one at a time, at the cost of the cells.
 */
export function multinomial(shares: Float64Array, rows: number): Float64Array {
  const counts = new Float64Array(shares.length);
  let mass = 0;
  for (const share of shares) mass += share;
  let left = rows;
  for (let cell = 0; cell < shares.length && left > 0; cell++) {
    // The last cell that can hold anything takes the rest: rounding must not lose a row.
    const taken = shares[cell] >= mass * (1 - 1e-12) ? left : binomial(left, shares[cell] / mass);
    counts[cell] = taken;
    left -= taken;
    mass = Math.max(0, mass - shares[cell]);
  }
  if (left > 0) counts[lastPositive(shares)] += left;
  return counts;
}

/** Effects of one period after another with this standard deviation and autocorrelation, from the stationary law on. */
export function autoregressive(spread: number, rho: number): () => number {
  let effect = spread * normal();
  return () => {
    const now = effect;
    effect = rho * effect + Math.sqrt(1 - rho * rho) * spread * normal();
    return now;
  };
}

function lastPositive(shares: Float64Array): number {
  let cell = shares.length - 1;
  while (cell > 0 && !(shares[cell] > 0)) cell--;
  return cell;
}
