/** `mdt reference push FILE`: profiles a file's rows here and puts the profile in force; the rows stay. */
import type { ModelDetail, ReferenceSummary } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { givenImportances } from "#core/domain/importances.ts";
import { limits } from "#core/domain/limits.ts";
import { type ModelConfig, ModelInput, Task } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import { tableFormats } from "#core/formats/tables/open-table.ts";
import { type FileColumns, readColumns } from "#core/formats/tables/read-columns.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { buildReferences, referenceSettings } from "#core/reference/build-segments.ts";
import { ApiError, type Client } from "../../http.ts";
import { helpText, oneOf, pairs, parsed, type Parsed } from "../arguments.ts";
import { CommandError } from "../command-error.ts";
import { columnsOfFields, fieldsOf, onlyTimes, saidColumns } from "../field-columns.ts";
import { importancesIn, openFile, readSmall, typesIn } from "../files.ts";
import { clientOf, modelOf, pathOf } from "../platform.ts";
import { createProgress, type Progress } from "../progress.ts";
import type { Surroundings } from "../surroundings.ts";
import { printable } from "../terminal-text.ts";
import { durationOf, isoOf } from "../times.ts";
import { listOf } from "../typed-options.ts";
import { activationOf } from "./activation.ts";
import { fitColumns } from "./fit-columns.ts";
import { pushHelp, pushKinds } from "./help.ts";
import { proposeModel, type ProposedColumn, type Wishes } from "./propose-model.ts";
import { type Pushed, shown } from "./shown.ts";

export async function referenceCommand(
  args: string[],
  kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === "push") return push(rest, kernel, surroundings);
  if (verb === "--help" || verb === undefined) return push(["--help"], kernel, surroundings);
  throw new CommandError(`References are pushed: mdt reference push FILE, not "${printable(verb)}".`);
}

async function push(args: string[], kernel: Kernel, surroundings: Surroundings): Promise<number> {
  const given = parsed(args, pushKinds, 1);
  if (given.flag("help")) {
    surroundings.out(helpText(pushHelp));
    return 0;
  }
  const [path, ...more] = given.positionals;
  if (path === undefined || more.length > 0)
    throw new CommandError("Name one file: mdt reference push FILE (--help says more).");
  const quiet = given.flag("quiet") || given.flag("json");
  const progress = createProgress(process.stderr, () => performance.now(), !quiet);
  try {
    const pushed = await pushFile(path, given, kernel, surroundings, progress);
    progress.clear();
    if (given.flag("json")) surroundings.out(`${JSON.stringify(pushed)}\n`);
    else if (!given.flag("quiet")) surroundings.out(shown(pushed, surroundings));
    return 0;
  } finally {
    progress.clear();
  }
}

async function pushFile(
  path: string,
  given: Parsed,
  kernel: Kernel,
  surroundings: Surroundings,
  progress: Progress,
): Promise<Pushed> {
  const id = modelOf(given, surroundings);
  const said = saidColumns(given);
  const wishes = wishesOf(given, id);
  const declared = declaredIn(given, id);
  const client = clientOf(given, surroundings);
  const source = openFile(path);
  const existing = await findModel(client, id);
  if (existing === null && given.maybe("create") === null)
    throw new CommandError(`There is no model ${id}: --create makes it from ${source.name}.`);
  const known = existing?.model ?? declared;
  const wanted = known && new Set([...fieldsOf(known), ...said.values()]);
  const [ignore, only] = [listOf(given, "ignore"), listOf(given, "only")];
  const file = await readColumns(
    source,
    {
      format: oneOf("--format", given.one("format"), tableFormats),
      delimiter: given.one("delimiter"),
      progress: (bytes) => progress.show(`reading ${printable(source.name)}`, bytes / source.size),
    },
    (name, names) =>
      wanted
        ? wanted.has(name) || !(said.has("timestamp") || names.includes("timestamp"))
        : !ignore.includes(name) &&
          (only.length === 0 || only.includes(name) || [...said.values()].includes(name)),
  );
  if (file.rows === 0) throw new CommandError(`${source.name} has no rows.`);
  const { model, fields, columns } = modelFor(known, { ...file, name: source.name }, said, wishes);
  const fitted = fitColumns(model, { ...file, name: source.name }, fields, wishes.positive);
  const importances = importancesIn(given.one("importances"));
  progress.show(`counting ${printable(source.name)}`);
  const built = await buildReferences(
    kernel,
    {
      ...{ ...referenceSettings(model), version: given.one("version") },
      ...{ columns: fitted.columns, labels: fitted.labels ?? undefined },
      importances: importances === null ? undefined : givenImportances(importances, model.features),
    },
    surroundings.sha256,
  );
  const activation = activationOf({
    ...{ asked: given.one("activate-from"), model, fileEndMs: built.whole.toMs, nowMs: Date.now() },
    activations: existing?.activations ?? [],
    watermarkMs: existing?.watermarkMs ?? null,
  });
  const inForce = existing?.activations.find(({ referenceId }) => referenceId === built.whole.id);
  const result: Pushed = {
    model,
    created: existing === null,
    columns,
    fields: Object.fromEntries(fields),
    remarks: file.remarks,
    reference: built.whole,
    segments: Object.fromEntries(
      built.segments.map((reference) => [keyOf(built.whole, reference), reference.rows]),
    ),
    activation:
      inForce && given.one("activate-from") === null
        ? { fromMs: inForce.fromMs, why: "as it was activated before" }
        : activation,
    labelled: fitted.labels !== null,
    dryRun: given.flag("dry-run"),
  };
  if (!result.dryRun) await send(client, result, built, progress);
  return result;
}

async function send(
  client: Client,
  { model, created, activation }: Pushed,
  built: { whole: Reference; segments: Reference[] },
  progress: Progress,
): Promise<void> {
  progress.show("pushing the reference");
  if (created) await client.post("/v1/models", model);
  // Segments first: the whole names them.
  for (const reference of built.segments)
    await pushProfile(client, model.id, { profile: reference, segment: keyOf(built.whole, reference) });
  await pushProfile(client, model.id, { profile: built.whole });
  if (activation === null) return;
  await client.post(pathOf(model.id, "references", built.whole.id, "activate"), {
    from: isoOf(activation.fromMs),
  });
}

async function pushProfile(
  client: Client,
  model: string,
  body: { profile: Reference; segment?: string },
): Promise<void> {
  const text = JSON.stringify(body);
  if (text.length > limits.referenceBytes)
    throw new CommandError(
      `The profile has ${text.length} bytes, and at most ${limits.referenceBytes} are taken: the model has too many features with many values.`,
    );
  await client.post<ReferenceSummary>(pathOf(model, "references"), body);
}

const keyOf = (whole: Reference, { id }: Reference): string =>
  Object.entries(whole.segments).find(([, own]) => own === id)?.[0] ?? "";

async function findModel(client: Client, id: string): Promise<ModelDetail | null> {
  try {
    return await client.get<ModelDetail>(pathOf(id));
  } catch (error) {
    if (error instanceof ApiError && error.code === "model_not_found") return null;
    throw error;
  }
}

/** A model that is declared already, or what the file suggests. */
function modelFor(
  known: ModelConfig | null,
  file: FileColumns & { name: string },
  said: ReadonlyMap<string, string>,
  wishes: Wishes,
): { model: ModelConfig; fields: Map<string, string>; columns: ProposedColumn[] } {
  const { names } = file;
  if (known !== null) {
    const fields = columnsOfFields(said, fieldsOf(known), { name: file.name, names });
    const times = fields.has("timestamp") ? null : onlyTimes(file.columns.values(), fields);
    if (times !== null) fields.set("timestamp", times);
    return { model: known, fields, columns: [] };
  }
  const found = columnsOfFields(said, ["timestamp", "prediction_id", "label"], { name: file.name, names });
  const { model, fields, columns } = proposeModel(file, found, wishes);
  const all = columnsOfFields(
    fields,
    model.features.map(({ name }) => name),
    { name: file.name, names },
  );
  return { model: checkedModel(model, "What the file suggests"), fields: all, columns };
}

function checkedModel(input: unknown, what: string): ModelConfig {
  const read = ModelInput.safeParse(input);
  if (read.success) return read.data;
  const issues = read.error.issues
    .slice(0, 5)
    .map(({ path, message }) => ({ path: path.join("."), message }));
  throw new ProblemError("invalid_body", `${what} is no model that can be declared:`, issues);
}

/** The model that a JSON file declares; `--model` says its id. */
function declaredIn(given: Parsed, id: string): ModelConfig | null {
  const path = given.maybe("create");
  if (path === null || path === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(readSmall(path));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      `${path} is no valid JSON: it should declare a model, as --dry-run --json prints one.`,
    );
  }
  const declared = typeof value === "object" && value !== null && "model" in value ? value.model : value;
  return checkedModel({ ...(declared as object), id }, path);
}

function wishesOf(given: Parsed, id: string): Wishes {
  const window = durationOf("--window", given.one("window"));
  const pane = durationOf("--pane", given.one("pane"));
  const lateness = durationOf("--lateness", given.one("lateness"));
  return {
    id,
    types: { ...typesIn(given.one("schema")), ...pairs("--type", given.all("type")) },
    task: oneOf("--task", given.one("task"), Task.options),
    scores: given.all("score").map((text) => {
      const at = text.indexOf("=");
      return at < 0
        ? { column: text, class: null }
        : { column: text.slice(at + 1), class: text.slice(0, at) };
    }),
    prediction: given.one("prediction"),
    positive: given.one("positive"),
    segments: given.all("segment"),
    settings: {
      name: given.one("name") ?? id,
      clock: oneOf("--clock", given.one("clock"), ["wall", "replay"] as const) ?? undefined,
      ...(window === null ? {} : { windowMs: window }),
      ...(pane === null ? {} : { basePaneMs: pane }),
      ...(lateness === null ? {} : { latenessMs: lateness }),
    },
  };
}
