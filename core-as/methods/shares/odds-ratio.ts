/**
 * Odds ratio of two shares, reference over window: (s₁ f₂)/(f₁ s₂). 1 without a difference; 0 or Infinity where a cell is
 * empty; not defined where a whole row or column is.
 *
 * - `sample`: the ratio of the table, with the logarithm's normal interval (Woolf 1955). Where a cell is empty that has
 *   no standard error: the open side goes to 0 or Infinity, and the other end comes from half a row more in every cell
 *   (Gart 1966).
 * - `conditional`: the same ratio with exact limits, the odds under which one tail of Fisher's noncentral hypergeometric
 *   distribution is half the error (Cornfield 1956; R's fisher.test). Conservative. Cost: some hundred sums over tables;
 *   null above 10⁷ rows.
 *
 * No p-value: Fisher's test has it. Effect: V_b.
 */
import type { Kernel } from "../../kernel/api.ts";
import { shareDistance } from "../effects.ts";
import { type Result, result } from "../result.ts";
import { hypergeometricTails } from "./hypergeometric-tails.ts";
import { checkedLevel, rowsOfBoth, type ShareCounts } from "./share-counts.ts";

export function oddsRatio(
  kernel: Kernel,
  reference: ShareCounts,
  current: ShareCounts,
  kind: "sample" | "conditional" = "sample",
  level = 0.95,
): Result {
  checkedLevel(level);
  const rows = rowsOfBoth(reference, current);
  if (!rows) return result(NaN);
  const table = [reference.successes, current.failures, reference.failures, current.successes];
  const ratio = (table[0] * table[1]) / (table[2] * table[3]);
  if (Number.isNaN(ratio)) return result(NaN);
  const limits = kind === "sample" ? woolf(kernel, table, level) : conditional(reference, current, level);
  const effect = shareDistance(
    Float64Array.of(reference.successes, reference.failures),
    Float64Array.of(current.successes, current.failures),
  );
  return result(ratio, {
    low: ratio === 0 ? 0 : (limits?.low ?? null),
    high: ratio === Infinity ? Infinity : (limits?.high ?? null),
    effect,
  });
}

interface Limits {
  low: number;
  high: number;
}

function woolf(kernel: Kernel, table: number[], level: number): Limits {
  const [a, b, c, d] = table.includes(0) ? table.map((count) => count + 0.5) : table;
  const z = kernel.normalPpf((1 + level) / 2);
  const centre = (a * b) / (c * d);
  const factor = kernel.exp(z * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d));
  return { low: centre / factor, high: centre * factor };
}

const mostRows = 1e7;

function conditional(reference: ShareCounts, current: ShareCounts, level: number): Limits | null {
  const observed = reference.successes;
  const draws = observed + reference.failures;
  const successes = observed + current.successes;
  const total = draws + current.successes + current.failures;
  if (total > mostRows) return null;
  const error = (1 - level) / 2;
  const tails = (odds: number) => hypergeometricTails(observed, draws, successes, total, odds);
  return {
    // Larger odds make at least so many successes likelier and at most so many less likely.
    low: crossing((odds) => (tails(odds)?.atLeast ?? NaN) >= error),
    high: crossing((odds) => (tails(odds)?.atMost ?? NaN) < error),
  };
}

/** The odds from which on `reached` holds: doubled or halved into an interval, then halved to the last digits. */
function crossing(reached: (odds: number) => boolean): number {
  let [low, high] = [1, 1];
  while (high < 1e300 && !reached(high)) high *= 2;
  while (low > 1e-300 && reached(low)) low /= 2;
  for (let step = 0; step < 1100 && high - low > 1e-15 * high; step++) {
    const middle = low + (high - low) / 2;
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}
