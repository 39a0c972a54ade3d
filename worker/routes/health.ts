import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { isReachable } from "../store/reachable.ts";

/** GET /healthz: whether the Worker runs and its database answers. No credential: load balancers ask. */
export const health = new Hono<AppEnv>();

health.get("/", async (c) => {
  const database = await isReachable(c.env.DB);
  return c.json({ status: database ? "ok" : "unavailable", version: "0.1.0" }, database ? 200 : 503);
});
