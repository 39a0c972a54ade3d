import { abortAllDurableObjects, env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ModelDetail, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { ingestPredictions } from "../../worker/ingest/ingest-predictions.ts";
import { thePlans } from "../../worker/ingest/plans.ts";
import { addPending, pendingLots } from "../../worker/objects/archive/pending.ts";
import { ArchiveStore } from "../../worker/objects/archive/store.ts";
import type { ArchiveObject } from "../../worker/objects/archive-object.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import schema from "../../sql/object/archive.sql";
import {
  archivedRows,
  archiveOf,
  byId,
  fetched,
  keysOf,
  listed,
  ringArchive,
  settle,
  targetOf,
} from "./archive-scenario.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  objectOf,
  ringAlarm,
  ringAll,
  type Row,
  send,
  shardOf,
  startMs,
  toColumns,
} from "./model-scenario.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Rows as the archive gives them back: in the order of their ids, without what is missing. */
const present = (rows: readonly Row[]): Row[] =>
  rows
    .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row)
    .sort(byId);

const states = async (id: string) =>
  (await listed(id)).hours.map(({ state, rows, files }) => [state, rows, files]);

describe("rows of a model that archives them", () => {
  test("are there as soon as they are acknowledged, and stay the same when they are compacted", async () => {
    await createModel("kept", { archive: {} });
    const rows = makeRows(1, 200, startMs, 3 * HOUR_MS);
    expect((await send<Receipt>("kept", "a", rows)).status).toBe(200);
    expect((await archivedRows("kept")).sort(byId)).toEqual(present(rows));
    expect(await states("kept")).toEqual([
      ["open", 67, 0],
      ["open", 67, 0],
      ["open", 66, 0],
    ]);
    await ringAlarm("kept");
    expect((await archivedRows("kept")).sort(byId)).toEqual(present(rows));
    await settle("kept");
    expect(await states("kept")).toEqual([
      ["compacted", 67, 1],
      ["compacted", 67, 1],
      ["compacted", 66, 1],
    ]);
    expect((await archivedRows("kept")).sort(byId)).toEqual(present(rows));
    await abortAllDurableObjects();
    expect((await archivedRows("kept")).sort(byId)).toEqual(present(rows));
  });

  test("are not archived where the model does not say so, and are from the moment it does", async () => {
    await createModel("forgetful");
    await send("forgetful", "a", makeRows(1, 20, startMs));
    await ringAlarm("forgetful");
    expect(await archivedRows("forgetful")).toEqual([]);
    expect((await env.ROWS.list({ prefix: "main/forgetful/" })).objects).toEqual([]);
    await ask("PATCH", "/v1/models/forgetful", { archive: {} });
    const rows = makeRows(2, 10, startMs, HOUR_MS);
    await send("forgetful", "b", rows);
    expect((await archivedRows("forgetful")).sort(byId)).toEqual(present(rows));
    await ask("PATCH", "/v1/models/forgetful", { archive: null });
    await send("forgetful", "c", makeRows(3, 10, startMs, HOUR_MS));
    await ringAlarm("forgetful");
    await settle("forgetful");
    expect((await archivedRows("forgetful")).sort(byId)).toEqual(present(rows));
  });

  test("are those that were counted: refused rows are in no file", async () => {
    await createModel("strict", { archive: {} });
    const [good, bad] = makeRows(4, 2, startMs, HOUR_MS);
    const rows = [good, { ...bad, amount: "many", channel: "refused" }];
    const { body } = await call<Receipt>("POST", "/v1/models/strict/predictions", { batch_id: "m", rows });
    expect([body.accepted, body.rejected]).toEqual([1, 1]);
    expect(await archivedRows("strict")).toEqual(present([good]));
    const [key] = await keysOf("strict", "batches");
    const bytes = await (await env.ROWS.get(key))!.arrayBuffer();
    expect(new TextDecoder("latin1").decode(bytes)).not.toContain("refused");
  });

  test("cost one put a batch, and no row of the model's object beyond the batch's own", async () => {
    await createModel("thrifty", { archive: {} });
    const put = vi.spyOn(env.ROWS, "put");
    const object = await objectOf("thrifty");
    const content = { form: "json" as const, body: { rows: makeRows(1, 50, startMs) } };
    const batch = { content, bodyHash: "0".repeat(16), batchId: "one", deduplicated: true, version: null };
    await ingestPredictions(
      { name: object.name ?? "", files: env.ROWS },
      await targetOf("thrifty"),
      thePlans(),
      batch,
      Date.now(),
    );
    expect(put).toHaveBeenCalledTimes(1);
    await ringAlarm("thrifty");
    const kept = await runInDurableObject(object, (_: ModelObject, { storage }) =>
      storage.sql.exec("select * from archive_ledger").toArray(),
    );
    expect(kept).toEqual([]);
    expect(await archivedRows("thrifty")).toHaveLength(50);
  });

  test("are not counted when the archive does not take them", async () => {
    await createModel("unlucky", { archive: {} });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const object = await objectOf("unlucky");
    const files = { put: () => Promise.reject(new Error("the bucket is gone")) };
    const content = { form: "json" as const, body: { rows: makeRows(1, 5, startMs) } };
    const batch = { content, bodyHash: "0".repeat(16), batchId: "one", deduplicated: true, version: null };
    await expect(
      ingestPredictions(
        { name: object.name ?? "", files },
        await targetOf("unlucky"),
        thePlans(),
        batch,
        Date.now(),
      ),
    ).rejects.toMatchObject({ code: "unavailable" });
    expect((await ask<ModelDetail>("GET", "/v1/models/unlucky")).rows).toBe(0);
    expect((await send("unlucky", "one", makeRows(1, 5, startMs))).status).toBe(200);
    expect(await archivedRows("unlucky")).toHaveLength(5);
  });

  test("are told of later where the archive does not answer before the fold", async () => {
    await createModel("deaf", { archive: {} });
    await send("deaf", "a", makeRows(1, 5, startMs, HOUR_MS));
    const silence = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const object = await objectOf("deaf");
    await runInDurableObject(object, async (instance: ModelObject) => {
      const { env: own } = Object.assign(instance, {}) as unknown as { env: typeof env };
      const answers = own.ARCHIVE;
      Object.assign(own, {
        ARCHIVE: { getByName: () => ({ hear: () => Promise.reject(new Error("deaf")) }) },
      });
      await instance.alarm();
      Object.assign(own, { ARCHIVE: answers });
    });
    expect(silence).toHaveBeenCalled();
    expect(await archivedRows("deaf")).toHaveLength(5);
    await ask("POST", "/v1/sweep");
    const kept = await runInDurableObject(object, (_: ModelObject, { storage }) =>
      storage.sql.exec("select * from archive_ledger").toArray(),
    );
    expect(kept).toEqual([]);
  });
});

describe("the manifest", () => {
  // A month in no order makes every batch one of every hour: 700 of them would be too much for one row.
  test("names batches of very many hours in rows that can be stored", async () => {
    await createModel("shuffled", { archive: {} });
    const files = Array.from({ length: 700 }, (_, n) => ({
      ...{ bucket: 80_000, name: n.toString(16).padStart(48, "0"), bytes: 2_000_000, searched: 0 },
      hours: Array.from({ length: n % 2 === 0 ? 720 : 3 }, (__, hour) => ({
        hourMs: startMs + hour * HOUR_MS,
        rows: 20_000,
      })),
    }));
    await runInDurableObject(await archiveOf("shuffled"), (_: ArchiveObject, { storage }) => {
      const { sql } = new ArchiveStore(storage, schema);
      addPending(sql, files);
      expect([...pendingLots(sql)].flatMap((lot) => lot.files)).toEqual(files);
      const query = "select max(length(files)) as most, count(*) as lots from pending";
      const { most, lots } = sql.exec<{ most: number; lots: number }>(query).one();
      expect(most).toBeLessThan(limits.storedRowBytes / 4);
      expect(lots).toBeLessThan(20);
    });
  });
});

/** Rows that statements about the archive's own tables write while something happens. */
async function rowsWritten(id: string, work: () => Promise<void>): Promise<number> {
  let rows = 0;
  const spy = await runInDurableObject(await archiveOf(id), (_: ArchiveObject, { storage }) => {
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
    const { exec } = sql;
    return vi.spyOn(sql, "exec").mockImplementation(function (this: SqlStorage, query, ...bindings) {
      const cursor = exec.call(this, query, ...bindings);
      if (/^(insert|update|delete)[^(]* (archive|source|pending|hour|part|garbage|garbage_lot) /.test(query))
        rows += cursor.rowsWritten;
      return cursor as never;
    });
  });
  await work();
  spy.mockRestore();
  return rows;
}

describe("the bill", () => {
  test("of the archive grows with folds and hours, not with batches", async () => {
    await createModel("billed", { archive: {} });
    const billed = (hour: number, batches: number) =>
      rowsWritten("billed", async () => {
        const sent = Array.from({ length: batches }, (_, batch) =>
          send("billed", `${hour}-${batch}`, makeRows(batch, 2, startMs + hour * HOUR_MS, HOUR_MS)),
        );
        await Promise.all(sent);
        await ringAlarm("billed");
        await settle("billed");
        vi.useFakeTimers({ toFake: ["Date"] });
        vi.setSystemTime(Date.now() + HOUR_MS);
        await ringArchive("billed");
        vi.useRealTimers();
      });
    const few = await billed(0, 2);
    expect(few).toBeGreaterThan(5);
    // Some may be folded while others come.
    expect(await billed(1, 40)).toBeLessThan(few + 15);
    expect(await keysOf("billed", "batches")).toEqual([]);
  });
});

describe("compaction", () => {
  test("waits until an hour has ended and rests, and comes back for late rows and labels", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await createModel("patient", { archive: {} });
    const rows = makeRows(1, 40, startMs, 2 * HOUR_MS);
    await send("patient", "a", rows);
    const pass = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      await (await archiveOf("patient")).hearAll();
      await ringArchive("patient");
    };
    await ringAlarm("patient");
    await pass(10 * MINUTE_MS);
    expect(await states("patient")).toEqual([
      ["open", 20, 0],
      ["open", 20, 0],
    ]);
    await pass(6 * MINUTE_MS);
    // The watermark has passed the first hour only.
    expect(await states("patient")).toEqual([
      ["compacted", 20, 1],
      ["open", 20, 0],
    ]);
    const late = makeRows(2, 5, startMs, HOUR_MS);
    await send("patient", "late", late);
    const labels = rows.slice(0, 10).map(({ prediction_id: id }) => ({ prediction_id: id, label: true }));
    await ask("POST", "/v1/models/patient/labels", { batch_id: "l", rows: labels });
    await ringAlarm("patient");
    expect((await states("patient"))[0]).toEqual(["open", 25, 1]);
    expect((await archivedRows("patient")).sort(byId).map(({ prediction_id: id }) => id)).toEqual(
      present([...rows, ...late]).map(({ prediction_id: id }) => id),
    );
    await pass(16 * MINUTE_MS);
    expect((await states("patient"))[0]).toEqual(["compacted", 25, 1]);
    expect((await listed("patient")).hours[0].labelled).toBe(10);
    // The end of a replay is compacted when nothing came for long.
    await pass(7 * HOUR_MS);
    expect((await states("patient"))[1]).toEqual(["compacted", 20, 1]);
  });

  test("puts labels beside their rows, the last by label time, and writes nothing again that has not changed", async () => {
    await createModel("labelled", { archive: {} });
    const rows = makeRows(1, 20, startMs, HOUR_MS);
    await send("labelled", "a", rows);
    await settle("labelled");
    const label = (batch: string, index: number, value: boolean, timestamp: number, named: boolean) =>
      ask("POST", "/v1/models/labelled/labels", {
        batch_id: batch,
        rows: [
          {
            ...{ prediction_id: rows[index].prediction_id, label: value, timestamp },
            ...(named ? { prediction_timestamp: rows[index].timestamp } : {}),
          },
        ],
      });
    const seen = async () =>
      (await archivedRows("labelled", "?labelled=true"))
        .sort(byId)
        .map((row) => [row.label, row.label_timestamp]);
    await label("l1", 0, true, startMs + DAY_MS, true);
    expect(await seen()).toEqual([[true, startMs + DAY_MS]]);
    await settle("labelled");
    expect(await seen()).toEqual([[true, startMs + DAY_MS]]);
    const [key] = await keysOf("labelled", "hours").then((keys) => keys.slice(-1));
    // Known earlier: the label that is there stays.
    await label("l2", 0, false, startMs + HOUR_MS, true);
    await settle("labelled");
    expect(await seen()).toEqual([[true, startMs + DAY_MS]]);
    expect(await keysOf("labelled", "hours")).toContain(key);
    await label("l3", 0, false, startMs + 2 * DAY_MS, false);
    await ringAlarm("labelled");
    await settle("labelled");
    expect(await seen()).toEqual([[false, startMs + 2 * DAY_MS]]);
  });

  // Both: labels lie in the model's object, or in its shards.
  test.each([1, 2])(
    "finds labels that a fast replay left behind longer than they join: %i shards",
    async (shards) => {
      const id = `fast-${shards}`;
      const ring = () => ringAll(id, shards === 1 ? 0 : shards);
      await createModel(id, { archive: {}, shards });
      const rows = makeRows(1, 10, startMs, HOUR_MS);
      const labels = rows.map(({ prediction_id: of, timestamp }, n) => ({
        ...{ prediction_id: of, label: true, timestamp: startMs + DAY_MS },
        ...(n % 2 === 0 ? { prediction_timestamp: timestamp } : {}),
      }));
      await send(id, "a", rows);
      await ask("POST", `/v1/models/${id}/labels`, { batch_id: "l", rows: labels });
      await ring();
      // So many that every shard hears how late it is.
      for (let batch = 0; batch < 4; batch++)
        await send(id, `b-${batch}`, makeRows(2 + batch, 1, startMs + 40 * DAY_MS, HOUR_MS));
      await ring();
      const kept = async (table: string): Promise<unknown[]> => {
        const query = `select pane_ms from ${table} where pane_ms < ?`;
        const holders =
          shards === 1 ? [await objectOf(id)] : await Promise.all([0, 1].map((shard) => shardOf(id, shard)));
        const panes = holders.map((holder) =>
          runInDurableObject(holder, (_: unknown, { storage }) =>
            storage.sql.exec(query, startMs + DAY_MS).toArray(),
          ),
        );
        return (await Promise.all(panes)).flat();
      };
      expect(await kept("prediction_log")).toEqual([]);
      expect((await kept("label_log")).length).toBeGreaterThan(0);
      await settle(id);
      expect((await listed(id)).hours[0]).toMatchObject({ state: "compacted", rows: 10, labelled: 10 });
      // The archive has them: the next sweep lets them go.
      await ask("POST", "/v1/sweep");
      await ring();
      expect(await kept("label_log")).toEqual([]);
      expect(await archivedRows(id, "?labelled=true")).toHaveLength(10);
    },
  );

  test("leaves out no row of a damaged hour in silence, and keeps no other hour waiting", async () => {
    await createModel("damaged", { archive: {} });
    await send("damaged", "a", makeRows(1, 5, startMs, HOUR_MS));
    await send("damaged", "b", makeRows(2, 5, startMs + HOUR_MS, HOUR_MS));
    const [first] = await keysOf("damaged", "batches");
    const lost = (await env.ROWS.get(first))!;
    const bytes = await lost.arrayBuffer();
    await env.ROWS.put(first, bytes.slice(0, -8));
    const silence = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await settle("damaged");
    expect(silence).toHaveBeenCalled();
    expect((await states("damaged")).map(([state]) => state).sort()).toEqual(["compacted", "open"]);
    const open = (await listed("damaged")).hours.find(({ state }) => state === "open");
    const reply = await fetched(`/v1/models/damaged/archive/rows?from=${open?.fromMs}&to=${open?.toMs}`);
    expect([reply.status, (await reply.json<Problem>()).code]).toEqual([500, "archive_damaged"]);
    await env.ROWS.put(first, bytes);
    expect(await archivedRows("damaged")).toHaveLength(10);
  });
});

describe("a subject", () => {
  test("that is no feature is kept with the rows in every form, and counted nowhere", async () => {
    await createModel("subjects", { archive: { subject: "customer" } });
    const rows = makeRows(1, 3, startMs, HOUR_MS).map((row, n) => ({ ...row, customer: `c${n}` }));
    const path = "/v1/models/subjects/predictions";
    const { ignored } = await ask<Receipt>("POST", path, { batch_id: "json", columns: toColumns(rows) });
    expect(ignored).toEqual([]);
    const lines = makeRows(2, 3, startMs, HOUR_MS).map((row) => JSON.stringify({ ...row, customer: 7 }));
    await call("POST", `${path}?batch_id=lines`, lines.join("\n"), {
      "content-type": "application/x-ndjson",
    });
    const csv = `timestamp,amount,customer\n${startMs},5,c9\n`;
    await call("POST", `${path}?batch_id=csv`, csv, { "content-type": "text/csv" });
    const customers = (await archivedRows("subjects")).map(({ customer }) => customer).sort();
    expect(customers).toEqual(["7", "7", "7", "c0", "c1", "c2", "c9"]);
    const { body } = await call<Problem>("PATCH", "/v1/models/subjects", { archive: { subject: "channel" } });
    expect(body.code).toBe("invalid_body");
  });

  test("must be able to be one", async () => {
    for (const [subject, word] of [
      ["amount", "numeric"],
      ["prediction_id", "column of its own"],
      ["version", "column of its own"],
    ]) {
      const reply = await call<Problem>("POST", "/v1/models", {
        ...{
          id: "wrong",
          name: "Wrong",
          features: [{ name: "amount", type: "numeric" }],
          archive: { subject },
        },
      });
      expect(reply.body.issues?.[0]).toMatchObject({
        path: "archive.subject",
        message: expect.stringContaining(word),
      });
    }
  });
});

describe("retention", () => {
  test("forgets hours by the model's clock, compacted or not, with their files", async () => {
    await createModel("brief", { archive: { retentionMs: DAY_MS } });
    await send("brief", "old", makeRows(1, 10, startMs, HOUR_MS));
    await settle("brief");
    await send("brief", "late", makeRows(2, 10, startMs + HOUR_MS, HOUR_MS));
    await send("brief", "new", makeRows(3, 10, startMs + 2 * DAY_MS, HOUR_MS));
    expect(await archivedRows("brief")).toHaveLength(30);
    await settle("brief");
    expect((await listed("brief")).rows).toBe(10);
    expect(await archivedRows("brief")).toHaveLength(10);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + HOUR_MS);
    await ringArchive("brief");
    expect(
      [await keysOf("brief", "hours"), await keysOf("brief", "batches")].map(({ length }) => length),
    ).toEqual([1, 0]);
  });

  test("ends with the model: its rows are deleted, and one of the same id begins with none", async () => {
    await createModel("mortal", { archive: {} });
    await send("mortal", "a", makeRows(1, 10, startMs, HOUR_MS));
    await settle("mortal");
    await send("mortal", "b", makeRows(2, 10, startMs, HOUR_MS));
    await call("DELETE", "/v1/models/mortal");
    for (let rung = 0; rung < 3; rung++) await runDurableObjectAlarm(env.ARCHIVE.getByName("main/mortal"));
    expect((await env.ROWS.list({ prefix: "main/mortal/" })).objects).toEqual([]);
    await createModel("mortal", { archive: {} });
    expect(await archivedRows("mortal")).toEqual([]);
    const rows = makeRows(3, 10, startMs, HOUR_MS);
    await send("mortal", "a", rows);
    await ringAlarm("mortal");
    await settle("mortal");
    expect((await archivedRows("mortal")).sort(byId)).toEqual(present(rows));
  });
});
