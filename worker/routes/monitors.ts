import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf } from "./model-scope.ts";

/** GET /v1/models/{model}/monitors → MonitorSeries: every series of checks, with its newest. */
export const monitors = new Hono<AppEnv>();

monitors.get("/monitors", requireScope("read"), async (c) =>
  c.json({ series: unwrap(await modelObjectOf(c).monitors()) }),
);
