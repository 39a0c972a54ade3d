/** `mdt replay FILE`: a file's rows sent to a model in event time. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelDetail } from "#core/domain/api.ts";
import { openTable } from "#core/formats/tables/open-table.ts";
import type { ByteSource } from "#core/formats/tables/table.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { formatCount } from "#core/report/format.ts";
import { ApiError, type Client, UnreachableError } from "../../http.ts";
import type { TimedStep } from "../../in-flight.ts";
import { helpText, parsed } from "../arguments.ts";
import { CommandError } from "../command-error.ts";
import type { FieldColumns } from "../field-columns.ts";
import { digestOf, openFile } from "../files.ts";
import { clientOf, modelOf, pathOf } from "../platform.ts";
import { createReporter, type Reporter, silent } from "../reporter.ts";
import { readRows } from "../rows/read-rows.ts";
import { countsOf, nothingSent, type Sent } from "../rows/send-rows.ts";
import type { TimedRows } from "../rows/timed-rows.ts";
import type { Surroundings } from "../surroundings.ts";
import { isoOf } from "../times.ts";
import { askedOf, cutOf, fieldsFor, type ReplayAsked, settingsOf } from "./asked.ts";
import { replayHelp, replayKinds } from "./help.ts";
import { inOrder, tooManyToSort } from "./order.ts";
import { createKeeper, type Position, readPosition } from "./position.ts";
import { replayRows } from "./run.ts";
import { type Scan, scanTimes } from "./scan.ts";
import { type Replayed, shown } from "./shown.ts";

export async function replayCommand(
  args: string[],
  _kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const given = parsed(args, replayKinds, 1);
  if (given.flag("help")) {
    surroundings.out(helpText(replayHelp));
    return 0;
  }
  const [path, ...more] = given.positionals;
  if (path === undefined || more.length > 0)
    throw new CommandError("Name one file: mdt replay FILE (--help says more).");
  const asked = askedOf(given);
  const model = modelOf(given, surroundings);
  const client = clientOf(given, surroundings);
  const json = given.flag("json");
  const reporter =
    given.flag("quiet") && !json
      ? silent
      : createReporter({
          out: json ? process.stdout : process.stderr,
          json,
          nowMs: () => performance.now(),
        });
  const source = openFile(path);
  try {
    const detail = await client.get<ModelDetail>(pathOf(model));
    const replayed = await replayFile({ asked, detail, client, source, reporter, surroundings });
    reporter.end();
    if (replayed === null) return 0;
    if (json) surroundings.out(`${JSON.stringify({ phase: "done", ...replayed })}\n`);
    else surroundings.out(shown(replayed, surroundings));
    return replayed.predictions.refused + (replayed.labels?.refused ?? 0) > 0 ? 1 : 0;
  } finally {
    reporter.end();
  }
}

interface ReplayFile {
  asked: ReplayAsked;
  detail: ModelDetail;
  client: Client;
  source: ByteSource;
  reporter: Reporter;
  surroundings: Surroundings;
}

/** Null where all of it was replayed before. */
async function replayFile(given: ReplayFile): Promise<Replayed | null> {
  const { asked, detail, client, source, reporter, surroundings } = given;
  const { model } = detail;
  const fields = await fieldsFor(asked, model, source);
  const { scan, digest } = await lookOver(given, fields);
  if (scan.timed === 0)
    throw new CommandError(
      `${source.name} has ${formatCount(scan.rows)} rows, and none with a time in the stretch that was asked for.`,
    );
  if (model.clock === "wall" && (scan.lastMs ?? 0) < Date.now() - model.windowMs)
    surroundings.tell(
      `mdt: ${model.id} runs on wall time: rows up to ${isoOf(scan.lastMs ?? 0)} come late, and revise windows that have closed. A model made with --clock replay closes its windows as rows come.\n`,
    );
  const inForceMs = Math.min(...detail.activations.map(({ fromMs }) => fromMs));
  if ((scan.firstMs ?? Infinity) < inForceMs && Number.isFinite(inForceMs))
    surroundings.tell(
      `mdt: the first reference of ${model.id} is in force from ${isoOf(inForceMs)}: rows before are sketched, and get no verdict. --from ${isoOf(inForceMs)} leaves them out.\n`,
    );
  const key = createHash("sha256")
    .update(digest + settingsOf(asked, fields))
    .digest("hex")
    .slice(0, 24);
  const name = `replay-${key}`;
  const stored = await readPosition(client, model.id, name);
  if (stored?.done && !asked.again) {
    surroundings.tell(
      `mdt: all ${formatCount(stored.rows)} rows of ${source.name} were replayed into ${model.id} before. --again counts them once more.\n`,
    );
    return null;
  }
  const place: Position =
    stored === null || asked.again
      ? { run: (stored?.run ?? 0) + 1, cut: cutOf(asked, model), rows: 0, labels: 0, done: false }
      : stored;
  if (stored && !asked.again && asked.rows !== null && asked.rows !== place.cut.rows)
    surroundings.tell(`mdt: goes on with batches of ${place.cut.rows} rows, as it began.\n`);
  const keeper = createKeeper(client, model.id, name);
  // Before anything is sent: another rule for batches would send the same rows under other ids.
  await keeper.keep(place);

  const sending = { client, model: model.id, version: asked.version };
  const total = { predictions: nothingSent(), labels: nothingSent() };
  const withLabels = fields.has("label");
  const parts = partsOf(
    given,
    fields,
    scan,
    total,
    withLabels && !fields.has("prediction_id") ? `${key.slice(0, 12)}-${place.run}` : null,
  );
  const startedMs = performance.now();
  let reached: Pick<Position, "rows" | "labels"> = place;
  await replayRows({
    ...{ model, parts, fields, labelDelayMs: asked.labelDelayMs, idPrefix: `${name}-${place.run}` },
    ...{ cut: place.cut, from: place, most: asked.inFlight, pace: paceOf(asked.speed) },
    predictions: { ...sending, kind: "predictions", total: total.predictions },
    labels: { ...sending, kind: "labels", total: total.labels },
    async onDone(now, atMs) {
      reached = now;
      if (place.rows === 0) refuseNothing(total.predictions);
      reporter.at("replay", now.rows, scan.timed, atMs);
      await keeper.at({ ...place, ...now });
    },
  }).catch((error: unknown) => {
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    throw new CommandError(`${error.message}\nThe same command again goes on where it was.`);
  });
  await keeper.keep({ ...place, ...reached, done: true });
  return {
    ...{ file: source.name, model: model.id, fromMs: scan.firstMs, toMs: scan.lastMs, resumedAt: place.rows },
    predictions: countsOf(total.predictions),
    labels: withLabels ? countsOf(total.labels) : null,
    seconds: (performance.now() - startedMs) / 1000,
    refusals: { predictions: total.predictions.refused.inOrder(), labels: total.labels.refused.inOrder() },
  };
}

async function lookOver(
  { asked, source, reporter }: ReplayFile,
  fields: FieldColumns,
): Promise<{ scan: Scan; digest: string }> {
  const progress = (bytes: number): void => reporter.at("reading", Math.min(bytes, source.size), source.size);
  const digest = await digestOf(source, () => undefined);
  const column = fields.get("timestamp") ?? null;
  const read = { ...asked.read, progress };
  if (asked.spread === null) return { digest, scan: await scanTimes(source, read, column, asked) };
  const { startMs, everyMs } = asked.spread;
  const { rows } = await scanTimes(source, read, null, asked);
  const rowFrom = (timeMs: number): number => Math.ceil((timeMs - startMs) / everyMs);
  const first = Math.max(0, asked.fromMs === -Infinity ? 0 : rowFrom(asked.fromMs));
  const end = Math.min(rows, asked.toMs === Infinity ? rows : rowFrom(asked.toMs));
  const timed = Math.max(0, end - first);
  const at = (row: number): number | null => (timed === 0 ? null : startMs + row * everyMs);
  return { digest, scan: { rows, timed, firstMs: at(first), lastMs: at(end - 1), disorderMs: 0 } };
}

/** The file's rows in the order in which they are sent; what cannot be sent goes to the account. */
function partsOf(
  { asked, detail: { model }, source, surroundings }: ReplayFile,
  fields: FieldColumns,
  { disorderMs, timed }: Scan,
  total: { predictions: Sent; labels: Sent },
  madeIds: string | null,
): AsyncIterable<TimedRows> {
  async function* inFile(): AsyncGenerator<TimedRows, void, void> {
    const table = await openTable(source, asked.read);
    const wanted = new Set(fields.values());
    const chunks = table.chunks(table.names.map((name) => wanted.has(name)));
    const plan = { model, fields, madeIds, ...asked };
    for await (const { rows, refused } of readRows(table, chunks, plan)) {
      total.predictions.refused.add(refused.rows, refused.count);
      total.labels.refused.add(refused.labels);
      yield rows;
    }
  }
  // Rows out of order by no more than the lateness are not late, whatever comes in between.
  if (disorderMs <= model.latenessMs) return inFile();
  const bytes = tooManyToSort(timed, model.features.length);
  if (bytes !== null)
    throw new CommandError(
      `The rows of ${source.name} are not in the order of their times, and putting ${formatCount(timed)} of them in order takes ${(bytes / 1e9).toFixed(1)} GB here: sort the file by "${fields.get("timestamp")}" first.`,
    );
  surroundings.tell(
    `mdt: the rows of ${source.name} are not in the order of their times: they are put in order in memory first.\n`,
  );
  return inOrder(inFile());
}

/** Where nothing at all is taken, something is wrong with all of it. */
function refuseNothing({ accepted, refused }: Sent): void {
  if (accepted > 0 || refused.count === 0) return;
  const [{ code = "", message = "" } = {}] = refused.first;
  throw new CommandError(
    `None of the first ${formatCount(refused.count)} rows was taken (${code}: ${message}), so that no more were sent.`,
  );
}

/** Holds a batch back until its newest row would have happened. */
function paceOf(speed: number | null): ((step: TimedStep) => Promise<void>) | undefined {
  if (speed === null) return undefined;
  let origin: { wallMs: number; eventMs: number } | null = null;
  return async ({ oldestMs, newestMs }) => {
    if (!Number.isFinite(newestMs)) return;
    origin ??= { wallMs: performance.now(), eventMs: oldestMs };
    const dueMs = origin.wallMs + (newestMs - origin.eventMs) / speed;
    await sleep(Math.max(0, dueMs - performance.now()));
  };
}
