/** `mdt export TABLE [FILE]`: a table of the platform as Parquet, Arrow or CSV. */
import { tableFromIPC, tableToIPC } from "@uwdata/flechette";
import { exportTables } from "#core/domain/export-tables.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { type CommandHelp, helpText, type Kind, oneOf, type Parsed, parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";
import { writeWhole } from "./output.ts";
import { clientOf, modelIn, modelOf, pathOf, platformHelpWithoutModel, platformKinds } from "./platform.ts";
import type { Surroundings } from "./surroundings.ts";
import { isoOf, timeOf } from "./times.ts";

const kinds: Record<string, Kind> = {
  ...platformKinds,
  ...{ from: "one", to: "one", format: "one", labelled: "flag", quiet: "flag", help: "flag" },
};

export const exportHelp: CommandHelp = {
  usage: "mdt export TABLE [FILE] [options]",
  about:
    `Writes a table of the platform to FILE, as its ending says: .parquet, .arrow (or .feather), .arrows (a stream), .csv.\n` +
    `Without FILE it goes to standard output as CSV. TABLE is ${exportTables.join(", ")},\n` +
    `or rows: the archived rows of a model that keeps them.`,
  options: [
    { usage: "--model MODEL", says: "of one model; left out, MDT_MODEL, else all models" },
    {
      usage: "--from TIME, --to TIME",
      says: "windows that begin in this stretch, or its rows; all when left out",
    },
    { usage: "--labelled", says: "of rows, only those whose label is known" },
    { usage: "--format FORMAT", says: "parquet, arrow, arrows or csv, whatever FILE is called" },
    { usage: "--quiet", says: "say nothing when it is done" },
    ...platformHelpWithoutModel,
    { usage: "--help", says: "this text" },
  ],
  examples: [
    {
      run: "mdt export features drift.parquet --model churn --from 2026-01-01",
      says: "verdicts by feature and window",
    },
    { run: "mdt export checks | head", says: "a look at all checks" },
    {
      run: "mdt export rows march.parquet --model churn --from 2026-03-01 --to 2026-04-01 --labelled",
      says: "what to train on",
    },
  ],
  exits: ["0  written", "2  not written, and why"],
};

const formats = ["parquet", "arrow", "arrows", "csv"] as const;
type Format = (typeof formats)[number];

const types: Record<Format, string> = {
  parquet: "application/vnd.apache.parquet",
  arrow: "application/vnd.apache.arrow.stream",
  arrows: "application/vnd.apache.arrow.stream",
  csv: "text/csv",
};

export async function exportCommand(
  args: string[],
  _kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const given = parsed(args, kinds, 2);
  if (given.flag("help")) {
    surroundings.out(helpText(exportHelp));
    return 0;
  }
  const [name, path, ...more] = given.positionals;
  if (name === undefined || more.length > 0)
    throw new CommandError(`Name a table, and a file: mdt export checks checks.parquet. ${tablesThere}`);
  const format = oneOf("--format", given.one("format"), formats) ?? formatOf(path);
  const asked = name === "rows" ? askedRows(given, surroundings) : askedTable(name, given, surroundings);
  const bytes = await clientOf(given, surroundings).download(asked, types[format]);
  const content = format === "arrow" ? asFile(bytes) : bytes;
  if (path === undefined || path === "-") {
    surroundings.write(content);
    return 0;
  }
  writeWhole(path, content);
  if (!given.flag("quiet")) surroundings.tell(`mdt: ${path}: ${content.length} bytes\n`);
  return 0;
}

const tablesThere = `There are ${exportTables.join(", ")} and rows.`;

/** The path of a table with what is asked of it. */
function askedTable(name: string, given: Parsed, surroundings: Surroundings): string {
  const table = exportTables.find((one) => one === name);
  if (table === undefined) throw new CommandError(`There is no table "${name}". ${tablesThere}`);
  if (given.flag("labelled")) throw new CommandError("Only rows have labels: mdt export rows --labelled.");
  const query = rangeIn(given);
  const model = modelIn(given, surroundings);
  if (model !== null) query.set("model", model);
  return `/v1/export/${table}?${query}`;
}

/** The same of archived rows, which have columns of their model. */
function askedRows(given: Parsed, surroundings: Surroundings): string {
  const query = rangeIn(given);
  if (given.flag("labelled")) query.set("labelled", "true");
  return `${pathOf(modelOf(given, surroundings), "archive", "rows")}?${query}`;
}

function rangeIn(given: Parsed): URLSearchParams {
  const query = new URLSearchParams();
  for (const edge of ["from", "to"]) {
    const timeMs = timeOf(`--${edge}`, given.one(edge));
    if (timeMs !== null) query.set(edge, isoOf(timeMs));
  }
  return query;
}

const endings: [RegExp, Format][] = [
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(arrow|feather|ipc)$/i, "arrow"],
  [/\.arrows$/i, "arrows"],
  [/\.csv$/i, "csv"],
];

function formatOf(path: string | undefined): Format {
  if (path === undefined || path === "-") return "csv";
  const found = endings.find(([ending]) => ending.test(path));
  if (found === undefined)
    throw new CommandError(`${path} does not end with .parquet, .arrow, .arrows or .csv: say --format.`);
  return found[1];
}

/** A stream of Arrow as a file, which readers of Feather want. */
function asFile(stream: Uint8Array<ArrayBuffer>): Uint8Array {
  const bytes = tableToIPC(tableFromIPC(stream), { format: "file" });
  if (bytes === null) throw new CommandError("The table could not be written as an Arrow file: try .arrows.");
  return bytes;
}
