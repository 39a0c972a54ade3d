import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Platform } from "../../scripts/platform.ts";
import {
  type Call,
  caller,
  createMonitoredModel,
  DAY_MS,
  dayColumns,
  firstDayMs,
  referenceDays,
  temporaryPlatform,
} from "./scenario.ts";

describe("nonsense sent to the API", () => {
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  let platform: Platform;
  let call: Call;
  const day = firstDayMs + referenceDays * DAY_MS;
  const path = "/v1/models/sturdy/predictions";

  beforeAll(async () => {
    temporary = await temporaryPlatform();
    platform = await temporary.start();
    call = caller(platform, platform.ownerSecret, [400, 401, 404, 413, 415, 422]);
    await createMonitoredModel(call, "sturdy");
  });
  afterAll(() => temporary.dispose());

  async function raw(
    body: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; problem: Problem }> {
    const reply = await fetch(`${platform.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${platform.ownerSecret}`,
        "content-type": "application/json",
        ...headers,
      },
      body,
    });
    expect(reply.headers.get("content-type")).toContain("application/problem+json");
    return { status: reply.status, problem: (await reply.json()) as Problem };
  }

  it("gets a problem with a code for each kind", async () => {
    expect((await raw('{"rows": [')).problem.code).toBe("malformed_json");
    expect((await raw('{"rows": [{"amount": NaN}]}')).problem.code).toBe("malformed_json");
    expect((await raw('{"rows": 3}')).problem.code).toBe("invalid_body");
    expect((await raw("{}", { authorization: "Bearer nonsense" })).problem.code).toBe("unauthenticated");
    expect((await raw('{"rows": [{"timestamp": "yesterday"}]}')).problem.code).toBe("no_valid_rows");
    const unknown = await call<Problem>("POST", "/v1/models/nobody/predictions", { rows: [{}] });
    expect([unknown.status, unknown.body.code]).toEqual([404, "model_not_found"]);
    const lost = await call<Problem>("GET", "/v1/nothing/here");
    expect([lost.status, lost.body.code]).toEqual([404, "not_found"]);
  });

  it("keeps the good rows of a mixed batch and says why it refused the others", async () => {
    const rows = [
      { timestamp: day, amount: 1, channel: "web", score: 0.4, approved: false },
      { timestamp: day, amount: "1", channel: "web", score: 0.4, approved: false },
      { timestamp: "nonsense", amount: 1 },
      7,
      { timestamp: new Date(day).toISOString(), amount: null, channel: "web", score: 0.4, approved: true },
    ];
    const { status, body } = await call<Receipt>("POST", path, { batch_id: "mixed", rows });
    expect(status).toBe(200);
    expect([body.accepted, body.rejected]).toEqual([2, 3]);
    expect(body.errors.map(({ row, code }) => [row, code])).toEqual([
      [1, "type_mismatch"],
      [2, "timestamp_invalid"],
      [3, "not_an_object"],
    ]);
  });

  it("counts a repeated batch once and refuses another body under its id", async () => {
    const batch = { batch_id: "once", columns: dayColumns({ day: referenceDays, rows: 50 }) };
    const first = await call<Receipt>("POST", path, batch);
    const again = await call<Receipt>("POST", path, batch);
    expect(again.body).toEqual(first.body);
    const other = { batch_id: "once", columns: dayColumns({ day: referenceDays + 1, rows: 50 }) };
    const refused = await call<Problem>("POST", path, other);
    expect([refused.status, refused.body.code]).toEqual([422, "batch_id_reused"]);
    const { body } = await call<FeatureWindows>(
      "GET",
      `/v1/models/sturdy/windows?feature=amount&from=${day}&to=${day + DAY_MS}`,
    );
    expect(body.windows.map(({ rows }) => rows)).toEqual([52]);
  });

  it("under a foreign name is refused: a page elsewhere could point its own name here", async () => {
    const statusFor = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: `Bearer ${platform.ownerSecret}` };
        request(`${platform.url}/v1/models`, { headers }, (reply) => {
          reply.resume();
          resolve(reply.statusCode ?? 0);
        })
          .once("error", reject)
          .end();
      });
    expect(await statusFor(`localhost:${platform.port}`)).toBe(200);
    expect(await statusFor(`elsewhere.example.com:${platform.port}`)).toBe(403);
  });

  it("stops reading a body of 100 MB", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(
        `${platform.url}${path}`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${platform.ownerSecret}`, "content-type": "application/json" },
        },
        (reply) => {
          resolve(reply.statusCode ?? 0);
          sending.destroy();
        },
      );
      sending.once("error", reject);
      const chunk = Buffer.alloc(1024 * 1024, " ");
      let sent = 0;
      const more = (): void => {
        while (sent < 100 && !sending.destroyed) {
          sent++;
          if (!sending.write(chunk)) return void sending.once("drain", more);
        }
        if (!sending.destroyed) sending.end();
      };
      more();
    });
    expect(status).toBe(413);
  });
});
