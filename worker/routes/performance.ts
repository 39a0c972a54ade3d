import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readRange } from "./model-scope.ts";

/** GET /v1/models/{model}/performance?segment=&from=&to= → Performance; …/performance/checks → PerformanceChecks. */
export const performance = new Hono<AppEnv>();

performance.get("/performance", requireScope("read"), async (c) => {
  const asked = { segment: c.req.query("segment"), ...readRange(c) };
  return c.json(unwrap(await modelObjectOf(c).performance(asked)));
});

performance.get("/performance/checks", requireScope("read"), async (c) => {
  const asked = { segment: c.req.query("segment"), ...readRange(c) };
  return c.json({ checks: unwrap(await modelObjectOf(c).performanceChecks(asked)) });
});
