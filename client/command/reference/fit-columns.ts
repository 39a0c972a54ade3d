/**
 * A file's columns as a model's: each feature in its own type, labels as the numbers they stand for. A reference is
 * known-good data, so that a value of another type stops everything, where a comparison would count it as missing.
 */
import { asBoolean, asCategorical, asNumeric, asTimes, type Fitted } from "#core/compare/typed-column.ts";
import type { Column, Columns } from "#core/domain/columns.ts";
import { classesOf, type ModelConfig } from "#core/domain/model.ts";
import type { RawColumn } from "#core/formats/tables/column-builder.ts";
import type { FileColumns } from "#core/formats/tables/read-columns.ts";
import { formatCount } from "#core/report/format.ts";
import { CommandError } from "../command-error.ts";
import type { FieldColumns } from "../field-columns.ts";

type Described = Pick<ModelConfig, "features" | "task" | "classes">;

export interface FittedRows {
  columns: Columns;
  /** Class indices or numbers, NaN where unknown; null without a column of labels. */
  labels: Float64Array | null;
}

/**
 * @param positive the value of label and prediction that counts as true, null where they say true and false
 * @throws CommandError naming the column that is missing or holds something else
 */
export function fitColumns(
  model: Described,
  file: FileColumns & { name: string },
  fields: FieldColumns,
  positive: string | null,
): FittedRows {
  const rawOf = (field: string): RawColumn | undefined => file.columns.get(fields.get(field) ?? "");
  const absent = model.features.filter(({ name }) => rawOf(name) === undefined);
  if (absent.length > 0)
    throw new CommandError(
      `${file.name} has no column for ${absent
        .slice(0, 5)
        .map(({ name }) => `"${name}"`)
        .join(
          ", ",
        )}${absent.length > 5 ? ` and ${absent.length - 5} more` : ""}: a reference has every feature ` +
        "of the model. --column FEATURE=COLUMN names a column that is called otherwise.",
    );
  const columns = new Map<string, Column>();
  for (const { name, type, role } of model.features) {
    const raw = rawOf(name);
    if (raw === undefined) continue;
    const answer = role === "prediction" && type === "boolean";
    const fitted = answer ? flags(raw, positive) : convert[type](raw);
    columns.set(name, sound(file.name, raw.name, fitted, words[type]));
  }
  const times = rawOf("timestamp");
  const label = rawOf("label");
  return {
    columns: {
      rows: file.rows,
      timesMs: times ? sound(file.name, times.name, asTimes(times), "a time") : null,
      columns,
    },
    labels: label ? labelsOf(model, file.name, label, positive) : null,
  };
}

const convert = { numeric: asNumeric, categorical: asCategorical, boolean: asBoolean };
const words = { numeric: "a number", categorical: "a category", boolean: "true or false" };

function sound<T>(file: string, column: string, { value, misfits }: Fitted<T>, what: string): T {
  if (misfits.count === 0) return value;
  throw new CommandError(
    `${formatCount(misfits.count)} values of "${column}" in ${file} are not ${what} (such as ` +
      `"${misfits.example.slice(0, 40)}"). A reference is known-good data: mend them, leave them empty, or give the ` +
      "column another type.",
  );
}

/** Two answers: whatever `positive` is, and everything else; without it true and false as they are usually written. */
function flags(raw: RawColumn, positive: string | null): Fitted<Column> {
  if (positive === null) return asBoolean(raw);
  const { value, misfits } = asCategorical(raw);
  if (value.kind !== "categorical") return { value, misfits };
  const flagOf = value.dictionary.map((text) => (text === positive ? 1 : 0));
  const codes = value.codes.map((code) => (code < 0 ? -1 : flagOf[code]));
  return { value: { kind: "categorical", codes, dictionary: ["false", "true"] }, misfits };
}

function labelsOf(model: Described, file: string, raw: RawColumn, positive: string | null): Float64Array {
  if (model.task === "regression") {
    const column = sound(file, raw.name, asNumeric(raw), "a number");
    return column.kind === "numeric" ? column.values : new Float64Array();
  }
  const binary = model.task === "binary";
  const column = sound(file, raw.name, binary ? flags(raw, positive) : asCategorical(raw), "true or false");
  if (column.kind !== "categorical") return new Float64Array();
  const classes = classesOf(model);
  const indexOf = column.dictionary.map((text) => classes.indexOf(text));
  const unknown = indexOf.indexOf(-1);
  if (unknown >= 0)
    throw new CommandError(
      `The label "${column.dictionary[unknown]}" in ${file} is none of the model's classes (${classes.slice(0, 10).join(", ")}).`,
    );
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : indexOf[code]));
}
