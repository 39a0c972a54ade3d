import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { ModelUsage } from "#core/domain/api.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { guardRows } from "../../worker/objects/row-guard.ts";
import type { ShardObject } from "../../worker/objects/shard-object.ts";
import {
  ask,
  createModel,
  HOUR_MS,
  makeRows,
  objectOf,
  ringAll,
  send,
  shardOf,
  startMs,
} from "./model-scenario.ts";

/**
 * Rows written are what a Durable Object costs: those of every statement, and one for every alarm that is set. Counted here by
 * the storage itself, and by the object as it tells them.
 */
type Counted = DurableObjectStub<ModelObject> | DurableObjectStub<ShardObject>;

async function countRows(object: Counted): Promise<() => number> {
  let [rows, cursors] = [0, [] as SqlStorageCursor<Record<string, SqlStorageValue>>[]];
  await runInDurableObject(object, (_, { storage }) => {
    const { sql } = storage;
    const [exec, setAlarm] = [sql.exec.bind(sql), storage.setAlarm.bind(storage)];
    sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    }) as typeof sql.exec;
    storage.setAlarm = (...asked) => {
      rows++;
      return setAlarm(...asked);
    };
  });
  return () => {
    for (const cursor of cursors) rows += cursor.rowsWritten;
    cursors = [];
    return rows;
  };
}

const usageOf = (id: string): Promise<ModelUsage> => ask<ModelUsage>("GET", `/v1/models/${id}/usage`);

async function sendMany(id: string, batches: number): Promise<void> {
  const sendOne = async (batch: number): Promise<void> => {
    const { status } = await send(id, `b-${batch}`, makeRows(batch + 1, 3, startMs, HOUR_MS));
    expect(status).toBe(200);
  };
  for (let batch = 0; batch < batches; batch += 25)
    await Promise.all(
      Array.from({ length: Math.min(25, batches - batch) }, (_, one) => sendOne(batch + one)),
    );
}

describe("rows written for a batch", () => {
  test("are 1.1 at most, with everything that follows from it", async () => {
    await createModel("thrifty", { basePaneMs: HOUR_MS });
    const { rowsWritten: before } = await usageOf("thrifty");
    const written = await countRows(await objectOf("thrifty"));
    await sendMany("thrifty", 500);
    expect(written()).toBeGreaterThanOrEqual(500);
    await ringAll("thrifty", 0);
    const usage = await usageOf("thrifty");
    expect(usage).toMatchObject({ batches: 500, waiting: 0 });
    expect(usage.rowsWritten - before).toBe(written());
    expect(written() / 500).toBeLessThan(1.1);
  }, 60_000);

  test("are 1.1 at most with shards, in all objects together", async () => {
    await createModel("parted", { basePaneMs: HOUR_MS, shards: 2 });
    const objects = [await objectOf("parted"), await shardOf("parted", 0), await shardOf("parted", 1)];
    const { rowsWritten: before } = await usageOf("parted");
    const counts = await Promise.all(objects.map(countRows));
    await sendMany("parted", 600);
    await ringAll("parted", 2);
    const rows = counts.map((written) => written());
    const usage = await usageOf("parted");
    expect(usage).toMatchObject({ batches: 600, waiting: 0 });
    expect(usage.rowsWritten - before).toBe(rows.reduce((sum, of) => sum + of));
    expect(rows.reduce((sum, of) => sum + of) / 600).toBeLessThan(1.1);
    // The model's own object sees sums only.
    expect(rows[0]).toBeLessThan(40);
  }, 60_000);
});

describe("a row that production would not hold", () => {
  test("is refused by every statement, though the local runtime would take it", async () => {
    await runInDurableObject(await objectOf("thrifty"), (_, { storage }) => {
      storage.sql.exec("create table big (one text, two blob)");
      const insert = "insert into big values (?, ?)";
      const most = [1_000_000, 900_000] as const;
      const write = (sql: SqlStorage, text: number, bytes: number) =>
        sql.exec(insert, "é".repeat(text / 2), new Uint8Array(bytes)).rowsWritten;
      expect(write(storage.sql, 2_000_000, 2_000_000)).toBe(1);
      expect(write(guardRows(storage.sql), ...most)).toBe(1);
      expect(() => write(guardRows(storage.sql), most[0], most[1] + 1)).toThrow("1900001 bytes is too large");
      expect(guardRows(storage.sql).databaseSize).toBeGreaterThan(4_000_000);
    });
  });
});
