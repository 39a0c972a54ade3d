import { abortAllDurableObjects } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureWindows, ModelDetail, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  ringAlarm,
  send,
  startMs,
  toColumns,
} from "./model-scenario.ts";

const path = "/v1/models/sturdy/predictions";
const good = { timestamp: startMs, amount: 1, channel: "web", score: 0.4, approved: false };

async function rowsOf(id: string, fromMs: number): Promise<number> {
  const query = `feature=amount&from=${fromMs}&to=${fromMs + DAY_MS}`;
  const { windows } = await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?${query}`);
  return windows.reduce((sum, { rows }) => sum + rows, 0);
}

describe("a batch of rows", () => {
  beforeAll(async () => {
    await createModel("sturdy");
  });

  test("keeps the good rows of a mixed batch and says why it refused the others", async () => {
    const rows = [
      good,
      { ...good, amount: "1" },
      { ...good, timestamp: "nonsense" },
      7,
      { ...good, prediction_id: true },
      { ...good, timestamp: new Date(startMs).toISOString(), amount: null, extra: 1 },
    ];
    const { status, body } = await call<Receipt>("POST", path, { batch_id: "mixed", rows });
    expect(status).toBe(200);
    expect([body.accepted, body.rejected, body.deduplicated]).toEqual([2, 4, true]);
    expect(body.errors.map(({ row, field, code }) => [row, field, code])).toEqual([
      [1, "amount", "type_mismatch"],
      [2, "timestamp", "timestamp_invalid"],
      [3, null, "not_an_object"],
      [4, "prediction_id", "prediction_id_invalid"],
    ]);
    expect(body.ignored).toEqual(["extra"]);
  });

  test("gets the first receipt again, before its fold, after it, and after the object was lost", async () => {
    const batch = { batch_id: "again", rows: [good, { ...good, amount: true }] };
    const first = await call<Receipt>("POST", path, batch);
    expect((await call<Receipt>("POST", path, batch)).body).toEqual(first.body);
    await ringAlarm("sturdy");
    expect((await call<Receipt>("POST", path, batch)).body).toEqual(first.body);
    await abortAllDurableObjects();
    expect((await call<Receipt>("POST", path, batch)).body).toEqual(first.body);
    const { rows } = await ask<ModelDetail>("GET", "/v1/models/sturdy");
    expect(rows).toBe(3);
  });

  test("is refused under an id that another body used, folded or not", async () => {
    const fresh = { batch_id: "reused", rows: [good] };
    await call("POST", path, fresh);
    for (const fold of [false, true]) {
      if (fold) await ringAlarm("sturdy");
      const { status, body } = await call<Problem>("POST", path, { ...fresh, rows: [good, good] });
      expect([status, body.code]).toEqual([422, "batch_id_reused"]);
    }
  });

  test("takes its id from the body, Idempotency-Key or ce-id, and refuses two that differ", async () => {
    for (const headers of [{ "idempotency-key": "by-header" }, { "ce-id": "by-event" }] as Record<
      string,
      string
    >[]) {
      const { body } = await call<Receipt>("POST", path, { rows: [good] }, headers);
      expect([body.batchId, body.deduplicated]).toEqual([Object.values(headers)[0], true]);
    }
    const own = await call<Receipt>("POST", path, { rows: [good] });
    expect(own.body.deduplicated).toBe(false);
    const same = await call<Receipt>(
      "POST",
      path,
      { batch_id: "x", rows: [good] },
      { "idempotency-key": "x" },
    );
    expect(same.status).toBe(200);
    const two = await call<Problem>(
      "POST",
      path,
      { batch_id: "x", rows: [good] },
      { "idempotency-key": "y" },
    );
    expect([two.status, two.body.code]).toEqual([400, "batch_id_conflict"]);
  });

  test("counts the same as rows and as columns", async () => {
    await createModel("shapes");
    const rows = makeRows(5, 300, startMs);
    await ask("POST", "/v1/models/shapes/predictions", { batch_id: "rows", rows });
    const query = `/v1/models/shapes/windows?feature=channel&from=${startMs}`;
    const once = await ask<FeatureWindows>("GET", query);
    await ask("POST", "/v1/models/shapes/predictions", { batch_id: "columns", columns: toColumns(rows) });
    const twice = await ask<FeatureWindows>("GET", query);
    expect(twice.windows[0].counts).toEqual(once.windows[0].counts.map((count) => 2 * count));
    expect(once.windows[0].rows).toBe(300);
  });

  test("says how many rows came after their window had closed", async () => {
    await createModel("tardy");
    const early = await send<Receipt>("tardy", "a", makeRows(1, 10, startMs + 2 * DAY_MS, HOUR_MS));
    expect(early.body.late).toBe(0);
    const mixed = [...makeRows(2, 3, startMs, HOUR_MS), ...makeRows(3, 4, startMs + 2 * DAY_MS, HOUR_MS)];
    expect((await send<Receipt>("tardy", "b", mixed)).body.late).toBe(3);
  });
});

describe("nonsense", () => {
  const codes: [string, string, number, string][] = [
    ["cut JSON", '{"rows": [', 400, "malformed_json"],
    ["NaN as text", '{"rows": [{"timestamp": 1, "amount": NaN}]}', 400, "malformed_json"],
    ["rows that are no list", '{"rows": 3}', 400, "invalid_body"],
    ["a list", "[]", 400, "invalid_body"],
    [
      "columns of different lengths",
      '{"columns": {"timestamp": [1, 2], "amount": [1]}}',
      400,
      "invalid_body",
    ],
    ["a batch without rows", '{"rows": []}', 422, "no_valid_rows"],
    ["rows that are all refused", '{"rows": [{"timestamp": "yesterday"}, null]}', 422, "no_valid_rows"],
    ["too many rows", `{"rows": [${"0,".repeat(20_000)}0]}`, 413, "too_many_rows"],
    ["an id that is too long", `{"batch_id": "${"x".repeat(256)}", "rows": [{}]}`, 400, "invalid_body"],
  ];

  test.each(codes)("%s", async (_, body, status, code) => {
    const reply = await call<Problem>("POST", path, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  test("rows that are all refused are listed, and nothing of them is stored", async () => {
    const before = await rowsOf("sturdy", startMs);
    const refused = { batch_id: "refused", rows: [{ ...good, amount: "x" }] };
    const { body } = await call<Problem>("POST", path, refused);
    expect(body.issues).toEqual([
      { path: "rows[0].amount", message: expect.stringContaining("type_mismatch") },
    ]);
    expect(await rowsOf("sturdy", startMs)).toBe(before);
    expect((await call("POST", path, { ...refused, rows: [good] })).status).toBe(200);
  });

  test("an unknown model is a 404 for every noun", async () => {
    const nouns = [
      "drift/detect",
      "drift/history",
      "drift/config",
      "references",
      "windows?feature=x",
      "performance",
    ];
    for (const noun of [...nouns, "checks/x~y~1~1", "cursors/x"]) {
      const { status, body } = await call<Problem>("GET", `/v1/models/nobody/${noun}`);
      expect([noun, status, body.code]).toEqual([noun, 404, "model_not_found"]);
    }
    for (const noun of ["predictions", "labels"]) {
      const { body } = await call<Problem>("POST", `/v1/models/nobody/${noun}`, { rows: [good] });
      expect(body.code).toBe("model_not_found");
    }
  });

  test("a body without an end is refused, and read on only as far as its sender needs to hear it", async () => {
    let sent = 0;
    const chunk = new TextEncoder().encode(" ".repeat(1024 * 1024));
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 300) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const { SELF, env } = await import("cloudflare:test");
    const reply = await SELF.fetch(`http://127.0.0.1:4280${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${env.MDT_OWNER_SECRET}`, "content-type": "application/json" },
      body: endless,
    });
    expect(reply.status).toBe(413);
    expect((await reply.json<Problem>()).code).toBe("body_too_large");
    expect(sent).toBeLessThan(limits.drainedBytes / chunk.length + 10);
  });
});
