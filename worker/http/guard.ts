import { createMiddleware } from "hono/factory";
import { ProblemError } from "#core/domain/errors.ts";
import type { AppEnv } from "./context.ts";

/** Of an address that the platform has made of a request: without its port. Taking it apart whole costs more than all else here. */
const hostOf = (url: string): string => /^https?:\/\/(\[[^\]]*\]|[^/:?#]*)/.exec(url)?.[1] ?? "";

/** First of all: an id for the request, the hosts that are ours, and headers that keep a reply from being anything else. */
export const guard = createMiddleware<AppEnv>(async (c, next) => {
  c.set("requestId", c.req.header("cf-ray") ?? crypto.randomUUID());
  const allowed = c.env.MDT_ALLOWED_HOSTS?.split(",").map((host) => host.trim());
  const host = hostOf(c.req.url);
  // A page elsewhere can make a browser send requests here under its own name (DNS rebinding).
  if (allowed && !allowed.includes(host)) throw new ProblemError("forbidden", `This server is not ${host}.`);
  await next();
  if (c.res.status === 101) return;
  c.res.headers.set("x-request-id", c.get("requestId"));
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  c.res.headers.set("referrer-policy", "no-referrer");
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
});
