import { type Context, Hono } from "hono";
import {
  type ArchiveLink,
  type ArchiveLinks,
  ArchiveLinksInput,
  type ArchiveListing,
  ErasureInput,
  type Model,
} from "#core/domain/api.ts";
import { hashedValue } from "#core/domain/erasures.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { HOUR_MS, limits } from "#core/domain/limits.ts";
import { type Erased, writeErased } from "#core/domain/wire.ts";
import { sourceNamed } from "../archive/labels.ts";
import { linkPath, readLink } from "../archive/links.ts";
import type { ArchiveReader, AskedRows } from "../archive/read-range.ts";
import { formatOf, rowsReply } from "../archive/reply.ts";
import { FileDamaged } from "../archive/row-files.ts";
import { stretchesOf } from "../archive/stretches.ts";
import type { Env } from "../env.ts";
import { readJson, sha256 } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { findModel } from "../store/models.ts";
import { modelNameOf, readRange, readTime } from "./model-scope.ts";
import { existing } from "./models.ts";

/** /v1/models/{model}/archive: the rows of a model that keeps them. */
export const archive = new Hono<AppEnv>();

const modelOf = (c: Context<AppEnv>): Promise<Model> =>
  existing(c.env, c.get("actor").organisationId, c.req.param("model") ?? "");
const objectOf = (c: Context<AppEnv>) => c.env.ARCHIVE.getByName(modelNameOf(c));

archive.get("/archive", requireScope("read"), async (c) => {
  await modelOf(c);
  const { fromMs, toMs } = wholeHours(readRange(c));
  const { hours, more } = await objectOf(c).hours(fromMs, toMs);
  const listing: ArchiveListing = {
    hours: hours.map(({ parts: _, ...hour }) => hour),
    rows: hours.reduce((sum, { rows }) => sum + rows, 0),
    bytes: hours.reduce((sum, { bytes }) => sum + bytes, 0),
    nextFromMs: more ? (hours.at(-1)?.toMs ?? null) : null,
  };
  return c.json(listing);
});

/** Rows as Parquet, Arrow or CSV, by Accept. */
archive.get("/archive/rows", requireScope("read"), async (c) => {
  const model = await modelOf(c);
  const labelled = c.req.query("labelled") ?? "false";
  if (labelled !== "true" && labelled !== "false")
    throw new ProblemError("invalid_query", '"labelled" is true or false.');
  const range = readRange(c);
  const { fromMs, toMs } = wholeHours(range);
  const rows = await objectOf(c).rows(fromMs, toMs);
  if (rows > limits.archive.readRows)
    throw new ProblemError(
      "archive_range_too_large",
      `The hours of this range hold ${rows} rows, and a reply at most ${limits.archive.readRows}: ask for less, or for links.`,
    );
  const asked = { ...range, labelled: labelled === "true" };
  const format = formatOf(c.req.header("accept"));
  return soundly(async () =>
    rowsReply(await readerOf(c.env, modelNameOf(c), model), asked, format, model.id),
  );
});

archive.post("/archive/links", requireScope("read"), async (c) => {
  const model = await modelOf(c);
  const { value } = await readJson(c, ArchiveLinksInput);
  const [fromMs, toMs] = [readTime(value.from, "from"), readTime(value.to, "to")];
  const range = wholeHours({ fromMs, toMs });
  const { hours, more } = await objectOf(c).hours(range.fromMs, range.toMs);
  const { stretches, waitingRows } = stretchesOf(hours, { fromMs, toMs });
  if (more || stretches.length > limits.archive.links)
    throw new ProblemError(
      "archive_range_too_large",
      `The range takes more than ${limits.archive.links} links or ${limits.archive.hoursListed} hours: ask for less.`,
    );
  const { format, labelled, expiresInMs } = value;
  const expiresAtMs = Date.now() + expiresInMs;
  const of = { name: modelNameOf(c), createdAtMs: model.createdAtMs, format, labelled, expiresAtMs };
  const { origin } = new URL(c.req.url);
  const links = stretches.map(({ rows, ...stretch }): ArchiveLink => {
    const path = linkPath(c.env.MDT_OWNER_SECRET, { ...of, ...stretch });
    return { url: origin + path, fromMs: stretch.fromMs, toMs: stretch.toMs, rows, expiresAtMs };
  });
  const reply: ArchiveLinks = { links, waitingRows };
  return c.json(reply, 201);
});

archive.post("/archive/erasures", requireScope("admin"), async (c) => {
  const model = await modelOf(c);
  const { value } = await readJson(c, ErasureInput);
  const settings = model.archive ?? (await objectOf(c).settings());
  if (value.subjects.length > 0 && settings?.subject === undefined)
    throw new ProblemError(
      "subject_not_declared",
      "Declare which field names the subject: PATCH the model with archive.subject.",
    );
  const erased: Erased = {
    predictionIds: hashes(value.prediction_ids),
    subjects: hashes(value.subjects),
  };
  const id = `er-${(await sha256(writeErased(erased))).slice(0, 24)}`;
  const erasure = unwrap(await objectOf(c).erase(id, erased, model));
  return c.json(erasure, erasure.state === "done" ? 200 : 202);
});

archive.get("/archive/erasures", requireScope("admin"), async (c) => {
  await modelOf(c);
  return c.json({ erasures: await objectOf(c).erasures() });
});

archive.get("/archive/erasures/:erasure", requireScope("admin"), async (c) => {
  await modelOf(c);
  return c.json(unwrap(await objectOf(c).erasure(c.req.param("erasure"))));
});

/** In one order, each once: the same erasure has the same id. */
const hashes = (values: readonly string[]) => [...new Set(values)].sort().map(hashedValue);

/** GET /v1/archive/{link}: no credential but the link itself. */
export const archiveLinks = new Hono<AppEnv>();

archiveLinks.get("/:link", async (c) => {
  const linked = readLink(c.env.MDT_OWNER_SECRET, c.req.param("link"), Date.now());
  const [organisationId, modelId] = linked.name.split("/");
  const model = await findModel(c.env.DB, organisationId, modelId);
  if (model?.createdAtMs !== linked.createdAtMs)
    throw new ProblemError("link_invalid", "The model that this link leads to is no longer there.");
  return soundly(async () =>
    rowsReply(await readerOf(c.env, linked.name, model), linked, linked.format, modelId),
  );
});

async function readerOf(env: Env, name: string, model: Model): Promise<ArchiveReader> {
  const manifest = env.ARCHIVE.getByName(name);
  return {
    model: { ...model, archive: model.archive ?? (await manifest.settings()) },
    files: env.ROWS,
    manifest: { files: (fromMs, toMs, fresh) => manifest.files(fromMs, toMs, fresh) },
    sourceOf: (source) => sourceNamed(env, name, source),
  };
}

/** A damaged archive is said to be one, instead of being read without what is missing. */
async function soundly(reply: () => Promise<Response>): Promise<Response> {
  try {
    return await reply();
  } catch (error) {
    if (!(error instanceof FileDamaged)) throw error;
    console.error("the archive is damaged", error);
    throw new ProblemError("archive_damaged", `Rows of the range cannot be read: ${error.message}.`);
  }
}

/** The hours that a range reaches into. */
const wholeHours = ({
  fromMs,
  toMs,
}: Pick<AskedRows, "fromMs" | "toMs">): Pick<AskedRows, "fromMs" | "toMs"> => ({
  fromMs: floorTo(fromMs, HOUR_MS),
  toMs,
});
