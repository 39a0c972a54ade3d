import { Hono } from "hono";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf } from "./model-scope.ts";

/** GET /v1/models/{model}/usage → ModelUsage. */
export const usage = new Hono<AppEnv>();

usage.get("/usage", requireScope("read"), async (c) => c.json(unwrap(await modelObjectOf(c).usage())));
