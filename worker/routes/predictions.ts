import { type Context, Hono } from "hono";
import { PredictionBatch } from "#core/domain/api.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { readJson } from "../http/body.ts";
import { isColumns, readColumns } from "../http/column-body.ts";
import { chooseBatchId } from "../ingest/batch-id.ts";
import { ingestPredictions, type ReceivedBatch } from "../ingest/ingest-predictions.ts";
import { thePlans } from "../ingest/plans.ts";
import { modelNameOf, modelObjectOf } from "./model-scope.ts";

/** POST /v1/models/{model}/predictions → Receipt. */
export const predictions = new Hono<AppEnv>();

predictions.post("/predictions", requireScope("ingest"), async (c) => {
  const batch = isColumns(c) ? await readColumns(c) : await readBatch(c);
  return c.json(await ingestPredictions(modelNameOf(c), modelObjectOf(c), thePlans(), batch, Date.now()));
});

/** The body of a batch with its id, whether it came in the body or in a header. */
export async function readBatch(c: Context<AppEnv>): Promise<ReceivedBatch> {
  const { value: body, bodyHash } = await readJson(c, PredictionBatch);
  const idempotencyKey = c.req.header("idempotency-key");
  const given = { body: body.batch_id, idempotencyKey, ceId: c.req.header("ce-id") };
  return { body, bodyHash, ...chooseBatchId(given, () => crypto.randomUUID()) };
}
