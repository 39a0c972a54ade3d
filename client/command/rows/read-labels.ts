/**
 * A file's labels, part by part, by the platform's own rules. A label names its prediction by id, or repeats it with its time.
 * The rows are held as those of a replay: `timesMs` is when a label was known, NaN where the file does not say.
 */
import { type Column, gather } from "#core/domain/columns.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import { type ParsedLabels, parseLabelRows } from "#core/formats/label-rows.ts";
import type { Table, TableChunk } from "#core/formats/tables/table.ts";
import type { FieldColumns } from "../field-columns.ts";
import { chunkValues } from "./chunk-values.ts";
import type { RefusedRow } from "./refused-rows.ts";
import type { TimedRows } from "./timed-rows.ts";

export interface LabelPlan {
  model: Pick<ModelConfig, "features" | "task" | "classes" | "segments">;
  fields: FieldColumns;
  positive: string | null;
}

export interface LabelPart {
  rows: TimedRows;
  refused: { rows: RefusedRow[]; count: number };
  /** Rows without a label, which say nothing. */
  unlabelled: number;
}

/** What a row may say of its prediction beside its id, so that it need not be looked for. */
export const repeatedFields = ({ features, segments }: LabelPlan["model"]): string[] => {
  const cuts = new Set(segments.map(({ field }) => field));
  return features.filter(({ name, role }) => role !== "feature" || cuts.has(name)).map(({ name }) => name);
};

/** Whether rows of these fields repeat their predictions. */
export const repeats = ({ features }: Pick<LabelPlan["model"], "features">, fields: FieldColumns): boolean =>
  fields.has("prediction_timestamp") &&
  features.some(({ name, role }) => role !== "feature" && fields.has(name));

export async function* readLabels(
  table: Table,
  chunks: AsyncIterable<TableChunk>,
  plan: LabelPlan,
): AsyncGenerator<LabelPart, void, void> {
  for await (const { rows, values: all, before, lines } of chunkValues(table, chunks, plan)) {
    const { label = [] } = all;
    const given = Int32Array.from(label.keys()).filter((row) => label[row] !== null);
    const values = Object.fromEntries(
      Object.entries(all).map(([field, column]) => [field, Array.from(given, (row) => column[row])]),
    );
    const rules = { nowMs: Infinity, oldestMs: -Infinity };
    const parsed = parseLabelRows(plan.model, { columns: values }, rules);
    const { rowIndex, errors, rejected } = parsed;
    const places = gather(given, rowIndex);
    yield {
      rows: {
        ...labelled(parsed, plan),
        rows: places.map((row) => before + row),
        lines: gather(lines, places),
      },
      refused: {
        rows: errors.map(({ row, field, code, message }) => ({
          ...{ row: before + given[row], line: lines[given[row]], field, code, message },
        })),
        count: rejected,
      },
      unlabelled: rows - given.length,
    };
  }
}

function labelled(
  { rowIndex, predictionIds, labels, timesMs, predictionTimesMs, direct }: ParsedLabels,
  { model, fields }: LabelPlan,
): Pick<TimedRows, "columns" | "ids" | "labels"> {
  const columns = new Map<string, Column>();
  if (fields.has("prediction_timestamp"))
    columns.set("prediction_timestamp", { kind: "numeric", values: predictionTimesMs });
  // Rows that do not repeat their prediction have nothing of the model's answers.
  if (repeats(model, fields))
    for (const [name, column] of direct.columns.columns)
      columns.set(name, spread(column, direct.places, rowIndex.length));
  const ids = new Map(Array.from(direct.places, (place, i) => [place, direct.predictionIds[i]]));
  return {
    columns: { rows: rowIndex.length, timesMs, columns },
    ids: predictionIds.map((id, row) => id ?? ids.get(row) ?? null),
    labels,
  };
}

/** Values of some rows among `rows`, missing in all others. */
function spread(column: Column, places: Int32Array, rows: number): Column {
  if (column.kind === "numeric") {
    const values = new Float64Array(rows).fill(NaN);
    places.forEach((place, i) => (values[place] = column.values[i]));
    return { kind: "numeric", values };
  }
  const codes = new Int32Array(rows).fill(-1);
  places.forEach((place, i) => (codes[place] = column.codes[i]));
  return { ...column, codes };
}
