import { Hono } from "hono";
import { readBatch } from "../http/batch-body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { ingestPredictions } from "../ingest/ingest-predictions.ts";
import { thePlans } from "../ingest/plans.ts";
import { modelNameOf, modelObjectOf } from "./model-scope.ts";

/** POST /v1/models/{model}/predictions → Receipt. */
export const predictions = new Hono<AppEnv>();

predictions.post("/predictions", requireScope("ingest"), async (c) => {
  const batch = await readBatch(c);
  return c.json(await ingestPredictions(modelNameOf(c), modelObjectOf(c), thePlans(), batch, Date.now()));
});
