/**
 * A share as it was counted: how many rows had a property and how many had not. Methods that compare two of them take
 * the reference first, as SciPy's tables do, and their differences are reference less window: negative where the share
 * has grown.
 */
import { totalOf } from "../counts/paired-counts.ts";

export interface ShareCounts {
  successes: number;
  failures: number;
}

/** Which change counts as extreme: `less` means that the reference's share is the smaller one, as SciPy has it. */
export type Alternative = "two-sided" | "less" | "greater";

/** Rows, or NaN where the numbers are no counts or too large to add up without rounding. */
export function rowsOf({ successes, failures }: ShareCounts): number {
  const rows = totalOf(Float64Array.of(successes, failures));
  return rows <= Number.MAX_SAFE_INTEGER ? rows : NaN;
}

/** Rows of two sides that can be compared: null where one is empty or is no count. */
export function rowsOfBoth(
  reference: ShareCounts,
  current: ShareCounts,
): { n: number; m: number; successes: number; failures: number } | null {
  const [n, m] = [rowsOf(reference), rowsOf(current)];
  if (!(n > 0 && m > 0 && n + m <= Number.MAX_SAFE_INTEGER)) return null;
  return {
    n,
    m,
    successes: reference.successes + current.successes,
    failures: reference.failures + current.failures,
  };
}

/** A level such as 0.95; anything outside (0, 1) is a misuse. */
export function checkedLevel(level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is no confidence level`);
  return level;
}
