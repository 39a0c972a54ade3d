import { Hono } from "hono";
import { readPredictionBatch, receivedInference } from "../http/batch-body.ts";
import { readBytes } from "../http/body.ts";
import { readInference } from "../http/inference-body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { ingestPredictions } from "../ingest/ingest-predictions.ts";
import { thePlans } from "../ingest/plans.ts";
import { modelNameOf, modelObjectOf } from "./model-scope.ts";

/** POST /v1/models/{model}/predictions → Receipt. */
export const predictions = new Hono<AppEnv>();

predictions.post("/predictions", requireScope("ingest"), async (c) => {
  const batch = await readPredictionBatch(c);
  return c.json(await ingestPredictions(modelNameOf(c), modelObjectOf(c), thePlans(), batch, Date.now()));
});

/** An inference server's request and response, as Open Inference V2 writes them. */
predictions.post("/predictions/open-inference", requireScope("ingest"), async (c) => {
  const { plain, bodyHash } = await readBytes(c);
  const batch = receivedInference(c, readInference(c, plain), bodyHash);
  return c.json(await ingestPredictions(modelNameOf(c), modelObjectOf(c), thePlans(), batch, Date.now()));
});
