import { type AttributionCounting, type Attributions, countAttributions } from "../derived/attributions.ts";
import { attributionField } from "../domain/attributions.ts";
import type { Columns } from "../domain/columns.ts";
import type { Feature } from "../domain/model.ts";

/** Larger attributions than so many times the reference's largest count as that: one row must not outweigh all others. */
const farBeyond = 64;

/** Null where no row of the reference carries an attribution other than 0. */
export function attributionsBlock(features: readonly Feature[], columns: Columns): Attributions | null {
  const carried: string[] = [];
  let largest = 0;
  for (const { name, role } of features) {
    const column = role === "feature" ? columns.columns.get(attributionField(name)) : undefined;
    if (column?.kind !== "numeric") continue;
    const sizes = column.values.map(Math.abs).filter((size) => size < Infinity);
    if (sizes.length === 0) continue;
    carried.push(name);
    largest = sizes.reduce((most, size) => Math.max(most, size), largest);
  }
  if (!(largest > 0 && largest * farBeyond < Infinity)) return null;
  const counting: AttributionCounting = { features: carried, most: largest * farBeyond };
  const counts = new Float64Array(2 * carried.length);
  countAttributions(counting)(columns, undefined, counts, 0);
  return { kind: "attributions", ...counting, reference: { counts: [...counts] } };
}
