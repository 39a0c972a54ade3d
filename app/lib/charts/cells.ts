/** What each cell of a feature adds to the PSI, for the table that says where a change comes from. */
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { cellRows, type CellRow } from "#core/report/cell-rows.ts";

export interface CellPart extends CellRow {
  /** (p − q) ln(p/q) with half a count on both sides: this cell's part of the PSI. */
  psi: number;
}

export function cellParts(feature: ReferenceFeature, counts: readonly number[]): CellPart[] {
  const rows = cellRows(feature, counts);
  const inUse = (row: CellRow): boolean => row.counts.reference + row.counts.current > 0;
  const total = (key: "reference" | "current"): number =>
    rows.filter(inUse).reduce((sum, row) => sum + row.counts[key] + 0.5, 0);
  const [n, m] = [total("reference"), total("current")];
  return rows.map((row) => {
    const [p, q] = [(row.counts.reference + 0.5) / n, (row.counts.current + 0.5) / m];
    return { ...row, psi: inUse(row) ? (p - q) * Math.log(p / q) : 0 };
  });
}
