import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readRange } from "./model-scope.ts";

/** GET /v1/models/{model}/performance?from=&to= → Performance. */
export const performance = new Hono<AppEnv>();

performance.get("/performance", requireScope("read"), async (c) => {
  const asked = { segment: c.req.query("segment"), ...readRange(c) };
  return c.json(unwrap(await modelObjectOf(c).performance(asked)));
});
