/**
 * The most frequent categories of a stream of any length, in k counters: the summary of Misra & Gries (1982), merged as
 * Agarwal, Cormode, Huang, Phillips, Wei & Yi showed it can be (2013, "Mergeable summaries"; the summary of Space-Saving
 * is the same in another form). Counters are added; when more than k are left, the (k+1)-th largest is subtracted from all
 * of them and what is not positive goes. What was subtracted is remembered as `slack`.
 *
 * Guaranteed, whatever the order of rows and merges: a category seen f times has f − slack ≤ count ≤ f, with count 0 if it
 * is not listed, and slack ≤ (rows − sum of counts)/(k + 1) ≤ rows/(k + 1). So every category with more than rows/(k + 1)
 * rows is listed.
 *
 * Free of order: the number of rows and these guarantees; two summaries merge to the same one from either side; an empty
 * one changes nothing; and with no more than k categories in all, everything, for then counts are exact. Not free of order:
 * which of the rare categories are listed, their counts and the slack, once counters were given up, depend on what was
 * merged with what first (merging does not associate). Duplicates count.
 */
import { wellFormed } from "../../domain/wire/bytes.ts";

export interface HeavyHitters {
  /** The most counters kept. */
  readonly k: number;
  readonly rows: number;
  /** The most that a count can be too small. */
  readonly slack: number;
  /** Positive, in the order of the categories' UTF-16 code units. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface Hitter {
  category: string;
  /** The true number of rows lies from `low` to `high`. */
  low: number;
  high: number;
}

export const defaultCounters = 255;

export function emptyHitters(k: number = defaultCounters): HeavyHitters {
  if (!(Number.isSafeInteger(k) && k >= 1)) throw new RangeError(`${k} counters: there is at least one`);
  return { k, rows: 0, slack: 0, counts: new Map() };
}

/**
 * Counts a batch exactly and keeps what k counters hold. A lone surrogate, which has no place in UTF-8, is read as U+FFFD.
 */
export function hittersOf(categories: Iterable<string>, k: number = defaultCounters): HeavyHitters {
  const counts = new Map<string, number>();
  for (const category of categories) counts.set(category, (counts.get(category) ?? 0) + 1);
  return hittersOfCounts(counts, k);
}

/** From exact counts, as a reference or a window has them; zeros do not count. */
export function hittersOfCounts(
  exact: Iterable<readonly [string, number]>,
  k: number = defaultCounters,
): HeavyHitters {
  const empty = emptyHitters(k);
  const counts = new Map<string, number>();
  let rows = 0;
  for (const [category, count] of exact) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count of rows`);
    rows += count;
    if (count > 0) add(counts, wellFormed(category), count);
  }
  return reduced({ ...empty, rows, counts });
}

/** The summary of both, with the fewer counters of the two. */
export function mergeHitters(a: HeavyHitters, c: HeavyHitters): HeavyHitters {
  const counts = new Map(a.counts);
  for (const [category, count] of c.counts) add(counts, category, count);
  return reduced({ k: Math.min(a.k, c.k), rows: a.rows + c.rows, slack: a.slack + c.slack, counts });
}

function add(counts: Map<string, number>, category: string, count: number): void {
  counts.set(category, (counts.get(category) ?? 0) + count);
}

/** Gives up counters until k are left. Ties at the limit all go, so that it does not matter which came first. */
function reduced({ k, rows, slack, counts }: HeavyHitters): HeavyHitters {
  if (!Number.isSafeInteger(rows)) throw new RangeError("a summary counts up to 2^53 rows");
  const descending = Float64Array.from(counts.values()).sort().reverse();
  const less = descending.length > k ? descending[k] : 0;
  const left = [...counts].flatMap(([category, count]): [string, number][] =>
    count > less ? [[category, count - less]] : [],
  );
  left.sort(([a], [b]) => (a < b ? -1 : 1));
  return { k, rows, slack: slack + less, counts: new Map(left) };
}

/** What is known of one category, listed or not. */
export function hitsOf({ counts, slack }: HeavyHitters, category: string): Hitter {
  const low = counts.get(category) ?? 0;
  return { category, low, high: low + slack };
}

/**
 * The categories that may hold at least this share of the rows, most frequent first, ties in the order of code units.
 * With a share above 1/(k + 1) none is missing; those whose `low` reaches share·rows hold it for certain.
 */
export function frequentCategories(hitters: HeavyHitters, share = 0): Hitter[] {
  return [...hitters.counts.keys()]
    .map((category) => hitsOf(hitters, category))
    .filter(({ high }) => high >= share * hitters.rows)
    .sort((a, b) => b.low - a.low || (a.category < b.category ? -1 : 1));
}
