/**
 * Builds a reference profile from columns: cells, counts, moments and nulls. After this the sample can be forgotten.
 */
import type { Column, Columns } from "../domain/columns.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Importances } from "../domain/importances.ts";
import { limits } from "../domain/limits.ts";
import { type Feature, type ModelConfig, type Task } from "../domain/model.ts";
import { type Reference, type ReferenceFeature, referenceFormat } from "../domain/reference.ts";
import type { Cells } from "../domain/reference-cells.ts";
import { createFolder, featureCounts } from "../domain/window.ts";
import type { LabelledRows } from "../estimation/labelled.ts";
import type { LossModels } from "../estimation/learn-losses.ts";
import { learnEstimates } from "../estimation/learn.ts";
import type { Kernel } from "../kernel/api.ts";
import { attributionsBlock } from "./attributions-block.ts";
import { booleanCells, categoricalCells, singleCategories } from "./categorical-cells.ts";
import { type Chunking, chunkRows } from "./chunks.ts";
import { referenceId } from "./identity.ts";
import { intraclassCorrelation } from "./intraclass.ts";
import { defaultBins, numericCells, singletonsOf } from "./numeric-cells.ts";
import { performanceOn } from "./performance-on.ts";
import { profileFeature } from "./profile-feature.ts";
import { qualityBlocks } from "./quality-blocks.ts";

export interface ReferenceInput {
  features: readonly Feature[];
  columns: Columns;
  /** Length of a chunk: the model's window. */
  periodMs: number;
  /** Cells of equal mass to aim at; `defaultBins` when left out. */
  bins?: number;
  /** Categories with a cell of their own; as many as there may be when left out. */
  categories?: number;
  /** What the model answers, "binary" when left out, and the classes of a multiclass model. */
  task?: Task;
  classes?: readonly string[];
  /** What a row is worth, and the quantile that a regression predicts: as the model declares them. */
  costs?: ModelConfig["costs"];
  quantile?: number;
  /**
   * Labels of the same rows, where they are known, for the performance on the reference and for estimates of it later:
   * class indices or numbers, NaN where unknown.
   */
  labels?: Float64Array;
  /** Of a labelled regression: trees that were learnt already, null for none; learnt from these rows when left out. */
  lossModels?: LossModels | null;
  importances?: Importances | null;
  /** By segment key: the references of this one's segments. */
  segments?: Record<string, string>;
  /** Unsigned 32 bits, for the simulated parts of the null tables. */
  seed: number;
}

/**
 * @param sha256 hex digest of a text: hashing is the platform's
 * @throws ProblemError `reference_mismatch` when a feature has no column of its kind, `reference_invalid` without rows
 */
export async function buildReference(
  kernel: Kernel,
  input: ReferenceInput,
  sha256: (text: string) => Promise<string>,
): Promise<Reference> {
  const { columns, features } = input;
  if (columns.rows === 0) throw new ProblemError("reference_invalid", "A reference needs at least one row.");
  const chunking = chunkRows(columns, input.periodMs);
  const celled = features.map((feature) => {
    const column = columnOf(feature, columns);
    const sorted = column.kind === "numeric" ? kernel.sortFinite(column.values) : new Float64Array();
    const cells = cellsOf(feature, column, sorted, input);
    return {
      ...feature,
      column,
      cells,
      singletons: singletonsIn(column, cells, sorted),
      moments: column.kind === "numeric" ? momentsOf(kernel, sorted) : null,
    };
  });
  const folder = createFolder(kernel, { features: celled });
  const counts = folder.fold(columns);
  const chunkCounts = chunking?.rowsOf.map((rows) => folder.fold(columns, rows)) ?? [];
  const profiled = celled.map(({ column, ...feature }, index): ReferenceFeature =>
    profileFeature(kernel, {
      ...feature,
      counts: featureCounts(counts, folder.layout, index),
      chunks: chunking && chunkCounts.map((vector) => featureCounts(vector, folder.layout, index)),
      intraclass: intraclassOf(column, chunking),
      seed: input.seed,
    }),
  );
  const labelled = labelledRows(input, chunking);
  const estimates = labelled ? learnEstimates(kernel, labelled, input.lossModels) : [];
  const attributions = attributionsBlock(features, columns);
  const content: Omit<Reference, "id"> = {
    format: referenceFormat,
    rows: columns.rows,
    fromMs: extreme(columns.timesMs, Math.min),
    toMs: extreme(columns.timesMs, Math.max),
    chunks: chunking && {
      periodMs: input.periodMs,
      starts: chunking.starts,
      rows: chunking.rowsOf.map((rows) => rows.length),
    },
    features: profiled,
    derived: [
      ...estimates,
      ...qualityBlocks(kernel, celled, columns, chunking),
      ...(attributions ? [attributions] : []),
    ],
    segments: input.segments ?? {},
    performance: performanceOn(kernel, input, chunking),
    importances: input.importances ?? null,
  };
  return { ...content, id: await referenceId(content, sha256) };
}

/** What estimates are learnt from; null without labels. */
export function labelledRows(
  { task = "binary", classes = [], features, columns, labels }: ReferenceInput,
  chunking: Chunking | null,
): LabelledRows | null {
  if (labels === undefined) return null;
  return { model: { task, classes: [...classes], features: [...features] }, columns, labels, chunking };
}

function columnOf({ name, type }: Feature, columns: Columns): Column {
  const column = columns.columns.get(name);
  const kind = type === "numeric" ? "numeric" : "categorical";
  if (column?.kind === kind) return column;
  throw new ProblemError("reference_mismatch", `The feature "${name}" needs a ${kind} column.`);
}

function cellsOf({ type }: Feature, column: Column, sorted: Float64Array, input: ReferenceInput): Cells {
  if (column.kind === "categorical")
    return type === "boolean"
      ? booleanCells
      : categoricalCells(column, input.categories ?? limits.categories);
  return sorted.length === 0
    ? { kind: "values", values: [] }
    : numericCells(sorted, input.bins ?? defaultBins);
}

function singletonsIn(column: Column, cells: Cells, sorted: Float64Array): number {
  if (cells.kind === "quantile" || cells === booleanCells) return 0;
  return column.kind === "numeric" ? singletonsOf(sorted) : singleCategories(column);
}

/** Of the values in order: rows in another order must not make another profile by the last bit of a sum. */
function momentsOf(kernel: Kernel, sorted: Float64Array): ReferenceFeature["moments"] {
  const { count, mean, variance, min, max } = kernel.moments(sorted);
  if (count === 0 || !Number.isFinite(variance)) return null;
  const iqr = sorted[Math.ceil(0.75 * count) - 1] - sorted[Math.ceil(0.25 * count) - 1];
  return { mean, variance, std: Math.sqrt(variance), min, max, iqr };
}

function intraclassOf(column: Column, chunking: Chunking | null): number | null {
  if (column.kind !== "numeric" || chunking === null) return null;
  const found = intraclassCorrelation(column.values, chunking.chunkOf, chunking.starts.length);
  // Nine digits are plenty, and the order of the rows does not reach them.
  return found === null ? null : Number(found.toPrecision(9));
}

/** The first or the last time; rows without one do not count. */
function extreme(times: Float64Array | null, pick: (a: number, b: number) => number): number | null {
  let found: number | null = null;
  for (const time of times ?? []) if (!Number.isNaN(time)) found = found === null ? time : pick(found, time);
  return found;
}
