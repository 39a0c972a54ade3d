/**
 * Confidence-based performance estimation for a binary model, before any label is known: where the calibrated
 * probability c of a positive is right, c of the rows decided positive are expected to be so. Expected true positives
 * are Σ c over rows decided 1, false positives Σ (1 − c) over the same, false negatives Σ c and true negatives
 * Σ (1 − c) over rows decided 0, and every share follows. The area under the ROC curve orders rows by raw score and
 * gives each of them c of a positive and 1 − c of a negative. Source: NannyML's CBPE (Bialek et al. 2024), and before it
 * Guillory et al. 2021 for accuracy from confidence.
 *
 * It works on scores counted by cell and decision and on an isotonic map, so windows merge. In a cell of several scores
 * c is taken at the middle, and `low` and `high` bound each share for certain, c never falling; for the ROC area they
 * bound the unknown order inside cells at that c. With one score to a cell they are the value itself. Sampling error is
 * a different matter: see performance/chunk-error.ts and `confidenceBand`.
 *
 * Cost: one binary search and one step for each cell. Edge cases: no answer without rows, without a fitted map, or where
 * a probability is outside [0, 1]; a share of nothing is NaN, and a share that may be one of nothing has no bounds.
 */
import { type Result, result, undefinedResult } from "../result.ts";
import type { Thresholds } from "../thresholds.ts";
import { type DecisionCells, isExact, rowsByDecision } from "./decision-cells.ts";
import { expectedArea } from "./expected-area.ts";
import { type IsotonicMap, isotonicAt } from "./isotonic.ts";
import { noConceptDrift } from "./no-concept-drift.ts";

export interface EstimatedBinary {
  /** Rows with a score and a decision. */
  rows: number;
  /** Expected rows. */
  confusion: { tp: Result; fp: Result; fn: Result; tn: Result };
  accuracy: Result;
  precision: Result;
  recall: Result;
  specificity: Result;
  f1: Result;
  rocAuc: Result;
  assumption: string;
}

/**
 * @param decided scores counted by decision: `ones` were decided positive
 * @param map from score to probability; null where scores are calibrated probabilities already
 */
export function estimateBinary(decided: DecisionCells, map: IsotonicMap | null): EstimatedBinary {
  const rows = rowsByDecision(decided);
  const at = (score: number): number => {
    const probability = map ? isotonicAt(map, score) : score;
    return probability >= 0 && probability <= 1 ? probability : NaN;
  };
  const { lowest, highest, zeros, ones } = decided;
  const [positiveMass, negativeMass] = [new Float64Array(lowest.length), new Float64Array(lowest.length)];
  // Expected positives among rows decided 1, and among rows decided 0: at the least, in the middle, at the most.
  const hits = { low: 0, middle: 0, high: 0 };
  const misses = { low: 0, middle: 0, high: 0 };
  for (let cell = 0; cell < lowest.length; cell++) {
    const held = zeros[cell] + ones[cell];
    if (held === 0) continue;
    const c = at(lowest[cell] === highest[cell] ? lowest[cell] : lowest[cell] / 2 + highest[cell] / 2);
    const [least, most] = [at(lowest[cell]), at(highest[cell])];
    positiveMass[cell] = held * c;
    negativeMass[cell] = held * (1 - c);
    add(hits, ones[cell], least, c, most);
    add(misses, zeros[cell], least, c, most);
  }
  const area = expectedArea(negativeMass, positiveMass);
  return {
    rows: rows.zeros + rows.ones,
    ...expectedShares(hits, misses, rows.ones, rows.zeros),
    rocAuc: isExact(decided)
      ? result(area.middle, { low: area.middle, high: area.middle })
      : result(area.middle, { low: area.low, high: area.high }),
    assumption: noConceptDrift,
  };
}

/** What a sum of probabilities is at the least, probably, and at the most. */
export interface Bounds {
  low: number;
  middle: number;
  high: number;
}

function add(sums: Bounds, rows: number, low: number, middle: number, high: number): void {
  if (rows === 0) return;
  sums.low += rows * low;
  sums.middle += rows * middle;
  sums.high += rows * high;
}

/**
 * The expected decisions and their shares. Every share rises with the hits (expected positives among `ones`) and falls
 * with the misses (those among `zeros`), so two corners bound it.
 */
export function expectedShares(
  hits: Bounds,
  misses: Bounds,
  ones: number,
  zeros: number,
): Omit<EstimatedBinary, "rows" | "rocAuc" | "assumption"> {
  const bounded = (of: (tp: number, fn: number) => number): Result => {
    const [value, low, high] = [
      of(hits.middle, misses.middle),
      of(hits.low, misses.high),
      of(hits.high, misses.low),
    ];
    if (!Number.isFinite(value) || !(ones + zeros > 0)) return { ...undefinedResult };
    return Number.isFinite(low) && Number.isFinite(high) ? result(value, { low, high }) : result(value);
  };
  const backwards = ({ statistic, low, high }: Result): Result => result(statistic, { low: high, high: low });
  return {
    confusion: {
      tp: bounded((tp) => tp),
      fp: backwards(bounded((tp) => ones - tp)),
      fn: backwards(bounded((_, fn) => fn)),
      tn: bounded((_, fn) => zeros - fn),
    },
    accuracy: bounded((tp, fn) => (tp + zeros - fn) / (ones + zeros)),
    precision: bounded((tp) => tp / ones),
    recall: bounded((tp, fn) => tp / (tp + fn)),
    specificity: bounded((tp, fn) => (zeros - fn) / (zeros - fn + ones - tp)),
    f1: bounded((tp, fn) => (2 * tp) / (ones + tp + fn)),
  };
}

/** NannyML's band about a share: three sampling errors either way, not beyond 0 and 1. Nulls where there is none. */
export function confidenceBand(value: number, samplingError: number): Thresholds {
  const [lower, upper] = [value - 3 * samplingError, value + 3 * samplingError];
  if (!(lower <= upper)) return { lower: null, upper: null };
  return { lower: Math.max(0, lower), upper: Math.min(1, upper) };
}
