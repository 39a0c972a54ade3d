/**
 * When a window is judged. Labels trickle in, and a verdict after every batch of them would find a false drop sooner or later.
 * So a window is looked at a few times, at shares of labelled predictions that the policy names, and once more when all have a
 * label or none can come any more. Its level is spread evenly over these looks; one that comes late takes what those before it
 * left. When looks come depends on how many labels are known and never on what they say, so that the sum of their levels bounds
 * the false alarms of all of them together (Bonferroni; an alpha-spending function in the sense of Lan and DeMets 1983).
 */
import type { Look } from "./performance-check.ts";

export interface LabelsKnown {
  labelled: number;
  predictions: number;
  /** Whether labels of the window can still come. */
  settled: boolean;
}

/** Looks that the labels have reached: 0 for none, `shares.length + 1` for the last. */
export function looksReached(
  shares: readonly number[],
  { labelled, predictions, settled }: LabelsKnown,
): number {
  if (labelled === 0) return 0;
  if (settled || labelled >= predictions) return shares.length + 1;
  return shares.filter((share) => labelled >= share * predictions).length;
}

/**
 * The look that is due, or null. Past the last, whatever changes (a label corrected) is judged again at that look's level:
 * it is a correction and no look.
 * @param last that of the window's newest check
 */
export function nextLook(shares: readonly number[], known: LabelsKnown, last: Look | null): Look | null {
  const of = shares.length + 1;
  const reached = looksReached(shares, known);
  const used = last === null ? 0 : (last.reached * of) / last.of;
  if (last !== null && last.reached === last.of) return { ...last };
  return reached > used ? { reached, before: Math.floor(used), of } : null;
}

/** The part of a window's level that a look has. */
export const shareOfLook = ({ reached, before, of }: Look): number => (reached - before) / of;
