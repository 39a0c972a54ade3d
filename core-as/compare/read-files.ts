/**
 * Two files to what `compare` takes: columns read, types decided for both alike, values that do not fit counted, and all
 * of it said in notices. One file at a time; memory goes with rows and columns, not with the files' text.
 */
import type { Columns } from "../domain/columns.ts";
import type { Comparison, ComparisonInput, Notice } from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import { limits } from "../domain/limits.ts";
import type { Feature } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import type { RawColumn } from "../formats/tables/column-builder.ts";
import { readColumns } from "../formats/tables/read-columns.ts";
import type { ByteSource, TableFormat } from "../formats/tables/table.ts";
import { verifyReference } from "../reference/validate.ts";
import { type ColumnType, columnTypes } from "./column-types.ts";
import { decideTypes, type Decision } from "./decide-types.ts";
import { asBoolean, asCategorical, asNumeric, asTimes, type Fitted } from "./typed-column.ts";

export interface FileOptions {
  /** Types that a person gave, by column. */
  types?: Readonly<Record<string, string>>;
  ignore?: readonly string[];
  /** Nothing but these, where any are named. */
  only?: readonly string[];
  /** Column of times; found where exactly one column holds some. */
  time?: string | null;
  format?: TableFormat | null;
  delimiter?: string | null;
  /** Columns to read beside: what performance and segments are about. */
  needed?: readonly string[];
}

export interface Files {
  reference: Columns | Reference;
  current: Columns;
  features: Feature[];
  time: string | null;
  inputs: Comparison["inputs"];
  notices: Notice[];
}

export type FileProgress = (stage: string, share?: number) => void | Promise<void>;

interface Read {
  columns: Map<string, RawColumn>;
  rows: number;
  input: ComparisonInput;
  remarks: string[];
}

/** A profile that `--profile` wrote, null where the file is something else. */
export async function readProfile(
  source: ByteSource,
  sha256: (text: string) => Promise<string>,
): Promise<Reference | null> {
  const start = new TextDecoder().decode(await source.slice(0, 256));
  if (!/^\s*\{\s*"format"\s*:\s*"mdt-reference\//.test(start)) return null;
  if (source.size > 10 * limits.referenceBytes)
    throw new ProblemError("reference_invalid", `${source.name} is too large for a profile.`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await source.slice(0, source.size)));
  } catch {
    throw new ProblemError("reference_invalid", `${source.name} begins like a profile but is no whole JSON.`);
  }
  return verifyReference(value, sha256);
}

/** @throws ProblemError `file_unreadable` with the place, `comparison_invalid` where options name what is not there */
export async function readFiles(
  reference: ByteSource | { profile: Reference; source: ByteSource },
  current: ByteSource,
  options: FileOptions,
  progress: FileProgress = () => undefined,
): Promise<Files> {
  for (const [name, type] of Object.entries(options.types ?? {}))
    if (!(columnTypes as readonly string[]).includes(type))
      throw new ProblemError(
        "comparison_invalid",
        `"${type}" of column "${name}" is no type: there are ${columnTypes.join(", ")}.`,
      );
  const profile = "profile" in reference ? reference.profile : null;
  const before = "profile" in reference ? null : await readRaw(reference, options, progress);
  const now = await readRaw(current, options, progress);
  const known = new Set([
    ...(before?.columns.keys() ?? []),
    ...now.columns.keys(),
    ...(profile?.features.map(({ name }) => name) ?? []),
  ]);
  for (const name of [
    ...Object.keys(options.types ?? {}),
    ...(options.ignore ?? []),
    ...(options.only ?? []),
    options.time ?? null,
  ])
    if (name !== null && !known.has(name) && !options.ignore?.includes(name))
      throw new ProblemError(
        "comparison_invalid",
        `Neither file has a column "${name}".${nearest(name, known)}`,
      );
  const notices: Notice[] = [...(before?.remarks ?? []), ...now.remarks].map((message) => ({
    ...{ kind: "rows", column: null, message },
  }));
  const decisions = profile
    ? fromProfile(profile, now)
    : decideTypes(before?.columns ?? new Map(), now.columns, options.types ?? {}, notices);
  const time = timeOf(options.time ?? null, before, now, decisions, notices, profile !== null);
  const features = decisions
    .filter(({ name, type }) => name !== time && comparable.has(type))
    .map(({ name, type }) => featureOf(name, type));
  if (before?.rows === 0)
    throw new ProblemError("comparison_invalid", `${before.input.name} has no rows to compare with.`);
  if (features.length === 0 && decisions.length > 0) {
    const named = decisions.slice(0, 3).map(({ name, reason }) => `"${name}" (${reason})`);
    throw new ProblemError(
      "comparison_invalid",
      `No column can be compared: ${named.join(", ")}${decisions.length > 3 ? ", …" : ""}. --type COLUMN=categorical compares one all the same.`,
    );
  }
  if (!features.some(({ name }) => now.columns.has(name)))
    throw new ProblemError(
      "comparison_invalid",
      "The files have no column in common that can be compared: are both of the same data, and do both begin with a header?",
    );
  if (features.length > limits.features)
    throw new ProblemError(
      "comparison_invalid",
      `The files have ${features.length} columns; at most ${limits.features} are compared: choose with --only or --ignore.`,
    );
  const types = new Map(features.map(({ name, type }) => [name, type]));
  const fit = (side: Read, file: string): Columns => columnsOf(side, types, time, file, notices);
  const columns = before ? fit(before, before.input.name) : null;
  return {
    reference: columns ?? (profile as Reference),
    current: fit(now, now.input.name),
    ...{ features, time, notices },
    inputs: {
      reference: before?.input ?? inputOf("source" in reference ? reference.source : reference, "profile"),
      current: now.input,
    },
  };
}

/** Identifiers, texts and times are not compared. */
const comparable = new Set<ColumnType>(["numeric", "discrete", "categorical", "boolean"]);

/** Discrete numbers are numbers: their cells, one a value, follow from the reference's rows. */
const featureOf = (name: string, type: ColumnType): Feature => ({
  ...{ name, role: "feature" },
  type: type === "discrete" ? "numeric" : (type as Feature["type"]),
});

async function readRaw(source: ByteSource, options: FileOptions, progress: FileProgress): Promise<Read> {
  const only = options.only?.length
    ? new Set([...options.only, options.time, ...(options.needed ?? [])])
    : null;
  const { format, columns, rows, remarks } = await readColumns(
    source,
    {
      ...{ format: options.format, delimiter: options.delimiter },
      progress: (bytes) => progress(`reading ${source.name}`, bytes / source.size),
    },
    (name) => !options.ignore?.includes(name) && (only === null || only.has(name)),
  );
  return { columns, rows, remarks, input: inputOf(source, format) };
}

const inputOf = ({ name, size }: ByteSource, format: string): ComparisonInput => ({
  name,
  bytes: size,
  format,
});

/** A profile has decided already; columns that it does not have are named. */
function fromProfile({ features }: Reference, now: Read): Decision[] {
  const known = new Set(features.map(({ name }) => name));
  return [
    ...features.map(({ name, type }): Decision => ({ name, type, reason: "so it is in the profile" })),
    ...[...now.columns.keys()]
      .filter((name) => !known.has(name))
      .map((name): Decision => ({ name, type: "text", reason: "the profile does not have it" })),
  ];
}

/** The column that was named, or the only one that holds times. */
function timeOf(
  named: string | null,
  before: Read | null,
  now: Read,
  decisions: readonly Decision[],
  notices: Notice[],
  byProfile: boolean,
): string | null {
  if (named !== null) return named;
  const candidates = byProfile
    ? [...now.columns.values()].filter(({ kind }) => kind === "times").map(({ name }) => name)
    : decisions.filter(({ type }) => type === "timestamp").map(({ name }) => name);
  const inBoth = candidates.filter((name) => before === null || before.columns.has(name));
  if (inBoth.length === 1) {
    notices.push({
      kind: "time",
      column: inBoth[0],
      message: `"${inBoth[0]}" was taken for when each row happened.`,
    });
    return inBoth[0];
  }
  if (inBoth.length > 1)
    notices.push({
      ...{ kind: "time", column: null },
      message: `${inBoth.length} columns hold times (${inBoth.slice(0, 4).join(", ")}): say with --time which is when each row happened.`,
    });
  return null;
}

function columnsOf(
  { columns, rows }: Read,
  types: ReadonlyMap<string, Feature["type"]>,
  time: string | null,
  file: string,
  notices: Notice[],
): Columns {
  const convert = { numeric: asNumeric, categorical: asCategorical, boolean: asBoolean };
  const fitted = <T>(name: string, { value, misfits }: Fitted<T>, what: string): T => {
    if (misfits.count > 0)
      notices.push({
        ...{ kind: "did-not-fit", column: name },
        message: `${misfits.count} values of "${name}" in ${file} are no ${what} (such as "${misfits.example.slice(0, 40)}"): they count as missing.`,
      });
    return value;
  };
  const found: Columns = { rows, timesMs: null, columns: new Map() };
  for (const [name, raw] of columns) {
    const type = types.get(name);
    if (name === time) found.timesMs = fitted(name, asTimes(raw), "times");
    else if (type !== undefined) found.columns.set(name, fitted(name, convert[type](raw), wordFor[type]));
    // What is decided is no longer needed as it was read.
    columns.delete(name);
  }
  return found;
}

const wordFor = { numeric: "numbers", categorical: "categories", boolean: "true or false" };

function nearest(name: string, known: ReadonlySet<string>): string {
  const near = [...known].find((one) => one.trim().toLowerCase() === name.trim().toLowerCase());
  return near === undefined
    ? ` There are: ${[...known].slice(0, 8).join(", ")}${known.size > 8 ? ", …" : ""}.`
    : ` Did you mean "${near}"?`;
}
