import { Hono } from "hono";
import { Policy } from "#core/domain/policy.ts";
import { readJson } from "../http/body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readRange } from "./model-scope.ts";

/** /v1/models/{model}/drift: now, over time, and what a person decides about alarms. */
export const drift = new Hono<AppEnv>();

drift.get("/drift/detect", requireScope("read"), async (c) =>
  c.json(unwrap(await modelObjectOf(c).detect(c.req.query("monitor")))),
);

drift.get("/drift/history", requireScope("read"), async (c) => {
  const asked = { series: c.req.query("monitor"), ...readRange(c) };
  return c.json({ checks: unwrap(await modelObjectOf(c).history(asked)) });
});

drift.get("/drift/config", requireScope("read"), async (c) =>
  c.json(unwrap(await modelObjectOf(c).policy())),
);

drift.put("/drift/config", requireScope("admin"), async (c) => {
  const { value } = await readJson(c, Policy);
  return c.json(unwrap(await modelObjectOf(c).setPolicy(value)));
});
