/** Which segments a row belongs to: one value of each declared cut. */
import type { Columns } from "./columns.ts";
import { otherSegment, type Segment } from "./model.ts";

/** The key of a segment in panes, checks and URLs: `region=emea`. All rows together have the key "". */
export const segmentKey = (name: string, value: string): string => `${name}=${value}`;

/** All keys that rows of a model can have, in the order of their codes. */
export function segmentKeys({ name, values }: Segment): string[] {
  return [...values, otherSegment].map((value) => segmentKey(name, value));
}

/** The place of each row's value in `segmentKeys`. A row without a value is `other`. */
export function segmentCodes(
  { field, values }: Segment,
  columns: Columns,
  version: string | null,
): Uint8Array {
  const codes = new Uint8Array(columns.rows).fill(values.length);
  const column = columns.columns.get(field);
  if (column?.kind === "categorical") {
    const codeOf = column.dictionary.map((value) => placeOf(values, value));
    for (let row = 0; row < codes.length; row++)
      if (column.codes[row] >= 0) codes[row] = codeOf[column.codes[row]];
  } else if (field === "version" && version !== null) codes.fill(placeOf(values, version));
  return codes;
}

function placeOf(values: readonly string[], value: string): number {
  const place = values.indexOf(value);
  return place < 0 ? values.length : place;
}
