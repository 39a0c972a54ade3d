/** `mdt labels push FILE`: what turned out to be true, to the predictions that were made. */
import { createHash } from "node:crypto";
import type { ModelDetail } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import { openTable, tableFormats } from "#core/formats/tables/open-table.ts";
import type { ByteSource, ReadOptions } from "#core/formats/tables/table.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { formatCount } from "#core/report/format.ts";
import { sendInFlight, type TimedStep } from "../../in-flight.ts";
import { type CommandHelp, helpText, type Kind, oneOf, parsed, type Parsed } from "../arguments.ts";
import { CommandError } from "../command-error.ts";
import { columnsOfFields, fieldHelp, fieldKindsTyped, saidColumns } from "../field-columns.ts";
import { digestOf, openFile } from "../files.ts";
import { clientOf, modelOf, pathOf, platformHelp, platformKinds } from "../platform.ts";
import { createReporter, type Reporter, silent } from "../reporter.ts";
import { batchesOf, type RowBatch } from "../rows/batches.ts";
import { labelsBody } from "../rows/bodies.ts";
import { readLabels, repeatedFields, repeats } from "../rows/read-labels.ts";
import { refusedLines } from "../rows/refused-lines.ts";
import type { RefusedRow } from "../rows/refused-rows.ts";
import {
  countsOf,
  nothingSent,
  type Sendable,
  type Sending,
  sendRows,
  type SentRows,
} from "../rows/send-rows.ts";
import { cutRows, type TimedRows } from "../rows/timed-rows.ts";
import type { Surroundings } from "../surroundings.ts";
import { printable } from "../terminal-text.ts";
import { countOf } from "../typed-options.ts";

const kinds: Record<string, Kind> = {
  ...platformKinds,
  ...fieldKindsTyped,
  ...{ "prediction-time": "one", positive: "one", version: "one", rows: "one", "in-flight": "one" },
  ...{ format: "one", delimiter: "one", json: "flag", quiet: "flag", help: "flag" },
};

export const labelsHelp: CommandHelp = {
  usage: "mdt labels push FILE [options]",
  about:
    "Sends FILE's labels to the predictions that they are about. A row names its prediction by id; where it also says when\n" +
    "that was made (--prediction-time) nothing is searched, and a row that repeats the model's answer needs no id.\n" +
    "The last label of a prediction wins, so that sending a file again changes nothing.",
  options: [
    ...platformHelp,
    fieldHelp.id,
    fieldHelp.label,
    { usage: "--time COLUMN", says: "when the label was known; `timestamp`, or now where there is none" },
    { usage: "--prediction-time COLUMN", says: "when the prediction was made; `prediction_timestamp`" },
    fieldHelp.column,
    { usage: "--positive VALUE", says: "which value of the label is the positive one" },
    {
      usage: "--version VERSION",
      says: "the model's version that answered, for rows that repeat their prediction",
    },
    { usage: "--rows COUNT", says: "labels of a batch; 5,000 when left out" },
    { usage: "--in-flight COUNT", says: "batches on their way at once; 4 when left out" },
    { usage: "--format, --delimiter", says: "as mdt compare has them" },
    { usage: "--json", says: "progress and the end as lines of JSON on standard output" },
    { usage: "--quiet", says: "no progress" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    { run: "mdt labels push outcomes.csv --model churn --label churned", says: "by prediction_id" },
    {
      run: "mdt labels push closed.parquet --model churn --id loan_id --label repaid --prediction-time asked_at",
      says: "with the times of the predictions, which finds them without a search",
    },
  ],
  exits: ["0  every label was taken", "1  labels were refused, and which", "2  not finished, and why"],
};

export async function labelsCommand(
  args: string[],
  _kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb !== undefined && verb !== "push" && verb !== "--help")
    throw new CommandError(`Labels are pushed: mdt labels push FILE, not "${printable(verb)}".`);
  const given = parsed(verb === "push" ? rest : ["--help"], kinds, 1);
  if (given.flag("help")) {
    surroundings.out(helpText(labelsHelp));
    return 0;
  }
  const [path, ...more] = given.positionals;
  if (path === undefined || more.length > 0)
    throw new CommandError("Name one file: mdt labels push FILE (--help says more).");
  const json = given.flag("json");
  const out = json ? process.stdout : process.stderr;
  const reporter =
    given.flag("quiet") && !json ? silent : createReporter({ out, json, nowMs: () => performance.now() });
  try {
    const pushed = await pushLabels(given, openFile(path), surroundings, reporter);
    reporter.end();
    if (json) surroundings.out(`${JSON.stringify({ phase: "done", ...pushed })}\n`);
    else surroundings.out(shown(pushed, surroundings));
    return pushed.labels.refused > 0 ? 1 : 0;
  } finally {
    reporter.end();
  }
}

export interface PushedLabels {
  file: string;
  model: string;
  labels: SentRows;
  /** Rows without a label. */
  unlabelled: number;
  refusals: RefusedRow[];
}

async function pushLabels(
  given: Parsed,
  source: ByteSource,
  surroundings: Surroundings,
  reporter: Reporter,
): Promise<PushedLabels> {
  const id = modelOf(given, surroundings);
  const client = clientOf(given, surroundings);
  const { model } = await client.get<ModelDetail>(pathOf(id));
  const read: ReadOptions = {
    format: oneOf("--format", given.one("format"), tableFormats),
    delimiter: given.one("delimiter"),
    progress: (bytes) => reporter.at("labels", Math.min(bytes, source.size - 1), source.size),
  };
  const table = await openTable(source, read);
  const fields = fieldsIn(given, model, { name: source.name, names: table.names });
  const positive = given.one("positive");
  // The same file sent in the same way has the same ids: what was taken before is not taken twice.
  const how = JSON.stringify([[...fields].sort(), positive, given.one("version")]);
  const digest = await digestOf(source, () => undefined);
  const key = createHash("sha256")
    .update(digest + how)
    .digest("hex")
    .slice(0, 24);
  const total = nothingSent();
  let unlabelled = 0;

  async function* parts(): AsyncGenerator<TimedRows, void, void> {
    const wanted = new Set(fields.values());
    const chunks = table.chunks(table.names.map((name) => wanted.has(name)));
    for await (const part of readLabels(table, chunks, { model, fields, positive })) {
      total.refused.add(part.refused.rows, part.refused.count);
      unlabelled += part.unlabelled;
      yield part.rows;
    }
  }
  const rows = countOf(given, "rows", { most: limits.rowsPerBatch }) ?? 5000;
  const sending: Sending = { client, model: id, kind: "labels", version: given.one("version"), total };
  await sendInFlight(stepsOf(parts(), rows, model, sending, `labels-${key}`), {
    latenessMs: 0,
    most: countOf(given, "in-flight", { most: 64 }) ?? 4,
  });
  return {
    ...{ file: source.name, model: id, unlabelled, refusals: total.refused.inOrder() },
    labels: countsOf(total),
  };
}

function fieldsIn(
  given: Parsed,
  model: ModelDetail["model"],
  file: { name: string; names: readonly string[] },
): Map<string, string> {
  const said = saidColumns(given);
  const made = given.one("prediction-time");
  if (made !== null) said.set("prediction_timestamp", made);
  const looked = ["prediction_id", "label", "timestamp", "prediction_timestamp", ...repeatedFields(model)];
  const fields = columnsOfFields(said, looked, file);
  if (!fields.has("label"))
    throw new CommandError(
      `${file.name} has no column "label": --label names the one that says what was true.`,
    );
  if (!fields.has("prediction_id") && !repeats(model, fields))
    throw new CommandError(
      `${file.name} does not say which predictions its labels are about: --id names the column of their ids.`,
    );
  return fields;
}

/** Labels know no order: any number of batches may be on their way. */
async function* stepsOf(
  parts: AsyncIterable<TimedRows>,
  rows: number,
  model: ModelDetail["model"],
  sending: Sending,
  idPrefix: string,
): AsyncGenerator<TimedStep, void, void> {
  const sendable = (some: TimedRows): Sendable => ({
    rows: some.columns.rows,
    bytes: () => labelsBody(model, some),
    placeOf: (row) => ({ row: some.rows[row], line: some.lines[row] }),
    half: (from, to) => sendable(cutRows(some, from, to)),
  });
  const send = ({ first, rows: some }: RowBatch): Promise<void> =>
    sendRows(sending, sendable(some), `${idPrefix}/${first}+${some.columns.rows}`);
  for await (const batch of batchesOf(parts, { rows, spanMs: Infinity }))
    yield { oldestMs: Infinity, newestMs: -Infinity, send: () => send(batch) };
}

function shown(
  { file, model, labels: { accepted, late, refused }, unlabelled, refusals }: PushedLabels,
  options: Pick<Surroundings, "paint" | "width">,
): string {
  const lines = [
    `pushed labels of ${printable(file)} to ${printable(model)}: ${formatCount(accepted)} accepted, ${formatCount(refused)} refused`,
    ...(unlabelled > 0 ? [`${formatCount(unlabelled)} rows have no label and were passed over`] : []),
    ...(late > 0
      ? [
          `${formatCount(late)} are about predictions that are forgotten already: they came too late to be joined`,
        ]
      : []),
    `A label whose prediction is not there yet waits ${limits.labelHorizonMs / 86_400_000} days for it; performance follows within a minute.`,
  ];
  return `${[...lines, ...refusedLines("labels", refused, refusals, options)].join("\n")}\n`;
}
