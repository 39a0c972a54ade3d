import { Hono } from "hono";
import { ActivateBody, type PastWindowBody, ReferenceBody, type ReferenceSummary } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import { formOf, tableOf } from "../http/batch-body.ts";
import { parseBody, readBytes, readJson } from "../http/body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { receivePastWindow } from "../ingest/receive-past-window.ts";
import { receiveReference, summarise } from "../ingest/receive-reference.ts";
import { theKernel } from "../kernel.ts";
import type { PastStretch } from "../objects/model/past-window.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readTime } from "./model-scope.ts";

/** /v1/models/{model}/references: push a profile or rows, list, read, activate. */
export const references = new Hono<AppEnv>();

references.post("/references", requireScope("admin"), async (c) => {
  const object = modelObjectOf(c);
  const { model } = unwrap(await object.foldingPlan());
  const { plain } = await readBytes(c, limits.referenceBytes);
  const form = formOf(c, plain);
  const body = form === "json" ? parseBody(ReferenceBody, plain) : tableOf(c, plain, form);
  const nowMs = Date.now();
  const received =
    "window" in body
      ? await receivePastWindow(object, model, stretchOf(body.window))
      : await receiveReference(theKernel(), model, body);
  let summary: ReferenceSummary | undefined;
  for (const one of received)
    summary = unwrap(
      await object.addReference(one.reference.id, JSON.stringify(one.reference), summarise(one, nowMs)),
    );
  return c.json(summary, 201);
});

function stretchOf({ from, to, segment }: PastWindowBody): PastStretch {
  return { fromMs: readTime(from, "from"), toMs: readTime(to, "to"), segment };
}

references.get("/references", requireScope("read"), async (c) =>
  c.json({ references: unwrap(await modelObjectOf(c).references()) }),
);

references.get("/references/:reference", requireScope("read"), async (c) => {
  const text = unwrap(await modelObjectOf(c).reference(c.req.param("reference")));
  return c.body(text, 200, { "content-type": "application/json" });
});

references.post("/references/:reference/activate", requireScope("admin"), async (c) => {
  const { value } = await readJson(c, ActivateBody);
  const fromMs = readTime(value.from, "from");
  return c.json({ activations: unwrap(await modelObjectOf(c).activate(c.req.param("reference"), fromMs)) });
});
