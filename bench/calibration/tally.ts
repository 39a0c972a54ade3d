/** What a measurement sends back: rejections by reference, which add up over tasks, and the rows made of them. */
import type { Kernel } from "#core/kernel/api.ts";
import { type Rate, rateOf } from "./interval.ts";

/** What a row is about. Two tallies of the same subject are parts of one row. */
export interface Subject {
  /** A test is measured by its sampling null; a careful one as it counts where the window is large beside the reference. */
  kind:
    | "test"
    | "careful test"
    | "dependent"
    | "verdict"
    | "performance"
    | "peer"
    | "power"
    | "flights"
    | "quality";
  method: string;
  data: string;
  n: number;
  m: number;
  features: number;
  /** Few possible values: may reject less often. */
  discrete?: true;
  /** Measured and published, but no part of the promise. */
  promised?: false;
  /** Whose rule it is, where it is another tool's. */
  peer?: string;
  /** What was changed, for power. */
  change?: string;
}

/** `hits[level]` has an entry for each reference, like `windows`. */
export interface Tally {
  subject: Subject;
  alphas: (number | null)[];
  windows: number[];
  hits: number[][];
  /** p-values at or below each level that were marked as extrapolated. */
  extrapolated: number[];
}

export interface Row extends Subject {
  /** The nominal rate; null for rules that state none. */
  alpha: number | null;
  rate: number;
  low: number;
  high: number;
  p95: number;
  p99: number;
  draws: number;
  references: number;
  /** Left out of the file where it is 1. */
  designEffect: number;
  /** Null where there is nothing to pass. */
  passes: boolean | null;
  extrapolated?: true;
}

export function newTally(subject: Subject, alphas: (number | null)[]): Tally {
  return {
    subject,
    alphas,
    windows: [],
    hits: alphas.map(() => []),
    extrapolated: alphas.map(() => 0),
  };
}

/** Opens the counts of one more reference. */
export function nextReference(tally: Tally): void {
  tally.windows.push(0);
  for (const hits of tally.hits) hits.push(0);
}

/** Counts one window of the last reference; `rejects[level]` says at which levels it was rejected. */
export function count(tally: Tally, rejects: readonly boolean[], extrapolated = false): void {
  const last = tally.windows.length - 1;
  tally.windows[last]++;
  rejects.forEach((reject, level) => {
    if (!reject) return;
    tally.hits[level][last]++;
    if (extrapolated) tally.extrapolated[level]++;
  });
}

export function merge(tallies: readonly Tally[]): Tally[] {
  const bySubject = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = JSON.stringify([tally.subject, tally.alphas]);
    const into = bySubject.get(key);
    if (into === undefined) {
      bySubject.set(key, structuredClone(tally));
      continue;
    }
    into.windows.push(...tally.windows);
    into.hits.forEach((hits, level) => hits.push(...tally.hits[level]));
    into.extrapolated = into.extrapolated.map((number, level) => number + tally.extrapolated[level]);
  }
  return [...bySubject.values()];
}

/** How far from its level a rate may lie (METHODS §1). */
export const bandOf = (alpha: number): [number, number] => (alpha <= 1e-4 ? [0.2, 2] : [0.5, 1.5]);

export function rowsOf(kernel: Kernel, { subject, alphas, windows, hits, extrapolated }: Tally): Row[] {
  return alphas.map((alpha, level) => {
    const rate = rateOf(kernel, { hits: hits[level], windows });
    const total = hits[level].reduce((sum, hit) => sum + hit, 0);
    return {
      ...subject,
      alpha,
      ...rate,
      passes: alpha === null ? null : passes(rate, alpha, subject),
      // Marked when most of the rejections needed it.
      ...(total > 0 && extrapolated[level] > total / 2 ? { extrapolated: true as const } : {}),
    };
  });
}

/**
 * A test's interval has to meet the band. Lower is allowed for exact tests of discrete data, and for whatever is the
 * larger of two p-values or has to pass an effect gate besides: verdicts and dependent rows.
 */
function passes({ low, high }: Rate, alpha: number, { kind, discrete }: Subject): boolean {
  const [least, most] = bandOf(alpha);
  const mayBeLower = discrete === true || kind !== "test";
  return low <= most * alpha && (mayBeLower || high >= least * alpha);
}
