/**
 * The block of logged attributions: of each feature the rows that have one, and the sum of their sizes. Whether the model
 * still leans on the same features is told from their means (methods/attribution-drift.ts).
 *
 * Slots: rows of each feature, then the sums of |attribution| in units that add exactly over 10^9 rows. Missing and infinite
 * ones do not count.
 */
import * as z from "zod";
import { attributionField } from "../domain/attributions.ts";
import type { Columns } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import type { DerivedKind } from "./derived.ts";
import { unitsOfOne } from "./fixed-point.ts";

export const Attributions = z.object({
  kind: z.literal("attributions"),
  features: z.array(z.string()).min(1).max(limits.features),
  /** What one attribution counts as at most: far more than any of the reference's. */
  most: z.number().positive(),
  /** The reference's rows, counted as a window's are. */
  reference: z.object({ counts: z.array(z.number().int().nonnegative()) }),
});
export type Attributions = z.infer<typeof Attributions>;

/** What counting needs of a block. */
export type AttributionCounting = Pick<Attributions, "features" | "most">;

export const attributions: DerivedKind<Attributions> = {
  schema: Attributions,
  slots: ({ features }) => 2 * features.length,
  counter: (_, block) => countAttributions(block),
  problem: ({ features, most }, counts, rows) => {
    const largest = Math.ceil(most * unitsOfOne(most));
    const wrong = features.find(
      (_, at) => counts[at] > rows || counts[features.length + at] > counts[at] * largest,
    );
    return wrong === undefined ? null : `the attributions of "${wrong}" are more than its rows can have`;
  },
  misfit: ({ features, reference: { counts } }) =>
    counts.length === 2 * features.length ? null : `two counts a feature: ${2 * features.length}`,
  rebase: (_, block, counts) => ({ ...block, reference: { counts: [...counts] } }),
};

export function countAttributions({
  features,
  most,
}: AttributionCounting): ReturnType<typeof attributions.counter> {
  const units = unitsOfOne(most);
  const fields = features.map(attributionField);
  return ({ columns, rows: all }: Columns, rows, counts, offset) => {
    const many = rows?.length ?? all;
    fields.forEach((field, at) => {
      const column = columns.get(field);
      if (column?.kind !== "numeric") return;
      for (let i = 0; i < many; i++) {
        const size = Math.abs(column.values[rows ? rows[i] : i]);
        if (!(size < Infinity)) continue;
        counts[offset + at]++;
        counts[offset + features.length + at] += Math.round(Math.min(size, most) * units);
      }
    });
  };
}

export interface MeanAttributions {
  /** Rows with at least one attribution are at least this many. */
  rows: number;
  /** Mean |attribution| a feature; NaN where no row has one. */
  means: Float64Array;
}

export function attributionsIn(
  { features, most }: AttributionCounting,
  counts: ArrayLike<number>,
): MeanAttributions {
  const units = unitsOfOne(most);
  const means = Float64Array.from(features, (_, at) => counts[features.length + at] / units / counts[at]);
  return { rows: features.reduce((rows, _, at) => Math.max(rows, counts[at]), 0), means };
}
