/**
 * A model as a file suggests it: types as `mdt compare` proposes them, roles as they were said. What it does not tell (the
 * window, the clock) has the platform's defaults unless it was said.
 */
import { type ColumnType, columnTypes, proposeType, type Proposal } from "#core/compare/column-types.ts";
import { asCategorical } from "#core/compare/typed-column.ts";
import { limits } from "#core/domain/limits.ts";
import { type Feature, type ModelInput, otherSegment, type Task } from "#core/domain/model.ts";
import { categoryCounts } from "#core/compare/exact-scores.ts";
import type { RawColumn } from "#core/formats/tables/column-builder.ts";
import type { FileColumns } from "#core/formats/tables/read-columns.ts";
import { CommandError } from "../command-error.ts";
import { type FieldColumns, onlyTimes } from "../field-columns.ts";

export interface Wishes {
  id: string;
  /** Types that were said, by column. */
  types: Readonly<Record<string, string>>;
  /** Null: by what the labels are. */
  task: Task | null;
  /** Columns of scores: one, or one a class. */
  scores: readonly { column: string; class: string | null }[];
  prediction: string | null;
  /** The value of label and prediction that counts as true. */
  positive: string | null;
  /** Columns that cut the rows. */
  segments: readonly string[];
  settings: Pick<ModelInput, "name" | "clock" | "windowMs" | "basePaneMs" | "latenessMs">;
}

/** What became of a column, and why. */
export interface ProposedColumn {
  column: string;
  as: string;
  reason: string;
}

export interface Proposed {
  model: ModelInput;
  columns: ProposedColumn[];
  /** With the column of times, where one was found. */
  fields: Map<string, string>;
}

const compared: Partial<Record<ColumnType, Feature["type"]>> = {
  numeric: "numeric",
  discrete: "numeric",
  categorical: "categorical",
  boolean: "boolean",
};

export function proposeModel(file: FileColumns, said: FieldColumns, wishes: Wishes): Proposed {
  checkNamed(file, wishes);
  const fields = new Map(said);
  const named = new Set([...wishes.scores.map(({ column }) => column), wishes.prediction]);
  const free = [...file.columns.values()].filter(({ name }) => !named.has(name));
  const times = fields.has("timestamp") ? null : onlyTimes(free, fields);
  if (times !== null) fields.set("timestamp", times);
  const fieldOf = new Map([...fields].map(([field, column]) => [column, field]));
  const label = file.columns.get(fields.get("label") ?? "");
  const task = wishes.task ?? taskOf(label, wishes);
  const columns: ProposedColumn[] = [];
  const features: Feature[] = [];
  for (const column of file.columns.values()) {
    const { name } = column;
    const field = fieldOf.get(name) ?? name;
    const made = featureOf(column, field, task, wishes);
    columns.push({ column: name, ...made.told });
    if (made.feature) features.push(made.feature);
  }
  const classes = task === "multiclass" ? classesIn(label, wishes) : [];
  return {
    model: {
      ...wishes.settings,
      id: wishes.id,
      task,
      classes,
      features,
      segments: wishes.segments.map((column) =>
        segmentOf(column, fieldOf.get(column) ?? column, file, features),
      ),
    },
    columns,
    fields,
  };
}

function checkNamed(file: FileColumns, { types, scores, prediction, segments }: Wishes): void {
  for (const [name, type] of Object.entries(types)) {
    if (!(columnTypes as readonly string[]).includes(type))
      throw new CommandError(`--type ${name}=${type}: there are ${columnTypes.join(", ")}.`);
  }
  for (const name of [
    ...Object.keys(types),
    ...scores.map(({ column }) => column),
    ...(prediction === null ? [] : [prediction]),
    ...segments,
  ])
    if (!file.columns.has(name))
      throw new CommandError(`The file has no column "${name}", or it is left out.`);
}

/** What the labels are like; two of anything are taken for the two answers of a binary model. */
function taskOf(label: RawColumn | undefined, { scores, positive }: Wishes): Task {
  if (scores.some((score) => score.class !== null)) return "multiclass";
  if (scores.length > 0 || positive !== null || label === undefined) return "binary";
  const type = proposeType(label)?.type;
  if (type === "categorical") return "multiclass";
  return type === "numeric" || type === "discrete" ? "regression" : "binary";
}

const reserved: Record<string, string> = {
  timestamp: "when each row happened",
  prediction_id: "the prediction's id",
  label: "what turned out to be true",
  prediction_timestamp: "when the prediction was made",
};

function featureOf(
  column: RawColumn,
  field: string,
  task: Task,
  { types, scores, prediction }: Wishes,
): { told: Omit<ProposedColumn, "column">; feature: Feature | null } {
  if (Object.hasOwn(reserved, field)) return { told: { as: field, reason: reserved[field] }, feature: null };
  const score = scores.find((one) => one.column === column.name);
  if (score !== undefined)
    return {
      told: { as: "score", reason: score.class === null ? "you said so" : `of “${score.class}”` },
      feature: { name: field, type: "numeric", role: "score", ...(score.class && { class: score.class }) },
    };
  if (column.name === prediction) {
    const type = ({ binary: "boolean", multiclass: "categorical", regression: "numeric" } as const)[task];
    return {
      told: { as: `prediction, ${type}`, reason: `you said so; the model is ${task}` },
      feature: { name: field, type, role: "prediction" },
    };
  }
  const given = Object.hasOwn(types, column.name) ? (types[column.name] as ColumnType) : null;
  const { type, reason } = given === null ? proposed(column) : { type: given, reason: "you said so" };
  const monitored = compared[type];
  if (monitored === undefined)
    return { told: { as: "left out", reason: `${type}: ${reason}` }, feature: null };
  return {
    told: { as: type === "discrete" ? "numeric (discrete)" : monitored, reason },
    feature: { name: field, type: monitored, role: "feature" },
  };
}

/** As for a comparison, but that numbers stay numbers: one file tells little, and a flag would refuse the first 2. */
function proposed(column: RawColumn): Proposal {
  const found = proposeType(column) ?? { type: "categorical", reason: "it has no values to tell by" };
  const digits = column.kind !== "codes" || column.dictionary.every((text) => /^[01]$/.test(text));
  if (found.type !== "boolean" || !digits) return found;
  return { type: "discrete", reason: `${found.reason}: boolean if it is a flag` };
}

/** In the order of the scores, where there are some; of numbers in their order, else in that of the alphabet. */
function classesIn(label: RawColumn | undefined, { scores }: Wishes): string[] {
  const scored = scores.flatMap((score) => score.class ?? []);
  if (scored.length > 0) return scored;
  if (label === undefined)
    throw new CommandError(
      "A multiclass model needs its classes: name the scores (--score CLASS=COLUMN) or --label.",
    );
  const names = countsOf(label).map(([name]) => name);
  if (names.length > limits.classes)
    throw new CommandError(
      `The label has ${names.length} values; a model tells at most ${limits.classes} classes apart.`,
    );
  const numbers = names.every((name) => !Number.isNaN(Number(name)));
  return names.sort((a, b) => (numbers ? Number(a) - Number(b) : a < b ? -1 : 1));
}

/** The values with the most rows; everything else is `other`. */
function segmentOf(
  name: string,
  field: string,
  file: FileColumns,
  features: readonly Feature[],
): NonNullable<ModelInput["segments"]>[number] {
  const feature = features.find((one) => one.name === field);
  const column = file.columns.get(name);
  if (feature === undefined || feature.type === "numeric" || column === undefined)
    throw new CommandError(`--segment ${name}: rows are cut by a categorical or boolean feature.`);
  if (feature.type === "boolean") return { name: idOf(name), field, values: ["false", "true"] };
  const values = countsOf(column)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([text]) => text)
    .filter((text) => text !== otherSegment);
  return { name: idOf(name), field, values: values.slice(0, limits.segmentValues) };
}

/** The values of a column as texts, with their rows. */
function countsOf(column: RawColumn): [string, number][] {
  const { value } = asCategorical(column);
  return value.kind === "categorical" ? [...categoryCounts(value)] : [];
}

/** A column's name as an id. */
const idOf = (name: string): string =>
  name.replace(/[^a-zA-Z0-9._-]+/g, "-").replace(/^[^a-zA-Z0-9]+/, "") || "segment";
