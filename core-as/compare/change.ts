/** What changed in a feature, in words and numbers that need no statistics to be read: "median 12 → 19 (up 0.6 sd)". */
import type { ColumnSummary, ComparisonVerdict } from "../domain/comparison.ts";
import type { FeatureType } from "../domain/model.ts";

export interface Changed {
  type: FeatureType;
  verdict: ComparisonVerdict;
  summary: { reference: ColumnSummary; current: ColumnSummary };
  /** The current rows have no such column. */
  absent: boolean;
  /** Values that no row of the reference had. */
  fresh: ColumnSummary["top"];
  /** Where each cell's share went, the largest change first; null for continuous numbers. */
  moved: { value: string; before: number; now: number } | null;
}

export function changeInWords(changed: Changed): string {
  const { verdict, summary, fresh } = changed;
  const { reference, current } = summary;
  if (verdict.status === "error") return "could not be compared";
  if (reference.values === 0 && current.values === 0) return "no values on either side";
  if (reference.values === 0) return "no values in the reference";
  if (current.rows === 0) return "no rows";
  if (changed.absent) return "not in the current file";
  if (current.values === 0) return "no values any more";
  if (verdict.kind === "missing")
    return `missing ${percent(part(reference.missing, reference.rows))} → ${percent(part(current.missing, current.rows))}`;
  if (verdict.kind === "unseen" && fresh.length > 0)
    return `new values: ${fresh
      .slice(0, 3)
      .map(({ value, count }) => `${quoted(value)} ${percent(part(count, current.values))}`)
      .join(", ")}${fresh.length > 3 ? ", …" : ""}`;
  if (changed.type !== "numeric") return shareMoved(changed);
  if (verdict.kind === "out_of_range" && reference.numeric && current.numeric)
    return `range ${rangeOf(reference.numeric)} → ${rangeOf(current.numeric)}`;
  return numbersMoved(changed);
}

const rangeOf = ({ min, max }: { min: number; max: number }): string => `${short(min)} to ${short(max)}`;

/** Of categories and of numbers with few values. */
export function shareMoved({ moved }: Pick<Changed, "moved">): string {
  return moved ? `${quoted(moved.value)} ${percent(moved.before)} → ${percent(moved.now)}` : "as before";
}

/** Below this, in standard deviations, the place is called the same; the spread within a tenth. */
export const noticeable = 0.1;

function numbersMoved(changed: Changed): string {
  const [before, now] = [changed.summary.reference.numeric, changed.summary.current.numeric];
  if (before === null || now === null) return "numbers too large to average";
  const near = (value: number): string => toHundredths(value, before.std);
  const mean = `mean ${near(before.mean)} → ${near(now.mean)}`;
  if (!(before.std > 0)) {
    const range = now.min === now.max ? `always ${short(now.min)}` : rangeOf(now);
    return before.min === now.min && before.max === now.max
      ? range
      : `always ${short(before.min)} → ${range}`;
  }
  const byMean = (now.mean - before.mean) / before.std;
  // Of few values the median jumps from one to the next though next to nothing has moved.
  const few = changed.summary.reference.distinct !== null && changed.summary.reference.distinct <= 20;
  const byMedian =
    few || before.median === null || now.median === null || before.lowerQuartile === null
      ? 0
      : (now.median - before.median) / robustSpread(before);
  const ratio = now.std / before.std;
  if (Math.abs(byMean) >= noticeable || Math.abs(byMedian) >= noticeable)
    return Math.abs(byMedian) > Math.abs(byMean)
      ? `median ${near(before.median as number)} → ${near(now.median as number)} (${direction(byMedian)})`
      : `${mean} (${direction(byMean)})`;
  if (ratio > 1 + noticeable || ratio < 1 - noticeable)
    return `spread ${short(before.std, 3)} → ${short(now.std, 3)} (×${short(ratio, 2)})`;
  const { status } = changed.verdict;
  if (status === "ok" || status === "insufficient") return mean;
  return changed.moved && changed.summary.reference.top.length > 0
    ? shareMoved(changed)
    : `${mean}; the shape has changed`;
}

/** The spread that heavy tails do not widen; the standard deviation where half the values are one. */
function robustSpread({ lowerQuartile, upperQuartile, std }: NonNullable<ColumnSummary["numeric"]>): number {
  const spread = ((upperQuartile ?? 0) - (lowerQuartile ?? 0)) / 1.349;
  return spread > 0 ? spread : std;
}

export const direction = (deviations: number): string =>
  `${deviations > 0 ? "up" : "down"} ${short(Math.abs(deviations), 2)} sd`;

const part = (count: number, of: number): number => (of > 0 ? count / of : 0);

export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.1) return "<0.1 %";
  if (value > 99.9 && value < 100) return ">99.9 %";
  return `${value.toFixed(value < 10 && !Number.isInteger(value) ? 1 : 0)} %`;
}

/** Down to about a hundredth of the spread: what lies below says nothing about a change. */
export function toHundredths(value: number, spread: number): string {
  let [step, decimals] = [1, 0];
  for (; step * 10 <= spread / 100 && step < 1e300; decimals--) step *= 10;
  for (; step > spread / 100 && decimals < 18; decimals++) step /= 10;
  if (decimals > 6 || decimals < -6) return short(value);
  const text =
    decimals > 0 ? value.toFixed(decimals).replace(/\.?0+$/, "") : String(Math.round(value / step) * step);
  return text === "-0" ? "0" : text;
}

/** Four significant digits unless said otherwise, without an exponent where that is short. */
export function short(value: number, digits = 4): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4)
    return value
      .toExponential(digits - 2)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  if (size >= 1000 && Number.isInteger(value)) return String(value);
  const text = value.toPrecision(Math.max(digits, Math.trunc(size).toString().length));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const quoted = (value: string): string => `“${value.length > 24 ? `${value.slice(0, 23)}…` : value}”`;
