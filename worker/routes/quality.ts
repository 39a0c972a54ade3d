import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readRange } from "./model-scope.ts";

/** GET /v1/models/{model}/quality?from=&to=&monitor=&kind=&subject= → Quality. */
export const quality = new Hono<AppEnv>();

quality.get("/quality", requireScope("read"), async (c) => {
  const { monitor, kind, subject } = c.req.query();
  const asked = { series: monitor, kind, subject, ...readRange(c) };
  return c.json(unwrap(await modelObjectOf(c).quality(asked)));
});
