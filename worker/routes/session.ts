import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type Session, SessionInput } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { requireOwnOrigin, sessionCookie } from "../http/auth.ts";
import { readJson } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { hashSecret, randomToken } from "../http/secrets.ts";
import { findMember, firstOwner } from "../store/organisations.ts";
import {
  deleteSession,
  findSession,
  type Grant,
  insertSession,
  insertSignInToken,
  redeemSignInToken,
} from "../store/sessions.ts";

/** /v1/sign-in-links (needs `admin`): one-time, ten minutes; the token travels in the fragment, which no server sees. */
export const signInLinks = new Hono<AppEnv>();

signInLinks.post("/", requireScope("admin"), async (c) => {
  const actor = c.get("actor");
  const token = randomToken(32);
  const expiresAtMs = Date.now() + limits.signInTokenMs;
  const memberId = actor.kind === "member" ? actor.id : firstOwner.id;
  const grant = { organisationId: actor.organisationId, memberId, expiresAtMs };
  await insertSignInToken(c.env.DB, await hashSecret(token), grant);
  return c.json({ token, expiresAtMs, path: `/sign-in#token=${token}` }, 201);
});

/** /v1/session: the token of a link becomes a cookie. Not behind `authenticate`: this is how one gets in. */
export const session = new Hono<AppEnv>();

session.post("/", async (c) => {
  requireOwnOrigin(c);
  const { value } = await readJson(c, SessionInput);
  const grant = await redeemSignInToken(c.env.DB, await hashSecret(value.token), Date.now());
  if (!grant) throw new ProblemError("sign_in_link_invalid", "Ask for a new link: `npm start` prints one.");
  const secret = randomToken(32);
  const expiresAtMs = Date.now() + limits.sessionMs;
  await insertSession(c.env.DB, await hashSecret(secret), { ...grant, expiresAtMs });
  setCookie(c, sessionCookie(c), secret, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: new URL(c.req.url).protocol === "https:",
    maxAge: limits.sessionMs / 1000,
  });
  return c.json(await describe(c, { ...grant, expiresAtMs }), 201);
});

session.get("/", async (c) => c.json(await describe(c, await current(c))));

session.delete("/", async (c) => {
  requireOwnOrigin(c);
  const cookie = getCookie(c, sessionCookie(c));
  if (cookie !== undefined) await deleteSession(c.env.DB, await hashSecret(cookie));
  deleteCookie(c, sessionCookie(c), { path: "/" });
  return c.body(null, 204);
});

async function current(c: Context<AppEnv>): Promise<Grant> {
  const cookie = getCookie(c, sessionCookie(c));
  const grant =
    cookie === undefined ? null : await findSession(c.env.DB, await hashSecret(cookie), Date.now());
  if (!grant) throw new ProblemError("unauthenticated", "Nobody is signed in; `npm start` prints a link.");
  return grant;
}

async function describe(
  c: Context<AppEnv>,
  { organisationId, memberId, expiresAtMs }: Grant,
): Promise<Session> {
  const member = await findMember(c.env.DB, organisationId, memberId);
  if (!member) throw new ProblemError("unauthenticated", "This member is no longer here.");
  const { id, name, role, organisationName } = member;
  return {
    organisation: { id: organisationId, name: organisationName },
    member: { id, name, role },
    expiresAtMs,
  };
}
