/** A file's chunks as the values of a model's fields, with each row's place in the file. */
import type { ModelConfig } from "#core/domain/model.ts";
import { fieldKinds } from "#core/formats/field-kinds.ts";
import type { Table, TableChunk } from "#core/formats/tables/table.ts";
import type { FieldColumns } from "../field-columns.ts";
import { columnValues } from "./cell-values.ts";

export interface ChunkValues {
  rows: number;
  values: Record<string, unknown[]>;
  /** Rows of the file before these. */
  before: number;
  /** From 1; 0 where the format has no lines. */
  lines: Int32Array;
}

/** @param positive the text that stands for true in labels and in what the model decided; null for the usual words */
export async function* chunkValues(
  { names }: Pick<Table, "names">,
  chunks: AsyncIterable<TableChunk>,
  {
    model: { features, task },
    fields,
    positive,
  }: { model: Pick<ModelConfig, "features" | "task">; fields: FieldColumns; positive: string | null },
): AsyncGenerator<ChunkValues, void, void> {
  const kinds = fieldKinds(features, task);
  const answer = features.find(({ role }) => role === "prediction")?.name;
  const places = [...fields].flatMap(([field, column]) => {
    const kind = kinds.get(field);
    const yes = field === "label" || field === answer ? positive : null;
    return kind === undefined ? [] : [{ field, kind, yes, place: names.indexOf(column) }];
  });
  let before = 0;
  for await (const { rows, columns, lines } of chunks) {
    const values: Record<string, unknown[]> = {};
    for (const { field, kind, yes, place } of places) {
      const column = columns[place];
      if (column) values[field] = columnValues(kind, column, rows, yes);
    }
    yield { rows, values, before, lines: lines?.() ?? new Int32Array(rows) };
    before += rows;
  }
}
