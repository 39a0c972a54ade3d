import { type Context, Hono } from "hono";
import { PredictionBatch } from "#core/domain/api.ts";
import { findRows } from "#core/formats/json-fast.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { parseBody, readJson, readJsonBytes } from "../http/body.ts";
import { isColumns, readColumns } from "../http/column-body.ts";
import { chooseBatchId } from "../ingest/batch-id.ts";
import { ingestPredictions, type ReceivedBatch, type ReceivedText } from "../ingest/ingest-predictions.ts";
import { thePlans } from "../ingest/plans.ts";
import { modelNameOf, modelObjectOf } from "./model-scope.ts";

/** POST /v1/models/{model}/predictions → Receipt. */
export const predictions = new Hono<AppEnv>();

predictions.post("/predictions", requireScope("ingest"), async (c) => {
  const batch = isColumns(c) ? await readColumns(c) : await readText(c);
  return c.json(await ingestPredictions(modelNameOf(c), modelObjectOf(c), thePlans(), batch, Date.now()));
});

/**
 * A batch of predictions whose rows are still text, to be read by the model's features; with all of it parsed and checked
 * where its rows cannot be told from the rest without.
 */
async function readText(c: Context<AppEnv>): Promise<ReceivedBatch | ReceivedText> {
  const { plain, bodyHash } = await readJsonBytes(c);
  const frame = findRows(plain);
  const head = frame && PredictionBatch.safeParse(frame.head);
  if (!frame || !head?.success) return withId(c, parseBody(PredictionBatch, plain), bodyHash);
  const parse = (): ReceivedBatch["body"] => parseBody(PredictionBatch, plain);
  const { bodyHash: hash, batchId, deduplicated } = withId(c, head.data, bodyHash);
  return { text: frame.rows, parse, bodyHash: hash, batchId, deduplicated };
}

/** The body of a batch with its id, whether it came in the body or in a header. */
export async function readBatch(c: Context<AppEnv>): Promise<ReceivedBatch> {
  const { value: body, bodyHash } = await readJson(c, PredictionBatch);
  return withId(c, body, bodyHash);
}

function withId(c: Context<AppEnv>, body: ReceivedBatch["body"], bodyHash: string): ReceivedBatch {
  const idempotencyKey = c.req.header("idempotency-key");
  const given = { body: body.batch_id, idempotencyKey, ceId: c.req.header("ce-id") };
  return { body, bodyHash, ...chooseBatchId(given, () => crypto.randomUUID()) };
}
