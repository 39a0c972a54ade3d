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
export function betweenWindows(kernel: Kernel, now: Portion, past: readonly Portion[]): number {
  const logOf = ({ count, of }: Portion): number => kernel.log((count + 0.5) / (of + 1));
  const logs = past.map(logOf);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) * (log - mean), 0);
  const neighbours = logs.reduce(
    (sum, log, k) => (k === 0 ? sum : sum + (log - mean) * (logs[k - 1] - mean)),
    0,
  );
  const { spread, dof } = prediction(squares, logs.length, squares > 0 ? neighbours / squares : 0);
  return kernel.tSf((logOf(now) - mean) / spread, dof);
}
