import { env, runInDurableObject, SELF } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Problem } from "#core/domain/errors.ts";
import { HOUR_MS, limits, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import { writeReceipts } from "#core/domain/wire.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { Busyness, growth } from "../../worker/objects/model/growth.ts";
import { pace, waitMs } from "../../worker/objects/model/pace.ts";
import { createModel, makeRows, objectOf, startMs, toColumns } from "./model-scenario.ts";

describe("a model that has too much to do", () => {
  test("answers 429 with the time after which it takes batches again", async () => {
    await createModel("full");
    const oldestMs = Date.now() - 23 * HOUR_MS;
    await runInDurableObject(await objectOf("full"), (_: ModelObject, { storage }) =>
      storage.sql.exec(
        "insert into receipts (segment, last_ms, batches, entries) values (1, ?, ?, ?)",
        ...[oldestMs, limits.dedupeBatchesMost, writeReceipts([])],
      ),
    );
    const reply = await SELF.fetch("http://127.0.0.1:4280/v1/models/full/predictions", {
      method: "POST",
      headers: { authorization: `Bearer ${env.MDT_OWNER_SECRET}`, "content-type": "application/json" },
      body: JSON.stringify({ batch_id: "a", columns: toColumns(makeRows(1, 5, startMs)) }),
    });
    const problem = await reply.json<Problem>();
    expect([reply.status, problem.code]).toEqual([429, "too_busy"]);
    const seconds = Number(reply.headers.get("retry-after"));
    expect(Math.abs(seconds - 3610)).toBeLessThan(30);
    expect(problem.detail).toContain(`try again in ${seconds} seconds`);
  });

  test("waits for what is unfolded, and for the next fold", () => {
    const idle = { backlogBytes: 0, remembered: 0, forgetsAtMs: null, foldsAtMs: null, nowMs: 1000 };
    expect(waitMs(idle)).toBeNull();
    expect(waitMs({ ...idle, backlogBytes: pace.backlogBytes })).toBeNull();
    const full = { ...idle, backlogBytes: pace.backlogBytes + 2 * pace.foldedBytesPerSecond };
    expect(waitMs(full)).toBe(3000);
    expect(waitMs({ ...full, foldsAtMs: 6000 })).toBe(7000);
    expect(waitMs({ ...idle, remembered: limits.dedupeBatchesMost, forgetsAtMs: 61_000 })).toBe(70_000);
  });
});

describe("a model that is busy for long", () => {
  /** Looks every ten seconds for so long, with so many batches a second. */
  const watched = (rate: number, forMs: number, shards = 1): boolean => {
    const busyness = new Busyness(0);
    let wanted = false;
    for (let nowMs = 10 * SECOND_MS; nowMs <= forMs; nowMs += 10 * SECOND_MS) {
      busyness.add(rate * 10, 0);
      wanted ||= busyness.wantsMore(shards, nowMs);
    }
    return wanted;
  };

  test("gets twice as many objects, and one with a burst does not", () => {
    expect(watched(growth.busyBatchesPerSecond, growth.busyMs + MINUTE_MS)).toBe(true);
    expect(watched(growth.busyBatchesPerSecond - 1, 10 * growth.busyMs)).toBe(false);
    expect(watched(1000, growth.busyMs - MINUTE_MS)).toBe(false);
    expect(watched(growth.busyBatchesPerSecond * 4, growth.busyMs + MINUTE_MS, 4)).toBe(true);
    expect(watched(growth.busyBatchesPerSecond * 3, growth.busyMs + MINUTE_MS, 4)).toBe(false);
    expect(watched(1e6, 10 * growth.busyMs, limits.shards)).toBe(false);
  });

  test("gets them too when one object remembers many ids, long before it may take no more", () => {
    const busyness = new Busyness(0);
    busyness.add(10, growth.remembered - 1);
    expect(busyness.wantsMore(1, 1000)).toBe(false);
    busyness.add(10, growth.remembered);
    expect([busyness.wantsMore(1, 2000), busyness.wantsMore(2, 3000)]).toEqual([true, false]);
  });

  test("grows by itself, which nobody sees", async () => {
    await createModel("swelling");
    await runInDurableObject(await objectOf("swelling"), async (one: ModelObject, { storage }) => {
      storage.sql.exec(
        "insert into receipts (segment, last_ms, batches, entries) values (1, ?, ?, ?)",
        ...[Date.now(), growth.remembered, writeReceipts([])],
      );
      await one.alarm();
      expect(
        storage.sql.exec<{ shards: number }>("select max(shards) as shards from epoch").one().shards,
      ).toBe(2);
    });
    const { shards } = await objectOf("swelling").then(async (one) => {
      const plan = await one.foldingPlan();
      return "value" in plan ? plan.value : { shards: 0 };
    });
    expect(shards).toBe(2);
  });
});
