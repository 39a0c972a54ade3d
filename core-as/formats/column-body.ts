/** Raw columns (Arrow, binary) as the columns of a JSON body, for what is read value by value: labels and references. */
import type { Columns } from "../domain/columns.ts";
import type { FieldKind } from "./field-kinds.ts";
import { refuseUnreadable } from "./raw-columns.ts";

export function bodyOfColumns(
  given: Columns,
  kinds: ReadonlyMap<string, FieldKind>,
): { columns: Record<string, unknown[]> } {
  refuseUnreadable(given, kinds.keys());
  const { rows, timesMs, columns, unreadable } = given;
  const values = new Map<string, unknown[]>();
  if (timesMs !== null)
    values.set(
      "timestamp",
      Array.from(timesMs, (time) => (Number.isNaN(time) ? null : time)),
    );
  for (const [name, column] of columns) {
    if (column.kind === "numeric") {
      values.set(
        name,
        Array.from(column.values, (value) => (Number.isNaN(value) ? null : value)),
      );
      continue;
    }
    const flag = kinds.get(name) === "flag";
    // Booleans came as the categories "false" and "true".
    const dictionary = column.dictionary.map((text) =>
      flag && (text === "true" || text === "false") ? text === "true" : text,
    );
    values.set(
      name,
      Array.from(column.codes, (code) => (code < 0 ? null : dictionary[code])),
    );
  }
  // Fields that the model does not know are listed as ignored, whatever is in them.
  for (const name of unreadable?.keys() ?? []) values.set(name, new Array<null>(rows).fill(null));
  return { columns: Object.fromEntries(values) };
}
