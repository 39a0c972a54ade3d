import { env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "#core/domain/errors.ts";
import { call, createModel } from "./model-scenario.ts";

const path = "/v1/models/bodies/predictions";
const row = { timestamp: "2026-02-02T10:00:00Z", amount: 1, channel: "web", score: 0.5, approved: true };

async function gzip(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
}

async function send(
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<[number, string | undefined]> {
  const reply = await SELF.fetch(`http://127.0.0.1:4280${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${env.MDT_OWNER_SECRET}`,
      "content-type": "application/json",
      ...headers,
    },
    body,
  });
  return [reply.status, ((await reply.json()) as Partial<Problem>).code];
}

describe("a body", () => {
  beforeAll(async () => {
    await createModel("bodies");
  });

  test("may be compressed", async () => {
    expect(await send(await gzip(JSON.stringify({ rows: [row] })), { "content-encoding": "gzip" })).toEqual([
      200,
      undefined,
    ]);
  });

  test("is the same body however it is packed: a retry packs it anew, with another time in gzip's header", async () => {
    const text = JSON.stringify({ batch_id: "packed-anew", rows: [row] });
    const first = new Uint8Array(await gzip(text));
    const second = first.slice();
    second.set([1, 2, 3, 4], 4);
    const packed = { "content-encoding": "gzip" };
    expect([await send(first, packed), await send(second, packed), await send(text)]).toEqual(
      [1, 2, 3].map(() => [200, undefined]),
    );
    const other = JSON.stringify({ batch_id: "packed-anew", rows: [row, row] });
    expect(await send(await gzip(other), packed)).toEqual([422, "batch_id_reused"]);
  });

  test("that inflates beyond the cap is refused, however small it is", async () => {
    const bomb = await gzip(`{"rows":[${" ".repeat(60_000_000)}]}`);
    expect(bomb.byteLength).toBeLessThan(100_000);
    expect(await send(bomb, { "content-encoding": "gzip" })).toEqual([413, "body_too_large"]);
  });

  test.each<[string, BodyInit, Record<string, string>, number, string]>([
    ["that only says gzip", "{}", { "content-encoding": "gzip" }, 400, "malformed_json"],
    ["in an unknown encoding", "{}", { "content-encoding": "br" }, 415, "unsupported_media_type"],
    ["of another type", "a,b", { "content-type": "image/png" }, 415, "unsupported_media_type"],
    ["that is too large", " ".repeat(3_000_000), {}, 413, "body_too_large"],
    [
      "with too many rows",
      JSON.stringify({ rows: Array.from({ length: 20_001 }, () => 0) }),
      {},
      413,
      "too_many_rows",
    ],
    ["that is no object", "[]", {}, 400, "invalid_body"],
    ["without rows", "{}", {}, 400, "invalid_body"],
    ["with no row", '{"rows":[]}', {}, 422, "no_valid_rows"],
    ["with NUL bytes", '{"rows":[\u0000]}', {}, 400, "malformed_json"],
    ["with unpaired surrogates in its id", '{"batch_id":"\\ud800","rows":[7]}', {}, 422, "no_valid_rows"],
  ])("%s is a problem with a code", async (_what, body, headers, status, code) => {
    expect(await send(body, headers)).toEqual([status, code]);
  });

  test("with names of built-in properties is data like any other", async () => {
    const text = `{"rows":[{"__proto__":{"amount":5},"constructor":1,"toString":2,"timestamp":"2026-02-02T11:00:00Z","amount":1}]}`;
    expect(await send(text)).toEqual([200, undefined]);
    const columns = `{"columns":{"__proto__":[1],"timestamp":["2026-02-02T11:00:00Z"],"hasOwnProperty":[1]}}`;
    expect(await send(columns)).toEqual([200, undefined]);
  });

  test.each<[string, string, object, string[]]>([
    ["PATCH", "/v1/models/bodies", { name: "Bodies", windowMs: 3_600_000 }, ["windowMs"]],
    ["PUT", "/v1/models/bodies/drift/config", { version: 1, policy: {} }, ["version", "policy"]],
    [
      "PUT",
      "/v1/models/bodies/drift/config",
      { features: { amount: { mutet: true } }, monitors: [{ id: "a" }, { id: "b", segmnt: "c" }] },
      ["features.amount.mutet", "monitors.1.segmnt"],
    ],
    [
      "POST",
      "/v1/models",
      { id: "typo", name: "Typo", features: [{ name: "a", type: "numeric", rolle: "score" }] },
      ["features.0.rolle"],
    ],
  ])("%s %s with a setting that does not exist changes nothing: %j", async (method, where, body, paths) => {
    const before = await call("GET", "/v1/models/bodies");
    const { status, body: problem } = await call<Problem>(method, where, body);
    expect([status, problem.code, problem.issues?.map(({ path: at }) => at)]).toEqual([
      400,
      "invalid_body",
      paths,
    ]);
    expect(problem.detail).toContain(`"${paths[0]}"`);
    expect(await call("GET", "/v1/models/bodies")).toEqual(before);
  });

  test("to an unknown place or by another method is 404 with a code", async () => {
    for (const [method, where] of [
      ["GET", path],
      ["PUT", "/v1/models"],
      ["GET", "/v1/none"],
      ["GET", "/v2"],
    ])
      expect([
        (await call<Problem>(method, where)).status,
        (await call<Problem>(method, where)).body.code,
      ]).toEqual([404, "not_found"]);
  });

  test.each([
    1e300,
    -1e300,
    "275761-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    -0,
    "2026-02-30T00:00:00Z",
    {},
    [],
  ])("with the time %j never fails on our side", async (timestamp) => {
    const [status] = await send(JSON.stringify({ rows: [{ ...row, timestamp }] }));
    expect([200, 422]).toContain(status);
  });
});
