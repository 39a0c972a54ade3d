import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, createClient, UnreachableError } from "../../client/http.ts";

type Answer = (request: IncomingMessage, reply: ServerResponse) => void;

describe("the HTTP client", () => {
  let server: Server;
  let answers: Answer[];
  let bodies: string[];
  let waits: number[];
  beforeEach(async () => {
    answers = [];
    bodies = [];
    waits = [];
    server = createServer((request, reply) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        bodies.push(body);
        answers.shift()?.(request, reply);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const client = (attempts = 4): ReturnType<typeof createClient> =>
    createClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      key: "secret",
      attempts,
      random: () => 1,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
  const json =
    (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
    (_request, reply) => {
      reply.writeHead(status, { "content-type": "application/json", ...headers });
      reply.end(JSON.stringify(value));
    };
  const hangUp: Answer = (request) => void request.socket.destroy();

  it("sends the key and the same bytes again until the platform takes them", async () => {
    let authorization: string | undefined;
    answers = [
      json(503, {}),
      hangUp,
      (request, reply) => {
        authorization = request.headers.authorization;
        json(200, { accepted: 2 })(request, reply);
      },
    ];
    expect(await client().post("/v1/x", { batch_id: "b", rows: [1, 2] })).toEqual({ accepted: 2 });
    expect(authorization).toBe("Bearer secret");
    expect(new Set(bodies)).toEqual(new Set([JSON.stringify({ batch_id: "b", rows: [1, 2] })]));
    expect(bodies).toHaveLength(3);
    expect(waits).toEqual([250, 500]);
  });

  it("waits as long as the platform asks", async () => {
    answers = [json(429, {}, { "retry-after": "3" }), json(200, {})];
    await client().get("/v1/x");
    expect(waits).toEqual([3000]);
  });

  it("throws a problem with its code at once, for waiting would not help", async () => {
    answers = [json(409, { code: "model_exists", title: "Exists", detail: "Choose another id." })];
    const error: unknown = await client()
      .post("/v1/models", {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, code: "model_exists" });
    expect(String(error)).toContain("Choose another id.");
    expect(waits).toEqual([]);
  });

  it("throws what there is when the answer is not one of ours", async () => {
    answers = [
      (_request, reply) => {
        reply.writeHead(404, { "content-type": "text/html" });
        reply.end("<h1>nothing</h1>");
      },
    ];
    const error: unknown = await client()
      .get("/v1/x")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 404, code: null });
  });

  it("tries again a few times after a fault of the platform, and then shows it", async () => {
    answers = [json(500, {}), json(200, { accepted: 1 })];
    expect(await client().get("/v1/x")).toEqual({ accepted: 1 });
    answers = Array.from({ length: 5 }, () =>
      json(500, { code: "internal", title: "Failed", detail: "Ours." }),
    );
    await expect(client(9).get("/v1/x")).rejects.toMatchObject({ status: 500, code: "internal" });
    expect(answers).toHaveLength(1);
  });

  it("gives up after the last attempt, and says why", async () => {
    answers = [hangUp, hangUp];
    await expect(client(2).get("/v1/x")).rejects.toThrow(UnreachableError);
    const told: string[] = [];
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const endpoint = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const nobody = createClient({
      ...{ endpoint, key: "k", attempts: 2, sleep: () => Promise.resolve() },
      onUnreachable: (why) => told.push(why),
    });
    await expect(nobody.get("/v1/x")).rejects.toThrow(
      `${endpoint} did not answer: the connection was refused. Is the platform running there?`,
    );
    // Once for each wait: after the last attempt there is none.
    expect(told).toEqual(["the connection was refused"]);
    answers = [json(503, { code: "unavailable", title: "Away", detail: "Later." }), json(503, {})];
    await expect(client(2).get("/v1/x")).rejects.toMatchObject({ status: 503 });
  });
});
