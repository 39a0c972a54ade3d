import type { Kernel } from "../../kernel/api.ts";

/** A numeric sample, prepared once for all methods that look at it. */
export interface Sample {
  /** The finite values, ascending. */
  sorted: Float64Array;
  /** NaN: no value. */
  missing: number;
  negInf: number;
  posInf: number;
}

/** Sorts the finite values and counts the rest apart (METHODS §2). Cost: one sort. */
export function sampleOf(kernel: Kernel, values: Float64Array): Sample {
  const sorted = kernel.sortFinite(values);
  let [missing, negInf, posInf] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else if (value === Infinity) posInf++;
    else if (value === -Infinity) negInf++;
  }
  return { sorted, missing, negInf, posInf };
}
