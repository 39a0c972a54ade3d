/**
 * A file's rows as a model's, part by part: read by the rules that the platform has for rows (the same code), so that what it
 * would refuse is refused here, with the line that it stands in.
 */
import { gather } from "#core/domain/columns.ts";
import { rowErrors } from "#core/domain/errors.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";
import { labelValue } from "#core/formats/label-rows.ts";
import type { Table, TableChunk } from "#core/formats/tables/table.ts";
import type { FieldColumns } from "../field-columns.ts";
import { type ChunkValues, chunkValues } from "./chunk-values.ts";
import type { RefusedRow } from "./refused-rows.ts";
import { pickRows, type TimedRows } from "./timed-rows.ts";

export interface RowPlan {
  model: Pick<ModelConfig, "features" | "task" | "classes">;
  fields: FieldColumns;
  /** The text that stands for true in labels and predictions. */
  positive: string | null;
  /** Rows in [from, to) of event time; the others are passed over. */
  fromMs: number;
  toMs: number;
  /** Times of rows that have none: the first's, and how far apart they are. */
  spread: { startMs: number; everyMs: number } | null;
  /** Begins the ids of rows without one, where they need one for their labels. */
  madeIds: string | null;
}

export interface RowPart {
  rows: TimedRows;
  /** Rows and labels that cannot be sent; of very many rows the first. */
  refused: { rows: RefusedRow[]; count: number; labels: RefusedRow[] };
  /** Rows outside of the stretch that was asked for. */
  passedOver: number;
}

/** @param chunks of the table, with all columns of the fields */
export async function* readRows(
  table: Table,
  chunks: AsyncIterable<TableChunk>,
  plan: RowPlan,
): AsyncGenerator<RowPart, void, void> {
  for await (const chunk of chunkValues(table, chunks, plan)) yield partOf(chunk, plan);
}

function partOf(
  { rows, values: { label, ...values }, before, lines }: ChunkValues,
  { model, fromMs, toMs, spread, madeIds }: RowPlan,
): RowPart {
  if (spread)
    values.timestamp = Array.from(
      { length: rows },
      (_, row) => spread.startMs + (before + row) * spread.everyMs,
    );
  const rules = { nowMs: Infinity, oldestMs: -Infinity };
  const parsed = parsePredictionRows(model.features, { columns: values }, rules);
  const { columns, rowIndex, predictionIds, errors, rejected } = parsed;
  const timesMs = columns.timesMs ?? new Float64Array(columns.rows).fill(NaN);
  const labelled = label ? readLabels(model, rowIndex, label) : null;
  const idOf = (id: string | null, row: number): string | null =>
    id ?? (madeIds === null ? null : `${madeIds}-${before + rowIndex[row]}`);
  const whole: TimedRows = {
    columns: { ...columns, timesMs },
    ids: predictionIds.map(idOf),
    labels: labelled && labelled.labels,
    rows: rowIndex.map((row) => before + row),
    lines: gather(lines, rowIndex),
  };
  const kept = Int32Array.from(rowIndex.keys()).filter(
    (row) => timesMs[row] >= fromMs && timesMs[row] < toMs,
  );
  const at = (row: number): Pick<RefusedRow, "row" | "line"> => ({ row: before + row, line: lines[row] });
  const wrong = { field: "label", code: "label_invalid", message: rowErrors.label_invalid };
  return {
    rows: kept.length === rowIndex.length ? whole : pickRows(whole, kept),
    refused: {
      rows: errors.map(({ row, field, code, message }) => ({ ...at(row), field, code, message })),
      count: rejected,
      labels: (labelled?.invalid ?? []).map((row) => ({ ...at(row), ...wrong })),
    },
    passedOver: rowIndex.length - kept.length,
  };
}

/** Labels as numbers, NaN where there is none, and the rows of those that are none of the model's. */
function readLabels(
  model: RowPlan["model"],
  rowIndex: Int32Array,
  given: readonly unknown[],
): { labels: Float64Array; invalid: number[] } {
  const invalid: number[] = [];
  const labels = Float64Array.from(rowIndex, (row) => {
    if (given[row] === null) return NaN;
    const value = labelValue(model, given[row]);
    if (value === null) invalid.push(row);
    return value ?? NaN;
  });
  return { labels, invalid };
}
