/**
 * Rows of a window against comparable windows before it: as many steps back as there is history, the same part of the day a
 * step, the same part of the week a season. Days resemble the same weekday of the weeks before them, grow by a few percent a
 * week, and vary by more than dice do; all of it is taken from the windows themselves.
 *
 * On the logarithm, since traffic grows and falls by shares: what a window is expected to have is the median of up to four
 * windows one, two, … seasons back (one holiday or outage among them does not move it) and the mean of what the windows of the
 * history differed from their own such medians, which is the growth over that distance. Two nulls, of which the larger p
 * counts:
 *
 * - between windows: Student's t for one more such difference, with the spread and the degrees of freedom that
 *   `nulls/chunk-null.ts` takes from differences that resemble their neighbours, but ten degrees at most: traffic has heavy
 *   tails. At most one difference in ten is set aside as an exception (a holiday, an outage), and only one that is as large as
 *   would alarm.
 * - sampling: rows that come independently at the expected rate, itself known from as few windows as its median was taken of
 *   (negative binomial, which is Poisson with a gamma distributed rate). It decides where only a few rows are expected.
 *
 * Cost: a sort of four numbers a window. Edge cases: no answer with fewer than `leastDifferences` differences.
 */
import type { Kernel } from "../../kernel/api.ts";
import { prediction } from "../../nulls/chunk-null.ts";

export interface Volume {
  /** Rows that the window would have without change, and where 95 % of such windows lie. */
  expected: number;
  low: number;
  high: number;
  pSampling: number;
  pBetween: number;
  /** (more − fewer)/more of the window's rows and the expected ones: ½ where half of them vanished, or as many again came. */
  effect: number;
  /** Windows whose differences tell how much windows differ. */
  windows: number;
  /** The same window would differ this much from one to the next: standard deviation of the logarithm. */
  spread: number;
}

/** Fewer say nothing about how windows differ. */
export const leastDifferences = 14;
const lags = 4;
const leastLags = 2;
/** Degrees of freedom at most: traffic has heavier tails than a normal law, and windows are too few to show theirs. */
const heaviest = 10;
/** One in so many windows may be an exception. */
const exceptionsIn = 10;

/**
 * @param past rows of the windows one, two, … steps back; null where there was none to count. Need not be whole numbers
 * @param season steps after which windows are alike: 7 for days, 1 for weeks
 * @param exceptional an effect that is an exception among the windows before
 */
export function volume(
  kernel: Kernel,
  rows: number,
  past: readonly (number | null)[],
  { season, exceptional }: { season: number; exceptional: number },
): Volume | null {
  const logs = past.map((count) => (count === null ? null : logOf(kernel, count)));
  const now = baseline(logs, -1, season);
  const differences = logs.flatMap((log, back) => {
    const base = log === null ? null : baseline(logs, back, season);
    return log === null || base === null ? [] : [log - base.log];
  });
  if (now === null || differences.length < leastDifferences) return null;
  const kept = withoutExceptions(kernel, differences, exceptional);
  const count = kept.length;
  const mean = kept.reduce((sum, value) => sum + value, 0) / count;
  const squares = kept.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const neighbours = kept.reduce(
    (sum, value, k) => (k === 0 ? sum : sum + (value - mean) * (kept[k - 1] - mean)),
    0,
  );
  const { spread: between, dof: known } = prediction(squares, count, squares > 0 ? neighbours / squares : 0);
  const dof = Math.min(heaviest, known);
  const expected = Math.max(0, kernel.exp(now.log + mean) - half);
  // Rows alone vary by as much, whatever the windows before happened to do.
  const noise = (1 / (expected + half)) * (1 + 1 / now.windows);
  const spread = Math.sqrt(Math.max(between * between, noise));
  const distance = (logOf(kernel, rows) - now.log - mean) / spread;
  const reach = kernel.tIsf(0.025, dof) * spread;
  return {
    expected,
    low: Math.max(0, kernel.exp(now.log + mean - reach) - half),
    high: kernel.exp(now.log + mean + reach) - half,
    pSampling: randomRows(kernel, rows, expected, now.windows),
    pBetween: Math.min(1, 2 * kernel.tSf(Math.abs(distance), dof)),
    effect: volumeChange(rows, expected),
    windows: count,
    spread,
  };
}

/** Zero has no logarithm; half a row is between nothing and one. */
const half = 0.5;
const logOf = (kernel: Kernel, rows: number): number => kernel.log(rows + half);

export function volumeChange(rows: number, expected: number): number {
  const more = Math.max(rows, expected);
  return more > 0 ? Math.abs(rows - expected) / more : 0;
}

/** Median of the logarithms one, two, … seasons before a window; null where too few are known. */
function baseline(
  logs: readonly (number | null)[],
  back: number,
  season: number,
): { log: number; windows: number } | null {
  const known = Array.from({ length: lags }, (_, lag) => logs[back + (lag + 1) * season] ?? null)
    .filter((log) => log !== null)
    .sort((a, b) => a - b);
  const windows = known.length;
  if (windows < leastLags) return null;
  const middle = windows >> 1;
  return {
    log: windows % 2 === 1 ? known[middle] : known[middle - 1] / 2 + known[middle] / 2,
    windows,
  };
}

/** Without the differences farthest from their median, of those that are exceptions; in the order of the windows. */
function withoutExceptions(kernel: Kernel, differences: readonly number[], exceptional: number): number[] {
  const sorted = [...differences].sort((a, b) => a - b);
  const centre = sorted[sorted.length >> 1];
  // An effect of e is the logarithm of 1 − e away, up or down.
  const reach = -kernel.log1p(-exceptional);
  const far = differences
    .map((value, at) => ({ at, distance: Math.abs(value - centre) }))
    .filter(({ distance }) => distance > reach)
    .sort((a, b) => b.distance - a.distance || a.at - b.at)
    .slice(0, Math.floor(differences.length / exceptionsIn));
  const aside = new Set(far.map(({ at }) => at));
  return differences.filter((_, at) => !aside.has(at));
}

/**
 * Two-sided p of so many rows where `expected` are known from `windows` windows of as many: of all rows of all windows each
 * lies in this one with probability 1/(windows + 1).
 */
function randomRows(kernel: Kernel, rows: number, expected: number, windows: number): number {
  const before = Math.max(half, expected * windows);
  const elsewhere = windows / (windows + 1);
  const atMost = kernel.betaI(before, rows + 1, elsewhere);
  const atLeast = rows === 0 ? 1 : kernel.betaI(rows, before, 1 / (windows + 1));
  return Math.min(1, 2 * Math.min(atMost, atLeast));
}
