import type { Columns } from "../domain/columns.ts";

/**
 * What a row comes to does not depend on its pane or segment: it is worked out for all rows of a batch the first time that
 * some of them are counted.
 */
export function onceABatch<T>(workOut: (columns: Columns) => T): (columns: Columns) => T {
  const known = new WeakMap<Columns, T>();
  return (columns) => {
    const found = known.get(columns);
    if (found !== undefined) return found;
    const made = workOut(columns);
    known.set(columns, made);
    return made;
  };
}
