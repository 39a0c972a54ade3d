import { env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Key, ModelDetail, Session } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { hashSecret } from "../../worker/http/secrets.ts";
import { insertKey } from "../../worker/store/keys.ts";
import { ask, call, createModel, features } from "./model-scenario.ts";

const base = "http://127.0.0.1:4280";
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

async function problemOf(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const { status, body: problem } = await call<Problem>(method, path, body, headers);
  return [status, problem.code];
}

describe("a key", () => {
  beforeAll(async () => {
    await createModel("mine");
    await createModel("other");
  });

  test("does what its scopes say and no more", async () => {
    const { secret = "" } = await ask<Key>("POST", "/v1/keys", { name: "sender", scopes: ["ingest"] });
    const rows = {
      rows: [{ timestamp: "2026-02-02T10:00:00Z", amount: 1, channel: "web", score: 0.5, approved: true }],
    };
    expect((await call("POST", "/v1/models/mine/predictions", rows, bearer(secret))).status).toBe(200);
    expect(await problemOf("GET", "/v1/models", bearer(secret))).toEqual([403, "forbidden"]);
    expect(await problemOf("POST", "/v1/keys", bearer(secret), { name: "x", scopes: ["admin"] })).toEqual([
      403,
      "forbidden",
    ]);
  });

  test("bound to one model sees no other, and nothing of the organisation", async () => {
    const key = { name: "bound", scopes: ["admin"], modelId: "mine" };
    const { secret = "" } = await ask<Key>("POST", "/v1/keys", key);
    expect((await call("GET", "/v1/models/mine", undefined, bearer(secret))).status).toBe(200);
    expect(await problemOf("GET", "/v1/models/other", bearer(secret))).toEqual([404, "model_not_found"]);
    expect(await problemOf("GET", "/v1/incidents", bearer(secret))).toEqual([404, "model_not_found"]);
    expect(await problemOf("GET", "/v1/export/checks", bearer(secret))).toEqual([404, "model_not_found"]);
  });

  test("is shown once, kept as a hash, and worthless after it was deleted", async () => {
    const { id, secret = "" } = await ask<Key>("POST", "/v1/keys", { name: "brief", scopes: ["read"] });
    const stored = await env.DB.prepare("select * from keys where id = ?").bind(id).first();
    expect(JSON.stringify(stored)).not.toContain(secret.split("_")[2]);
    expect(JSON.stringify(await ask("GET", "/v1/keys"))).not.toContain("secret");
    expect((await call("GET", "/v1/models", undefined, bearer(secret))).status).toBe(200);
    expect((await call("DELETE", `/v1/keys/${id}`)).status).toBe(204);
    expect(await problemOf("GET", "/v1/models", bearer(secret))).toEqual([401, "unauthenticated"]);
    expect(await problemOf("DELETE", `/v1/keys/${id}`, {})).toEqual([404, "key_not_found"]);
  });

  test("that was deleted elsewhere is refused here within ten seconds", async () => {
    const { id, secret = "" } = await ask<Key>("POST", "/v1/keys", { name: "held", scopes: ["read"] });
    const status = async () => (await call("GET", "/v1/models", undefined, bearer(secret))).status;
    expect(await status()).toBe(200);
    await env.DB.prepare("delete from keys where id = ?").bind(id).run();
    expect(await status()).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + limits.keyHeldMs });
    onTestFinished(() => void vi.useRealTimers());
    expect(await status()).toBe(401);
  });

  test("of another organisation finds none of our models", async () => {
    await env.DB.prepare(
      "insert into organisations (id, name, created_at_ms) values ('far', 'Far', 0)",
    ).run();
    await insertKey(env.DB, {
      id: "0badc0de",
      organisationId: "far",
      name: "far",
      scopes: ["admin"],
      modelId: null,
      secretHash: await hashSecret("far-away"),
      createdAtMs: 0,
      lastUsedAtMs: null,
    });
    const far = bearer("mdt_0badc0de_far-away");
    expect((await call<{ models: unknown[] }>("GET", "/v1/models", undefined, far)).body.models).toEqual([]);
    for (const path of ["", "/drift/history", "/performance", "/drift/detect", "/references"])
      expect(await problemOf("GET", `/v1/models/mine${path}`, far)).toEqual([404, "model_not_found"]);
    expect(await problemOf("POST", "/v1/models/mine/predictions", far, { rows: [{}] })).toEqual([
      404,
      "model_not_found",
    ]);
    expect(await problemOf("DELETE", "/v1/models/mine", far)).toEqual([404, "model_not_found"]);
    expect((await ask<ModelDetail>("GET", "/v1/models/mine")).model.id).toBe("mine");
  });

  test.each([
    "",
    "Bearer",
    "Bearer x",
    "Bearer mdt_00_x",
    "Bearer mdt__",
    "Basic abc",
    `Bearer ${"x".repeat(5000)}`,
  ])("that is none is refused: %j", async (authorization) => {
    expect(await problemOf("GET", "/v1/models", { authorization })).toEqual([401, "unauthenticated"]);
  });
});

describe("a session", () => {
  const signIn = async (token: string, origin = base) =>
    SELF.fetch(`${base}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ token }),
    });

  test("comes from a link that works once, as a cookie that scripts cannot read", async () => {
    const { token, path } = await ask<{ token: string; path: string }>("POST", "/v1/sign-in-links");
    expect(path).toBe(`/sign-in#token=${token}`);
    const reply = await signIn(token);
    expect(reply.status).toBe(201);
    expect(((await reply.json()) as Session).member.role).toBe("owner");
    expect(reply.headers.get("set-cookie")).toMatch(/mdt-session=.+HttpOnly.+SameSite=Strict/i);
    const again = await signIn(token);
    expect([again.status, ((await again.json()) as Problem).code]).toEqual([401, "sign_in_link_invalid"]);
  });

  test("changes things for our own pages only", async () => {
    const { token } = await ask<{ token: string }>("POST", "/v1/sign-in-links");
    const foreign = await signIn(token, "https://elsewhere.example.com");
    expect([foreign.status, ((await foreign.json()) as Problem).code]).toEqual([403, "wrong_origin"]);
    const cookie = (await signIn(token)).headers.get("set-cookie")?.split(";")[0] ?? "";
    const asked = (method: string, path: string, headers: Record<string, string>, body?: string) =>
      SELF.fetch(`${base}${path}`, {
        method,
        headers: { cookie, "content-type": "application/json", ...headers },
        body,
      });
    expect((await asked("GET", "/v1/models", {})).status).toBe(200);
    const model = JSON.stringify({ id: "by-cookie", name: "x", features });
    expect((await asked("POST", "/v1/models", {}, model)).status).toBe(403);
    expect((await asked("POST", "/v1/models", { origin: "http://127.0.0.1:9999" }, model)).status).toBe(403);
    expect((await asked("POST", "/v1/models", { origin: base }, model)).status).toBe(201);
    expect((await asked("GET", "/v1/live", { upgrade: "websocket" })).status).toBe(403);
    expect((await asked("DELETE", "/v1/session", { origin: base })).status).toBe(204);
    expect((await asked("GET", "/v1/models", {})).status).toBe(401);
  });
});
