/**
 * Features as numbers for trees: numeric ones as they are, categories by their place when ordered by the mean of what is to
 * be learnt, so that one split parts those with large means from the others. NaN is what is missing, infinite or was never
 * seen. The encoding is plain JSON.
 */
import { type Column, gather } from "../../domain/columns.ts";
import { limits } from "../../domain/limits.ts";

export interface EncodedFeature {
  name: string;
  /** Places of the categories; null for a numeric feature. */
  order: [category: string, place: number][] | null;
}

/** @param targets of the given rows, in their order */
export function learnEncoding(
  columns: ReadonlyMap<string, Column>,
  rows: Int32Array,
  targets: Float64Array,
): EncodedFeature[] {
  return [...columns].map(([name, column]) => ({
    name,
    order: column.kind === "numeric" ? null : orderOf(column.dictionary, gather(column.codes, rows), targets),
  }));
}

/** Places of the categories by their mean; of very many only the most frequent have one. */
function orderOf(dictionary: string[], codes: Int32Array, targets: Float64Array): [string, number][] {
  const sums = new Float64Array(dictionary.length);
  const counts = new Float64Array(dictionary.length);
  codes.forEach((code, i) => {
    if (code < 0) return;
    sums[code] += targets[i];
    counts[code]++;
  });
  return dictionary
    .map((value, code) => ({ value, mean: sums[code] / counts[code], rows: counts[code] }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1))
    .slice(0, limits.categories)
    .sort((a, b) => a.mean - b.mean || (a.value < b.value ? -1 : 1))
    .map(({ value }, place) => [value, place]);
}

/** One column of numbers a feature. @throws RangeError when a feature has no column of its kind */
export function encode(
  features: readonly EncodedFeature[],
  columns: ReadonlyMap<string, Column>,
): Float64Array[] {
  return features.map(({ name, order }) => {
    const column = columns.get(name);
    if (column === undefined || (column.kind === "numeric") !== (order === null))
      throw new RangeError(`the feature "${name}" has no column of its kind`);
    if (column.kind === "numeric") return column.values.map((x) => (Number.isFinite(x) ? x : NaN));
    const places = new Map(order);
    const ofCode = column.dictionary.map((value) => places.get(value) ?? NaN);
    return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : ofCode[code]));
  });
}
