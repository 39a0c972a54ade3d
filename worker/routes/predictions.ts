import { type Context, Hono } from "hono";
import * as z from "zod";
import { ProblemError } from "#core/domain/errors.ts";
import { readPredictionBatch, receivedInference } from "../http/batch-body.ts";
import { readBytes } from "../http/body.ts";
import { isFromBroker, isInferenceEvent, readEvent, readInference } from "../http/inference-body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { ingestEvent } from "../ingest/ingest-event.ts";
import { ingestPredictions, type RowsTo } from "../ingest/ingest-predictions.ts";
import { thePlans } from "../ingest/plans.ts";
import { unwrap } from "../objects/result.ts";
import { batchTargetOf, modelNameOf, modelObjectOf } from "./model-scope.ts";

/** POST /v1/models/{model}/predictions → Receipt. */
export const predictions = new Hono<AppEnv>();

predictions.post("/predictions", requireScope("ingest"), async (c) => {
  if (isInferenceEvent(c)) return takeEvent(c);
  const batch = await readPredictionBatch(c);
  return c.json(await ingestPredictions(rowsTo(c), batchTargetOf(c), thePlans(), batch, Date.now()));
});

/** An inference server's request and response, as Open Inference V2 writes them. */
predictions.post("/predictions/open-inference", requireScope("ingest"), async (c) => {
  const { plain, bodyHash } = await readBytes(c);
  const batch = receivedInference(c, readInference(c, plain), bodyHash);
  return c.json(await ingestPredictions(rowsTo(c), batchTargetOf(c), thePlans(), batch, Date.now()));
});

/** How many halves of inferences wait, and how many were forgotten without their other half. */
predictions.get("/predictions/halves", requireScope("read"), async (c) =>
  c.json(unwrap(await modelObjectOf(c).halves())),
);

const rowsTo = (c: Context<AppEnv>): RowsTo => ({ name: modelNameOf(c), files: c.env.ROWS });

const modes = z.enum(["all", "request", "response"]);

async function takeEvent(c: Context<AppEnv>): Promise<Response> {
  const mode = modes.safeParse(c.req.query("mode") ?? "all");
  if (!mode.success) throw new ProblemError("invalid_query", '"mode" is all, request or response.');
  const event = await readEvent(c);
  const version = c.req.query("version") ?? null;
  const how = { mode: mode.data, version, nowMs: Date.now() };
  const receipt = await ingestEvent(rowsTo(c), batchTargetOf(c), thePlans(), event, how);
  // A Knative broker takes any answer but none for an event of its own, and would send this one again and again.
  return isFromBroker(c) ? c.body(null, 200) : c.json(receipt);
}
