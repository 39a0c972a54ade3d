import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf } from "./model-scope.ts";

/**
 * GET /v1/models/{model}/checks/{check} → CheckDetail, or PerformanceCheckDetail: the check with what it was made of;
 * …/attribution → CheckAttribution: which features, cells and segments carry its change.
 */
export const checks = new Hono<AppEnv>();

checks.get("/checks/:check", requireScope("read"), async (c) =>
  c.json(unwrap(await modelObjectOf(c).check(c.req.param("check")))),
);

checks.get("/checks/:check/attribution", requireScope("read"), async (c) =>
  c.json(unwrap(await modelObjectOf(c).attribution(c.req.param("check")))),
);
