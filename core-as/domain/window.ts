/**
 * Counting rows into a reference's cells. A window's counts are one flat vector of integers (see reference-cells.ts)
 * that adds, subtracts and merges exactly, in any order, over any number of machines.
 */
import { derivedKindOf } from "../derived/kinds.ts";
import type { CountedColumn, Kernel } from "../kernel/api.ts";
import { type Column, type Columns, tallied } from "./columns.ts";
import { ProblemError } from "./errors.ts";
import { type Celled, type Layout, layoutOf } from "./reference-cells.ts";

export interface Folder {
  layout: Layout;
  /**
   * The counts of the given rows (all when left out) as a flat vector of `layout.slots` integers. A column that the
   * rows do not have counts as missing throughout.
   */
  fold(columns: Columns, rows?: Int32Array): Float64Array;
}

/** Prepares the cells of a reference for counting; keep it as long as the reference. */
export function createFolder(kernel: Kernel, celled: Celled): Folder {
  const { features, derived = [] } = celled;
  const layout = layoutOf(celled);
  const derivers = derived.map((block) => derivedKindOf(block).counter(kernel, block, layout));
  const numeric: number[] = [];
  const counted: CountedColumn[] = [];
  const categorical: [feature: number, counter: Counter][] = [];
  features.forEach(({ cells }, index) => {
    const { offset } = layout.features[index];
    if (cells.kind === "categories") {
      categorical.push([index, categoryCounter(cells.values, cells.other, offset)]);
      return;
    }
    const kind = cells.kind === "quantile" ? "edges" : "values";
    const borders = Float64Array.from(cells.kind === "quantile" ? cells.edges : cells.values);
    numeric.push(index);
    counted.push({ kind, borders, offset });
  });
  const countColumns = kernel.columnCounter(counted, layout.slots);
  return {
    layout,
    fold(given, rows) {
      const { columns } = given;
      const values = numeric.map((index) => numbersOf(columns.get(features[index].name)));
      const counts = countColumns(values, rows);
      const markMissing = (index: number): void => {
        const { offset, cells } = layout.features[index];
        counts[offset + cells + 1] += rows?.length ?? given.rows;
      };
      values.forEach((column, at) => column === null && markMissing(numeric[at]));
      for (const [index, count] of categorical) {
        const column = columns.get(features[index].name);
        if (column === undefined) markMissing(index);
        else count(column, rows, counts);
      }
      derivers.forEach((count, index) => count(given, rows, counts, layout.derived[index].offset));
      return counts;
    },
  };
}

type Counter = (column: Column, rows: Int32Array | undefined, counts: Float64Array) => void;

/** Null where the rows have no such column. */
function numbersOf(column: Column | undefined): Float64Array | null {
  if (column === undefined) return null;
  if (column.kind !== "numeric") throw new TypeError("a numeric feature was given a categorical column");
  return column.values;
}

function categoryCounter(values: readonly string[], other: readonly string[], offset: number): Counter {
  const slots = new Map(values.map((value, index) => [value, offset + index]));
  const size = values.length + (other.length > 0 ? 1 : 0);
  for (const value of other) slots.set(value, offset + values.length);
  const unseen = offset + size;
  return (column, rows, counts) => {
    if (column.kind !== "categorical")
      throw new TypeError("a categorical feature was given a numeric column");
    const tally = tallied(column, rows);
    counts[unseen + 1] += tally[0];
    column.dictionary.forEach((value, code) => {
      if (tally[code + 1] > 0) counts[slots.get(value) ?? unseen] += tally[code + 1];
    });
  };
}

/** Adds `from` to `into`, slot by slot. Both must be counts in the same reference's cells. */
export function mergeCounts(into: Float64Array, from: Float64Array): void {
  requireSameCells(into, from);
  for (let slot = 0; slot < into.length; slot++) into[slot] += from[slot];
}

/** Takes `from` away again; the exact inverse of `mergeCounts`. */
export function subtractCounts(into: Float64Array, from: Float64Array): void {
  requireSameCells(into, from);
  for (let slot = 0; slot < into.length; slot++) into[slot] -= from[slot];
}

function requireSameCells(a: Float64Array, b: Float64Array): void {
  if (a.length !== b.length)
    throw new ProblemError(
      "cells_differ",
      `Counts in ${a.length} slots cannot be merged with counts in ${b.length}.`,
    );
}

/** One feature's part of a flat vector. */
export interface FeatureCounts {
  cells: Float64Array;
  unseen: number;
  missing: number;
  negInf: number;
  posInf: number;
}

export function featureCounts(counts: ArrayLike<number>, layout: Layout, index: number): FeatureCounts {
  const { offset, cells } = layout.features[index];
  const at = offset + cells;
  const own = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) own[cell] = counts[offset + cell];
  return {
    cells: own,
    unseen: counts[at],
    missing: counts[at + 1],
    negInf: counts[at + 2],
    posInf: counts[at + 3],
  };
}
