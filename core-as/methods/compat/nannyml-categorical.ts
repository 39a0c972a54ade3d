/**
 * NannyML's univariate drift of a categorical column:
 *
 * - `chi2`: the contingency of reference and chunk, with Yates's correction where there are two categories; the only one
 *   that alarms by its p-value, below 0.05.
 * - `jensen_shannon` (base 2) and `hellinger`: over the reference's categories and one more cell for all others together.
 * - `l_infinity`: the largest difference of shares, each new category its own.
 *
 * Rows without a value are dropped. A chunk without values has no answer (NaN). Cost: a pass.
 */
import type { Kernel } from "../../kernel/api.ts";
import { chiSquare, chiSquareYates } from "../counts/chi-square.ts";
import { type CategoryCounts, pairCategories, rowsCounted } from "./category-counts.ts";
import { withOutside } from "./nannyml-cells.ts";

export type CategoricalMethod = "chi2" | "jensen_shannon" | "hellinger" | "l_infinity";

export interface CategoricalMeasured {
  value: number;
  /** Of `chi2`. */
  pValue: number | null;
}

const noAnswer: CategoricalMeasured = { value: NaN, pValue: null };

export function measureCategorical(
  kernel: Kernel,
  method: CategoricalMethod,
  reference: CategoryCounts,
  chunk: CategoryCounts,
): CategoricalMeasured {
  if (rowsCounted(reference) === 0 || rowsCounted(chunk) === 0) return noAnswer;
  if (method === "chi2") return contingency(kernel, reference, chunk);
  if (method === "l_infinity") {
    const { a, c } = pairCategories(reference, chunk);
    return { value: kernel.divergences(a, c).linf, pValue: null };
  }
  const known = [...reference.keys()].sort();
  const inKnown = Float64Array.from(known, (value) => chunk.get(value) ?? 0);
  const outside = rowsCounted(chunk) - inKnown.reduce((sum, count) => sum + count, 0);
  const { a, c } = withOutside(
    Float64Array.from(known, (value) => reference.get(value)!),
    { c: inKnown, outside },
  );
  return { value: kernel.divergences(a, c)[method === "hellinger" ? "hellinger" : "js"], pValue: null };
}

function contingency(kernel: Kernel, reference: CategoryCounts, chunk: CategoryCounts): CategoricalMeasured {
  const { a, c } = pairCategories(reference, chunk);
  // A single category leaves nothing to differ in.
  if (a.length === 1) return { value: 0, pValue: 1 };
  const { statistic, pValue } = (a.length === 2 ? chiSquareYates : chiSquare)(kernel, a, c);
  return { value: statistic, pValue };
}
