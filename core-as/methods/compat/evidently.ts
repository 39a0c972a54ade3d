/**
 * Evidently's data drift, as that tool would report it: each column one number against a constant, and the whole table
 * drifted once half of its columns are. Its choice of test, where none is asked for:
 *
 * | reference rows | numbers, more than 5 distinct | numbers, at most 5; categories |
 * |---|---|---|
 * | at most 1000 | KS, p ≤ 0.05 | chi-square (more than 2 values) or z, p < 0.05 |
 * | above 1000 | Wasserstein over the standard deviation ≥ 0.1 | Jensen–Shannon ≥ 0.1 |
 *
 * It is here for moving over and for comparing. What its verdicts lack: a distance of sampling noise alone passes a constant
 * in small windows (67 % of columns at 100 rows without drift), a p-value in large ones whatever the difference; columns are
 * tested without regard to their number.
 *
 * Cost: a sort a column; exact tests of small samples more. Edge cases: a column that Evidently refuses (empty, or missing on
 * a side, or of two kinds), or compares as text, has no verdict here: `drifted` is null, and it does not count.
 */
import type { Column, Columns } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type EvidentlyType, evidentlyPair, evidentlyType } from "./evidently-pair.ts";
import { evidentlyDefault, evidentlyScore, type EvidentlyTest } from "./evidently-tests.ts";

export interface EvidentlyOptions {
  /** Columns to compare; all that the reference has when left out. */
  columns?: readonly string[];
  /** What a column is taken for, where that is not to be guessed from its values. */
  types?: Readonly<Record<string, EvidentlyType>>;
  /** A column's own test and threshold, before those of its type, before Evidently's choice. */
  tests?: Readonly<Record<string, EvidentlyTest>>;
  thresholds?: Readonly<Record<string, number>>;
  numericalTest?: EvidentlyTest;
  categoricalTest?: EvidentlyTest;
  numericalThreshold?: number;
  categoricalThreshold?: number;
  /** Share of columns from which on the table has drifted. */
  driftShare?: number;
}

export interface EvidentlyColumn {
  column: string;
  type: EvidentlyType;
  /** Null where there was none. */
  test: EvidentlyTest | null;
  /** A p-value or a distance; NaN where there is no answer. */
  score: number;
  threshold: number | null;
  drifted: boolean | null;
}

export interface EvidentlyDrift {
  columns: EvidentlyColumn[];
  driftedColumns: number;
  /** Of the columns with a verdict; NaN where there is none. */
  share: number;
  drifted: boolean | null;
}

export function evidentlyDrift(
  kernel: Kernel,
  reference: Columns,
  current: Columns,
  options: EvidentlyOptions = {},
): EvidentlyDrift {
  const { columns: names = [...reference.columns.keys()], driftShare = 0.5 } = options;
  const columns = names.map((column) =>
    columnDrift(kernel, column, reference.columns.get(column), current.columns.get(column), options),
  );
  const judged = columns.filter(({ drifted }) => drifted !== null);
  const driftedColumns = judged.filter(({ drifted }) => drifted).length;
  const share = driftedColumns / judged.length;
  return { columns, driftedColumns, share, drifted: judged.length > 0 ? share >= driftShare : null };
}

function columnDrift(
  kernel: Kernel,
  column: string,
  reference: Column | undefined,
  current: Column | undefined,
  options: EvidentlyOptions,
): EvidentlyColumn {
  const guessed = current ? evidentlyType(kernel, current) : "categorical";
  const type = options.types?.[column] ?? guessed;
  const none: EvidentlyColumn = { column, type, test: null, score: NaN, threshold: null, drifted: null };
  const pair = reference && current ? evidentlyPair(kernel, reference, current) : null;
  if (type === "text" || pair === null || pair.n === 0 || pair.m === 0) return none;
  const numerical = type === "numerical";
  if (numerical && pair.samples === null) return none;
  const test =
    options.tests?.[column] ??
    (numerical ? options.numericalTest : options.categoricalTest) ??
    evidentlyDefault(numerical, pair.n, pair.distinct);
  const threshold =
    options.thresholds?.[column] ?? (numerical ? options.numericalThreshold : options.categoricalThreshold);
  return { column, type, test, ...evidentlyScore(kernel, test, pair, numerical, threshold) };
}
