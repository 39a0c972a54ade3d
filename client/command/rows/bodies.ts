/** Rows as the bodies of requests: raw columns, which take a fraction of the bytes of text and are counted where they lie. */
import type { Columns } from "#core/domain/columns.ts";
import { classesOf, type ModelConfig } from "#core/domain/model.ts";
import { type BinaryColumn, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import { recoded, type TimedRows } from "./timed-rows.ts";

/**
 * Predictions. Categories stand in the order in which the rows show them, so that the same rows are the same bytes; they are
 * not packed, as packed bytes differ between versions of the packer.
 * @param fields features that the file has; what it does not have counts as missing either way
 */
export function predictionsBody(
  { columns, ids }: TimedRows,
  fields: { has(name: string): boolean },
): Uint8Array<ArrayBuffer> {
  const timed: BinaryColumn = { name: "timestamp", type: "timestamp", values: columns.timesMs };
  return writeBinaryColumns(columns.rows, [timed, ...idColumn(ids), ...featureColumns(columns, fields)]);
}

/**
 * Labels: each row has one, `columns.timesMs` is when it was known (NaN where that is not known), and the other columns are
 * what it says of its prediction.
 */
export function labelsBody(
  model: Pick<ModelConfig, "task" | "classes">,
  { columns, ids, labels }: TimedRows,
): Uint8Array<ArrayBuffer> {
  const values = labels ?? new Float64Array(columns.rows);
  const label: BinaryColumn =
    model.task === "regression"
      ? { name: "label", type: "f64", values }
      : category("label", Int32Array.from(values), classesOf(model));
  const known: BinaryColumn = { name: "timestamp", type: "timestamp", values: columns.timesMs };
  return writeBinaryColumns(columns.rows, [...idColumn(ids), label, known, ...featureColumns(columns)]);
}

function idColumn(ids: readonly (string | null)[]): BinaryColumn[] {
  if (ids.every((id) => id === null)) return [];
  const dictionary = ids.flatMap((id) => id ?? []);
  let code = 0;
  return [
    category(
      "prediction_id",
      Int32Array.from(ids, (id) => (id === null ? -1 : code++)),
      dictionary,
    ),
  ];
}

function featureColumns({ columns }: Columns, fields?: { has(name: string): boolean }): BinaryColumn[] {
  return Array.from(columns)
    .filter(([name]) => fields === undefined || fields.has(name))
    .map(([name, column]): BinaryColumn => {
      if (column.kind === "numeric") return { name, type: "f64", values: column.values };
      return category(name, column.codes, column.dictionary);
    });
}

function category(name: string, codes: Int32Array, dictionary: readonly string[]): BinaryColumn {
  const known = new Map<string, number>();
  const values = recoded(codes, dictionary, known);
  return { name, type: "category", values, dictionary: [...known.keys()] };
}
