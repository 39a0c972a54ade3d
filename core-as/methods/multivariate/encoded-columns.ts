/**
 * Columns of any type as numbers, for the methods that look at all features at once. A category becomes its share of the
 * reference's rows (frequency encoding: what is rare stays rare, and no order is made up), a category that the reference
 * never had becomes 0. Missing and infinite numbers become the reference's mean and missing categories its most frequent
 * one, as NannyML imputes them: they are the business of the missing test, and must not look like a new direction.
 */
import type { Column } from "../../domain/columns.ts";
import { centralMoments } from "../numeric/descriptive.ts";

/** What one column is encoded and standardised by. Plain JSON. */
export type Encoding =
  | { kind: "numeric"; mean: number; std: number }
  | {
      kind: "categorical";
      shares: [category: string, share: number][];
      imputed: number;
      mean: number;
      std: number;
    };

/** A feature of a reference, as models keep it. */
export interface EncodedFeature {
  name: string;
  encoding: Encoding;
}

/** @param columns the reference's; columns that are not of equal length are a misuse */
export function learnFeatures(columns: ReadonlyMap<string, Column>): EncodedFeature[] {
  return [...columns].map(([name, column]) => ({ name, encoding: learnEncoding(column) }));
}

/** One standardised column for each feature, in the features' order. @throws RangeError when one has no column */
export function standardisedFeatures(
  features: readonly EncodedFeature[],
  columns: ReadonlyMap<string, Column>,
): Float64Array[] {
  const data = features.map(({ name, encoding }) => {
    const column = columns.get(name);
    if (!column) throw new RangeError(`the feature "${name}" has no column`);
    return standardised(encoding, column);
  });
  for (const { length } of data)
    if (length !== data[0].length) throw new RangeError(`columns of ${data[0].length} and of ${length} rows`);
  return data;
}

/** Learns from the reference's rows. Means and population standard deviations are those after imputing. */
export function learnEncoding(column: Column): Encoding {
  if (column.kind === "numeric") {
    const finite = column.values.filter(Number.isFinite);
    const mean = finite.length > 0 ? centralMoments(finite).mean : 0;
    const imputed = column.values.map((value) => (Number.isFinite(value) ? value : mean));
    return { kind: "numeric", mean, std: isConstant(finite) ? 0 : centralMoments(imputed).std0 };
  }
  const counts = new Float64Array(column.dictionary.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  const present = counts.reduce((sum, count) => sum + count, 0);
  const shares = column.dictionary
    .map((value, code): [string, number] => [value, counts[code] / present])
    .filter(([, share]) => share > 0);
  const imputed = shares.reduce((most, [, share]) => Math.max(most, share), 0);
  const encoding = { kind: "categorical" as const, shares, imputed, mean: 0, std: 1 };
  const values = rawValues(encoding, column);
  const { mean, std0 } = centralMoments(values);
  return { ...encoding, mean: values.length > 0 ? mean : 0, std: isConstant(values) ? 0 : std0 };
}

/** By the values themselves: their mean may be off in the last bit, and a spread of that size is none. */
function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/** Standard deviations past which a value counts as that far: squares and sums of such values are numbers. */
const farthest = 1e100;

/**
 * The column standardised by the reference's mean and standard deviation: (x − mean)/std, and 0 throughout for a column that
 * was constant there (then any change is the univariate tests' to find).
 */
export function standardised(encoding: Encoding, column: Column): Float64Array {
  if ((column.kind === "numeric") !== (encoding.kind === "numeric"))
    throw new RangeError(`a ${column.kind} column for a ${encoding.kind} encoding`);
  const { mean, std } = encoding;
  return rawValues(encoding, column).map((value) =>
    std > 0 ? Math.max(-farthest, Math.min(farthest, (value - mean) / std)) : 0,
  );
}

function rawValues(encoding: Encoding, column: Column): Float64Array {
  if (column.kind === "numeric")
    return column.values.map((value) => (Number.isFinite(value) ? value : encoding.mean));
  if (encoding.kind === "numeric") throw new RangeError("a categorical column for a numeric encoding");
  const { shares, imputed } = encoding;
  const known = new Map(shares);
  const ofCode = column.dictionary.map((value) => known.get(value) ?? 0);
  return Float64Array.from(column.codes, (code) => (code < 0 ? imputed : ofCode[code]));
}
