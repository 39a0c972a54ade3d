/** Which column of a file holds which field of a model: by its own name unless it was said otherwise. */
import { type ModelConfig, reservedFields } from "#core/domain/model.ts";
import { proposeType } from "#core/compare/column-types.ts";
import type { RawColumn } from "#core/formats/tables/column-builder.ts";
import type { Kind, OptionHelp, Parsed } from "./arguments.ts";
import { pairs } from "./arguments.ts";
import { CommandError } from "./command-error.ts";

/** From a field (`timestamp`, `label`, a feature's name) to a column. */
export type FieldColumns = ReadonlyMap<string, string>;

export const fieldKindsTyped: Record<string, Kind> = { time: "one", id: "one", label: "one", column: "all" };

export const fieldHelp: Record<"time" | "id" | "label" | "column", OptionHelp> = {
  time: { usage: "--time COLUMN", says: "when each row happened; `timestamp`, or the only column of times" },
  id: { usage: "--id COLUMN", says: "the prediction's id; `prediction_id` where there is such a column" },
  label: {
    usage: "--label COLUMN",
    says: "what turned out to be true; `label` where there is such a column",
  },
  column: {
    usage: "--column FIELD=COLUMN",
    says: "a field or feature of the model that has another name in the file; may be repeated",
  },
};

/** What was said, before the file is opened. */
export function saidColumns(given: Parsed): Map<string, string> {
  const said = new Map(Object.entries(pairs("--column", given.all("column"))));
  for (const [option, field] of [
    ["time", "timestamp"],
    ["id", "prediction_id"],
    ["label", "label"],
  ] as const) {
    const column = given.one(option);
    if (column === null) continue;
    if (said.has(field) && said.get(field) !== column)
      throw new CommandError(`--${option} and --column ${field}=… name two columns for one field.`);
    said.set(field, column);
  }
  return said;
}

/**
 * The columns of the fields that the file has.
 * @param fields what is looked for under its own name
 * @throws CommandError where a column that was named is not there, or stands for two fields
 */
export function columnsOfFields(
  said: ReadonlyMap<string, string>,
  fields: Iterable<string>,
  file: { name: string; names: readonly string[] },
): Map<string, string> {
  const there = new Set(file.names);
  const found = new Map<string, string>();
  for (const field of fields) if (!said.has(field) && there.has(field)) found.set(field, field);
  for (const [field, column] of said) {
    if (!there.has(column))
      throw new CommandError(`${file.name} has no column "${column}".${near(column, file)}`);
    found.set(field, column);
  }
  return found;
}

function near(column: string, { names }: { names: readonly string[] }): string {
  const close = names.find((name) => name.trim().toLowerCase() === column.trim().toLowerCase());
  if (close !== undefined) return ` Did you mean "${close}"?`;
  return ` There are: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", …" : ""}.`;
}

/** The fields that a model's rows may have. */
export const fieldsOf = ({ features }: Pick<ModelConfig, "features">): string[] => [
  ...reservedFields,
  ...features.map(({ name }) => name),
];

/** The only column of times among those that hold nothing else, null where there is none or more than one. */
export function onlyTimes(columns: Iterable<RawColumn>, taken: FieldColumns): string | null {
  const used = new Set(taken.values());
  const times = [...columns].filter(
    (column) => !used.has(column.name) && proposeType(column)?.type === "timestamp",
  );
  return times.length === 1 ? times[0].name : null;
}
