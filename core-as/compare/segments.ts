/**
 * The same comparison per value of a column. Each segment has a reference of its own, so that a segment is compared with
 * itself and not with the mixture. All segments share one level: each gets its part (Bonferroni over segments, and the
 * family's own correction within), so that looking at many does not raise more false alarms.
 */
import { type Column, type Columns, selectRows } from "../domain/columns.ts";
import type { Comparison } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";

/** More segments than this are a different question; the largest are compared and the others named. */
export const mostSegments = 20;

export interface SegmentRows {
  value: string;
  reference: Columns;
  current: Columns;
}

type Omitted = NonNullable<Comparison["segments"]>["omitted"];

/** Rows per value, the largest segments first; without the column itself, which is constant within. */
export function* segmentsOf(
  reference: Columns,
  current: Columns,
  { kept, column }: { kept: readonly string[]; column: string },
): Generator<SegmentRows> {
  const [before, now] = [labelled(reference, column), labelled(current, column)];
  const [beforeRows, nowRows] = [rowsBy(before, kept), rowsBy(now, kept)];
  for (const value of kept)
    yield {
      value,
      reference: selectRows(without(reference, column), beforeRows.get(value) ?? new Int32Array()),
      current: selectRows(without(current, column), nowRows.get(value) ?? new Int32Array()),
    };
}

/** Which values are compared, and which not and why. */
export function chooseSegments(
  reference: Columns,
  current: Columns,
  column: string,
): { kept: string[]; omitted: Omitted } {
  const [before, now] = [countsBy(labelled(reference, column)), countsBy(labelled(current, column))];
  const values = [...new Set([...before.keys(), ...now.keys()])]
    .map((value) => ({ value, rows: { reference: before.get(value) ?? 0, current: now.get(value) ?? 0 } }))
    .sort(
      (a, b) =>
        b.rows.reference + b.rows.current - a.rows.reference - a.rows.current || (a.value < b.value ? -1 : 1),
    );
  const onBoth = values.filter(({ rows }) => rows.reference > 0 && rows.current > 0);
  const kept = onBoth.slice(0, mostSegments).map(({ value }) => value);
  const omitted = values
    .filter(({ value }) => !kept.includes(value))
    .slice(0, 100)
    .map(({ value, rows }) => ({
      ...{ value, rows },
      reason:
        rows.reference === 0
          ? "not in the reference"
          : rows.current === 0
            ? "not in the current rows"
            : `only the ${mostSegments} largest segments are compared`,
    }));
  return { kept, omitted };
}

interface Labelled {
  /** The segment of a row; null where it has none. */
  of: (row: number) => string | null;
  rows: number;
}

function labelled({ columns, rows }: Columns, name: string): Labelled {
  const column: Column | undefined = columns.get(name);
  if (column === undefined)
    throw new ProblemError("comparison_invalid", `There is no column "${name}" to segment by in both files.`);
  if (column.kind === "categorical")
    return {
      rows,
      of: (row) => (column.codes[row] < 0 ? null : column.dictionary[column.codes[row]]),
    };
  return { rows, of: (row) => (Number.isFinite(column.values[row]) ? String(column.values[row] + 0) : null) };
}

function countsBy({ of, rows }: Labelled): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const value = of(row);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function rowsBy({ of, rows }: Labelled, kept: readonly string[]): Map<string, Int32Array> {
  const lists = new Map(kept.map((value): [string, number[]] => [value, []]));
  for (let row = 0; row < rows; row++) {
    const value = of(row);
    if (value !== null) lists.get(value)?.push(row);
  }
  return new Map([...lists].map(([value, list]) => [value, Int32Array.from(list)]));
}

function without({ columns, ...rest }: Columns, name: string): Columns {
  return { ...rest, columns: new Map([...columns].filter(([column]) => column !== name)) };
}
