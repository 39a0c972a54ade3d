import { Hono } from "hono";
import { ProblemError } from "#core/domain/errors.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf, readRange } from "./model-scope.ts";

/** GET /v1/models/{model}/windows?feature=&from=&to= → FeatureWindows. */
export const windows = new Hono<AppEnv>();

windows.get("/windows", requireScope("read"), async (c) => {
  const feature = c.req.query("feature");
  if (feature === undefined) throw new ProblemError("invalid_query", 'Say which feature: "?feature=…".');
  const asked = { series: c.req.query("monitor"), ...readRange(c) };
  return c.json(unwrap(await modelObjectOf(c).windows(feature, asked)));
});
