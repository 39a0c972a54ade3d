import { Hono } from "hono";
import { type AppEnv, requireScope } from "../http/context.ts";

/** GET /v1/live: a WebSocket of hints to refetch. */
export const live = new Hono<AppEnv>();

live.get("/", requireScope("read"), (c) =>
  c.env.ORGANISATION.getByName(c.get("actor").organisationId).fetch(c.req.raw),
);
