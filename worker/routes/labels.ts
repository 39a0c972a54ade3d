import { Hono } from "hono";
import { readBatch } from "../http/batch-body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { ingestLabels } from "../ingest/ingest-labels.ts";
import { thePlans } from "../ingest/plans.ts";
import { batchTargetOf, modelNameOf } from "./model-scope.ts";

/** POST /v1/models/{model}/labels → Receipt. */
export const labels = new Hono<AppEnv>();

labels.post("/labels", requireScope("ingest"), async (c) => {
  const batch = await readBatch(c);
  return c.json(await ingestLabels(modelNameOf(c), batchTargetOf(c), thePlans(), batch, Date.now()));
});
