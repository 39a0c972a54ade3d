import { Hono } from "hono";
import { ActivateBody, ReferenceBody, type ReferenceSummary } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import { referenceId } from "#core/reference/identity.ts";
import { formOf, tableOf } from "../http/batch-body.ts";
import { parseBody, readBytes, readJson } from "../http/body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import {
  hashText,
  receiveReference,
  type ReceivedReference,
  summarise,
} from "../ingest/receive-reference.ts";
import { theKernel } from "../kernel.ts";
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
      ? [await ofPastWindow(object, body.window)]
      : await receiveReference(theKernel(), model, body);
  let summary: ReferenceSummary | undefined;
  for (const one of received)
    summary = unwrap(
      await object.addReference(one.reference.id, JSON.stringify(one.reference), summarise(one, nowMs)),
    );
  return c.json(summary, 201);
});

async function ofPastWindow(
  object: ReturnType<typeof modelObjectOf>,
  { from, to, segment }: { from: string | number; to: string | number; segment: string },
): Promise<ReceivedReference> {
  const asked = { fromMs: readTime(from, "from"), toMs: readTime(to, "to"), segment };
  const content = JSON.parse(unwrap(await object.pastWindow(asked))) as Omit<Reference, "id">;
  return { reference: { ...content, id: await referenceId(content, hashText) }, segment };
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
