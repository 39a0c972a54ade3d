/**
 * A share of a window's rows (rows refused, ids sent twice) against the same share in the windows before it, for what a
 * reference of valid rows cannot tell. One-sided: fewer of them are no news.
 *
 * Two nulls, of which the larger p counts:
 *
 * - sampling: exact mid-p against all windows before together.
 * - between windows: Student's t on the logarithm of the share, with the spread that `nulls/chunk-null.ts` takes from chunks.
 *   Half a row is added, so that shares of nothing have a logarithm. From `minimumChunks` windows on.
 *
 * Effect: how much larger the share is than that of all windows before. Cost: a pass. Edge cases: no answer without rows on
 * both sides.
 */
import type { Kernel } from "../../kernel/api.ts";
import { minimumChunks, prediction } from "../../nulls/chunk-null.ts";

/** So many of so many rows. */
export interface Portion {
  count: number;
  of: number;
}

export interface AgainstPast {
  share: number;
  /** Of all windows before together. */
  expected: number;
  pSampling: number;
  /** Null with too few windows to tell. */
  pBetween: number | null;
  effect: number;
}

export function againstPast(kernel: Kernel, now: Portion, past: readonly Portion[]): AgainstPast | null {
  const known = past.filter(({ of }) => of > 0);
  const [before, rows] = known.reduce(([count, all], one) => [count + one.count, all + one.of], [0, 0]);
  if (!(now.of > 0) || rows === 0) return null;
  const [share, expected] = [now.count / now.of, before / rows];
  const effect = Math.max(0, share - expected);
  return {
    ...{ share, expected, effect },
    pSampling: effect > 0 ? kernel.hypergeomMidP(now.count, now.of, before + now.count, rows + now.of) : 1,
    pBetween: known.length < minimumChunks ? null : betweenWindows(kernel, now, known),
  };
}

/** P(as large a share | how shares differed from window to window). */
export const betweenWindows = (kernel: Kernel, now: Portion, past: readonly Portion[]): number =>
  beyondPast(kernel, now, past, ({ count, of }) => kernel.log((count + 0.5) / (of + 1)));

/**
 * P(a share as far from what was usual, more or less). More on logarithms, which are careful where days differ by much; fewer
 * on square roots (Anscombe 1948): few rows more often vanish by chance than a logarithm's normal law would have it. Shares
 * that never differed say nothing by themselves.
 */
export function eitherWay(kernel: Kernel, now: Portion, past: readonly Portion[]): number {
  const root = ({ count, of }: Portion): number => Math.sqrt((count + 3 / 8) / (of + 3 / 4));
  const sides = [betweenWindows(kernel, now, past), 1 - beyondPast(kernel, now, past, root)];
  return Math.min(1, ...sides.filter((p) => !Number.isNaN(p)).map((p) => 2 * p));
}

/** Student's t for one more window, on a scale. */
function beyondPast(
  kernel: Kernel,
  now: Portion,
  past: readonly Portion[],
  scale: (portion: Portion) => number,
): number {
  const values = past.map(scale);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const neighbours = values.reduce(
    (sum, value, k) => (k === 0 ? sum : sum + (value - mean) * (values[k - 1] - mean)),
    0,
  );
  const { spread, dof } = prediction(squares, values.length, squares > 0 ? neighbours / squares : 0);
  return kernel.tSf((scale(now) - mean) / spread, dof);
}
