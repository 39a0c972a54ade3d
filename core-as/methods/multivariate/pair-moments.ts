/**
 * How features go together, in sums that merge: for each pair of features the second moments of the rows that have both.
 * Standardised values are held as whole numbers of 2^−10 and no farther from 0 than 5 (else a single row can be most of a correlation), so that the sums are whole numbers:
 * exact in any order, up to 10^8 rows. Cost: six additions a pair and row. Edge cases: a row that lacks one of the two (a
 * missing or an infinite number, a missing category) does not count for that pair; unlike in the other methods here nothing is
 * imputed, since a mean in place of a value would pull every correlation to 0.
 */
import type { Column } from "../../domain/columns.ts";
import { type EncodedFeature, standardisedFeatures } from "./encoded-columns.ts";

/** Sums for all pairs i < j, in the order (0, 1), (0, 2), (1, 2), (0, 3) … Plain JSON. */
export interface PairMoments {
  rows: number[];
  x: number[];
  y: number[];
  xx: number[];
  yy: number[];
  xy: number[];
}

const parts = ["rows", "x", "y", "xx", "yy", "xy"] as const;
const unit = 1024;
const farthest = 5;

/** Columns as they enter the sums: whole numbers of 2^−10 standard deviations, NaN where there is no value. */
export function pairedValues(
  features: readonly EncodedFeature[],
  columns: ReadonlyMap<string, Column>,
): Float64Array[] {
  return standardisedFeatures(features, columns).map((values, i) => {
    const column = columns.get(features[i].name)!;
    return values.map((value, row) => {
      const present =
        column.kind === "numeric" ? Number.isFinite(column.values[row]) : column.codes[row] >= 0;
      return present ? Math.round(Math.max(-farthest, Math.min(farthest, value)) * unit) : NaN;
    });
  });
}

/** @param values of pairedValues */
export function pairMomentsOf(values: readonly Float64Array[]): PairMoments {
  const sums: PairMoments = { rows: [], x: [], y: [], xx: [], yy: [], xy: [] };
  for (let j = 1; j < values.length; j++)
    for (let i = 0; i < j; i++) {
      const [first, second] = [values[i], values[j]];
      let [rows, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
      for (let row = 0; row < first.length; row++) {
        const [a, b] = [first[row], second[row]];
        if (Number.isNaN(a) || Number.isNaN(b)) continue;
        rows++;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
      }
      [rows, x, y, xx, yy, xy].forEach((sum, part) => sums[parts[part]].push(sum));
    }
  return sums;
}

/** Of both together: exact, whichever comes first. */
export function mergePairMoments(a: PairMoments, b: PairMoments): PairMoments {
  return combined(a, b, 1);
}

/** What is left of `whole` without `part`, rows that are in it: the reference without one of its chunks. */
export function withoutPairMoments(whole: PairMoments, part: PairMoments): PairMoments {
  return combined(whole, part, -1);
}

/** Pearson's coefficient of a pair; NaN where one side does not vary. */
export function correlationOf({ rows, x, y, xx, yy, xy }: PairMoments, pair: number): number {
  const n = rows[pair];
  const [varianceX, varianceY] = [
    xx[pair] / n - (x[pair] / n) * (x[pair] / n),
    yy[pair] / n - (y[pair] / n) * (y[pair] / n),
  ];
  if (!(varianceX > 1e-7 && varianceY > 1e-7)) return NaN;
  const r = (xy[pair] / n - (x[pair] / n) * (y[pair] / n)) / Math.sqrt(varianceX * varianceY);
  return Math.max(-1, Math.min(1, r));
}

function combined(a: PairMoments, b: PairMoments, sign: 1 | -1): PairMoments {
  if (a.rows.length !== b.rows.length)
    throw new RangeError(`moments of ${a.rows.length} and of ${b.rows.length} pairs`);
  const [rows, x, y, xx, yy, xy] = parts.map((part) =>
    a[part].map((sum, pair) => sum + sign * b[part][pair]),
  );
  return { rows, x, y, xx, yy, xy };
}
