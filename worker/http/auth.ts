import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { Scope } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { MINUTE_MS } from "#core/domain/limits.ts";
import { touchKey } from "../store/keys.ts";
import {
  ensureFirstOrganisation,
  findMember,
  firstOrganisation,
  firstOwner,
  type Member,
} from "../store/organisations.ts";
import { findSession } from "../store/sessions.ts";
import type { Actor, AppEnv } from "./context.ts";
import { knownKey } from "./held-keys.ts";
import { hashSecret, sameSecret } from "./secrets.ts";

/** Sessions: the cookie's name carries the host binding that browsers enforce, where the connection allows it. */
export function sessionCookie(c: Context<AppEnv>): string {
  return new URL(c.req.url).protocol === "https:" ? "__Host-mdt-session" : "mdt-session";
}

const scopesOfRole: Record<Member["role"], readonly Scope[]> = {
  owner: ["admin"],
  admin: ["admin"],
  editor: ["read", "ingest"],
  viewer: ["read"],
};

/** Finds out who asks: the owner's secret, a key, or a session. Everything behind it has `actor`. */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const bearer = credentialOf(c.req.header("authorization") ?? "");
  c.set("actor", bearer === undefined ? await actorOfSession(c) : await actorOfBearer(c, bearer));
  await next();
});

/** A bearer, or the password of Basic: loggers that cannot send headers of their own have it in their URL. */
function credentialOf(authorization: string): string | undefined {
  const [, scheme, value = ""] = /^(Bearer|Basic)\s+(\S+)$/i.exec(authorization) ?? [];
  if (scheme?.toLowerCase() !== "basic") return scheme === undefined ? undefined : value;
  try {
    const pair = atob(value);
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return "";
  }
}

const refused = (): ProblemError =>
  new ProblemError("unauthenticated", "Send `Authorization: Bearer <key>`, or open a sign-in link.");

async function actorOfBearer(c: Context<AppEnv>, bearer: string): Promise<Actor> {
  const match = /^mdt_([0-9a-f]+)_(\S+)$/.exec(bearer);
  if (match) return actorOfKey(c, match[1], match[2]);
  if (!c.env.MDT_OWNER_SECRET || !(await sameSecret(bearer, c.env.MDT_OWNER_SECRET))) throw refused();
  await ensureFirstOrganisation(c.env.DB, Date.now());
  const { id, name } = firstOwner;
  return { organisationId: firstOrganisation.id, kind: "owner", id, name, scopes: ["admin"], modelId: null };
}

async function actorOfKey(c: Context<AppEnv>, id: string, secret: string): Promise<Actor> {
  const nowMs = Date.now();
  const key = await knownKey(c.env.DB, id, nowMs);
  if (!key || !(await sameSecret(await hashSecret(secret), key.secretHash))) throw refused();
  if (nowMs - (key.lastUsedAtMs ?? 0) > MINUTE_MS) {
    key.lastUsedAtMs = nowMs;
    c.executionCtx.waitUntil(touchKey(c.env.DB, id, nowMs, MINUTE_MS));
  }
  const { organisationId, name, scopes, modelId } = key;
  return { organisationId, kind: "key", id, name, scopes, modelId };
}

async function actorOfSession(c: Context<AppEnv>): Promise<Actor> {
  const cookie = getCookie(c, sessionCookie(c));
  if (cookie === undefined) throw refused();
  requireOwnOrigin(c);
  const session = await findSession(c.env.DB, await hashSecret(cookie), Date.now());
  const member = session && (await findMember(c.env.DB, session.organisationId, session.memberId));
  if (!member) throw refused();
  const { organisationId, id, name, role } = member;
  return { organisationId, kind: "member", id, name, scopes: scopesOfRole[role], modelId: null };
}

/** A cookie travels with requests that other sites cause: those that change something must come from our own pages. */
export function requireOwnOrigin(c: Context<AppEnv>): void {
  const upgrade = c.req.header("upgrade")?.toLowerCase() === "websocket";
  if (["GET", "HEAD"].includes(c.req.method) && !upgrade) return;
  const origin = c.req.header("origin");
  if (origin !== new URL(c.req.url).origin)
    throw new ProblemError("wrong_origin", "Requests with a session must come from the dashboard itself.");
}
