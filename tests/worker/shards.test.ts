import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type {
  DriftHistory,
  FeatureWindows,
  Model,
  ModelDetail,
  Performance,
  Receipt,
} from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { holderOf } from "#core/domain/sharding.ts";
import { countDuplicates } from "../../worker/objects/model/logs.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import type { ShardObject } from "../../worker/objects/shard-object.ts";
import { post } from "./body-forms.ts";
import {
  activateNewReference,
  ask,
  call,
  createModel,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  objectOf,
  pushReference,
  ringAlarm,
  ringAll,
  ringOnce,
  send,
  shardOf,
  startMs,
  type Row,
} from "./model-scenario.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Four shards at most in these tests: each is an object to ring. */
const most = 4;
const grow = (id: string, shards: number): Promise<Model> => ask("PATCH", `/v1/models/${id}`, { shards });

/** All that counting and closing decide. */
async function storyOf(id: string): Promise<unknown> {
  const counted: unknown[] = [];
  for (const { name } of features) {
    const { windows } = await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${name}`);
    counted.push(windows.map(({ windowStartMs, rows, counts }) => ({ windowStartMs, rows, counts })));
  }
  const { checks } = await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`);
  const { rows, watermarkMs } = await ask<ModelDetail>("GET", `/v1/models/${id}`);
  const repeated = await runInDurableObject(await objectOf(id), (_: ModelObject, { storage }) =>
    countDuplicates(storage.sql, startMs, startMs + 3 * DAY_MS),
  );
  return {
    counted,
    checks: checks.map(({ windowEndMs, status }) => [windowEndMs, status]),
    rows,
    watermarkMs,
    repeated,
  };
}

const rows = makeRows(31, 300, startMs, 3 * DAY_MS);
const batches = Array.from({ length: 12 }, (_, index) => rows.slice(index * 25, (index + 1) * 25));
const sendBatch = (id: string, index: number) => send<Receipt>(id, `b-${index}`, batches[index]);

describe("a model with shards", () => {
  test("tells the same as one without, whatever the order, the repetitions, the losses and when it grew", async () => {
    await createModel("alone");
    for (const index of batches.keys()) await sendBatch("alone", index);
    await send("alone", "again", rows.slice(250, 280));
    await ringAlarm("alone");
    const expected = await storyOf("alone");
    let run = 0;
    const step = fc.record({
      batch: fc.nat(batches.length - 1),
      then: fc.constantFrom("send", "ring", "ring a shard", "lose", "grow", "look"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2),
        fc.array(step, { maxLength: 14 }),
        async (first: number, steps) => {
          const id = `parted-${run++}`;
          await createModel(id, { shards: first });
          let shards = first;
          for (const { batch, then } of steps) {
            expect((await sendBatch(id, batch)).status).toBe(200);
            if (then === "ring") await ringAll(id, shards === 1 ? 0 : shards);
            if (then === "ring a shard" && shards > 1)
              await runInDurableObject(await shardOf(id, batch % shards), (one: ShardObject) => one.alarm());
            if (then === "lose") await abortAllDurableObjects();
            if (then === "grow") await grow(id, (shards = Math.min(most, shards * 2)));
            if (then === "look") await ask("GET", `/v1/models/${id}/windows?feature=amount`);
          }
          for (const index of batches.keys()) await sendBatch(id, index);
          await send(id, "again", rows.slice(250, 280));
          await ringAll(id, most);
          expect(await storyOf(id)).toEqual(expected);
        },
      ),
      { numRuns: 3 },
    );
  }, 90_000);

  test("spreads its batches over all of them, and its own object takes none", async () => {
    await createModel("spread", { shards: 4 });
    for (const index of batches.keys()) await sendBatch("spread", index);
    const taken = async (shard: number): Promise<number> =>
      (await (await shardOf("spread", shard)).standing())!.rows;
    const expected = [0, 0, 0, 0];
    for (const index of batches.keys()) expected[holderOf(`b-${index}`, 4)!] += 25;
    expect(await Promise.all([0, 1, 2, 3].map(taken))).toEqual(expected);
    expect(expected.filter((rows) => rows > 0).length).toBeGreaterThan(2);
    const own = await runInDurableObject(await objectOf("spread"), (_: ModelObject, { storage }) =>
      storage.sql.exec("select name from sqlite_master where name = 'delta_2'").toArray(),
    );
    expect(own).toEqual([]);
  });

  test("counts rows and watermark of what no shard has handed over", async () => {
    await createModel("fresh", { shards: 2 });
    await sendBatch("fresh", 0);
    await sendBatch("fresh", 1);
    const { rows: counted, watermarkMs } = await ask<ModelDetail>("GET", "/v1/models/fresh");
    expect(counted).toBe(50);
    expect(watermarkMs).toBe(Number(rows[49].timestamp) - 600_000);
    await ringAll("fresh", 2);
    expect((await ask<ModelDetail>("GET", "/v1/models/fresh")).rows).toBe(50);
  });

  // A window that closes without them is checked again when they come: in the end nobody sees that its first verdict was of less.
  test("closes a window with what its shards have not handed over", async () => {
    await createModel("closing", { shards: 2 });
    for (const index of batches.keys()) await sendBatch("closing", index);
    // One tells how far event time has come; the other still holds rows of windows that have ended.
    await runInDurableObject(await shardOf("closing", holderOf("b-11", 2)!), (one: ShardObject) =>
      one.alarm(),
    );
    await ringOnce("closing");
    const { checks } = await ask<DriftHistory>("GET", "/v1/models/closing/drift/history");
    expect(checks.map(({ rows: counted, revision }) => [counted, revision])).toEqual([
      [100, 1],
      [100, 1],
    ]);
  });

  test("only grows, by doubling", async () => {
    await createModel("growing", { shards: 2 });
    const refused = await call<Problem>("PATCH", "/v1/models/growing", { shards: 1 });
    expect([refused.status, refused.body.code]).toEqual([422, "shards_invalid"]);
    expect((await call("PATCH", "/v1/models/growing", { shards: 3 })).status).toBe(400);
    expect((await call("PATCH", "/v1/models/growing", { shards: 64 })).status).toBe(400);
    expect((await grow("growing", 8)).shards).toBe(8);
  });

  test("is deleted with all its shards, and may be made anew", async () => {
    await createModel("gone", { shards: 2 });
    for (const index of batches.keys()) await sendBatch("gone", index);
    const shard = await shardOf("gone", 0);
    await ask("DELETE", "/v1/models/gone");
    expect((await sendBatch("gone", 0)).status).toBe(404);
    const tables = await runInDurableObject(shard, (_: ShardObject, { storage }) =>
      storage.sql.exec("select name from sqlite_master where name not like '\\_cf%' escape '\\'").toArray(),
    );
    expect(tables).toEqual([]);
    await createModel("gone", { shards: 2 });
    expect((await sendBatch("gone", 0)).body.accepted).toBe(25);
    expect((await ask<ModelDetail>("GET", "/v1/models/gone")).rows).toBe(25);
  });
});

describe("a batch id, after the model has grown", () => {
  test("is known by the shard that takes it now, for a day and longer", async () => {
    const nowMs = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: nowMs });
    await createModel("known");
    const first: Receipt[] = [];
    for (const index of batches.keys()) {
      if (index === 4) await grow("known", 2);
      if (index === 8) await grow("known", 8);
      if (index === 6) await ringAll("known", 2);
      first.push((await sendBatch("known", index)).body);
    }
    for (const laterMs of [0, 20 * HOUR_MS, 40 * HOUR_MS]) {
      vi.setSystemTime(nowMs + laterMs);
      for (const index of batches.keys()) {
        expect((await sendBatch("known", index)).body).toEqual(first[index]);
        const other = await send<Problem>("known", `b-${index}`, batches[(index + 1) % batches.length]);
        expect(other.body.code).toBe("batch_id_reused");
      }
    }
    expect((await ask<ModelDetail>("GET", "/v1/models/known")).rows).toBe(300);
  });

  test("joins the halves of an inference that came before and after", async () => {
    const at = new Date(startMs + HOUR_MS).toISOString();
    const log = async (model: string, id: string, part: "request" | "response") => {
      const body = part === "request" ? { instances: [[1.5, "web"]] } : { predictions: [0.25] };
      const type = `org.kubeflow.serving.inference.${part}`;
      const headers = {
        "ce-id": id,
        "ce-specversion": "1.0",
        "ce-time": at,
        "ce-source": "x",
        "ce-type": type,
      };
      return (
        await post<Receipt & { waitingFor?: string }>(
          `${model}/predictions`,
          "application/json",
          JSON.stringify(body),
          headers,
        )
      ).body;
    };
    await createModel("halved");
    const ids = ["a", "b", "c", "d"];
    for (const id of ids) expect((await log("halved", id, "request")).waitingFor).toBe("response");
    await grow("halved", 4);
    expect((await log("halved", "a", "request")).waitingFor).toBe("response");
    for (const id of ids) expect((await log("halved", id, "response")).accepted).toBe(1);
    for (const id of ids) expect((await log("halved", id, "request")).accepted).toBe(1);
    expect(await ask("GET", "/v1/models/halved/predictions/halves")).toEqual({ waiting: 0, unjoined: 0 });
    expect((await ask<ModelDetail>("GET", "/v1/models/halved")).rows).toBe(4);
  });
});

describe("a change of the plan", () => {
  test("reaches every shard: what was folded before is folded again", async () => {
    await createModel("moved", { shards: 2 });
    await sendBatch("moved", 0);
    await sendBatch("moved", 1);
    const second = await activateNewReference("moved", startMs + DAY_MS, 2);
    for (const index of batches.keys()) await sendBatch("moved", index);
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/moved/windows?feature=amount");
    expect(windows.map(({ referenceId, rows: counted }) => [referenceId === second, counted])).toEqual([
      [false, 100],
      [true, 100],
      [true, 100],
    ]);
  });

  test("tells shards how long the model keeps what they have", async () => {
    await createModel("kept", { shards: 2 });
    const retention = { daysMs: 100 * DAY_MS };
    await ask("PATCH", "/v1/models/kept", { retention, shards: 4 });
    for (const shard of [0, 1, 2, 3]) {
      const known = await runInDurableObject(await shardOf("kept", shard), (_: ShardObject, { storage }) =>
        storage.sql.exec("select model ->> '$.retention.daysMs' as days from state").one(),
      );
      expect(known.days).toBe(retention.daysMs);
    }
    expect((await sendBatch("kept", 0)).body.accepted).toBe(25);
  });

  test("counts what shards hold before it refuses to change cells that have rows", async () => {
    await createModel("firm", { shards: 2 });
    for (const index of batches.keys()) await sendBatch("firm", index);
    const other = await pushReference("firm", 2);
    const refused = await call<Problem>("POST", `/v1/models/firm/references/${other}/activate`, {
      from: startMs,
    });
    expect([refused.status, refused.body.code]).toEqual([422, "activation_invalid"]);
    expect(refused.body.detail).toContain(String(startMs + 3 * DAY_MS));
    expect((await send<Receipt>("firm", "more", makeRows(3, 5, startMs, HOUR_MS))).body.accepted).toBe(5);
  });

  test.each(["begun", "told to one shard"])(
    "that was only %s when the object was lost is finished",
    async (until) => {
      const id = `cut-${until.length}`;
      await createModel(id, { shards: 2 });
      await sendBatch(id, 0);
      await runInDurableObject(await objectOf(id), (_: ModelObject, { storage }) => {
        storage.sql.exec("update state set plan_pending = plan_version + 1");
        storage.sql.exec(
          "insert into epoch (plan_version, shards, from_ms) select plan_pending, 4, 0 from state",
        );
      });
      if (until !== "begun")
        await runInDurableObject(await shardOf(id, 1), (_: ShardObject, { storage }) =>
          storage.sql.exec("update state set plan_version = plan_version + 1"),
        );
      await abortAllDurableObjects();
      for (const index of batches.keys()) expect((await sendBatch(id, index)).status).toBe(200);
      await ask("POST", "/v1/sweep");
      const standing = await Promise.all(
        [0, 1, 2, 3].map(async (shard) => (await shardOf(id, shard)).standing()),
      );
      expect(standing.every((one) => one !== null)).toBe(true);
      expect((await ask<ModelDetail>("GET", `/v1/models/${id}`)).rows).toBe(300);
    },
  );
});

describe("labels of a model with shards", () => {
  interface Label {
    prediction_id: string;
    label: boolean;
    timestamp: number;
    prediction_timestamp?: number;
    score?: unknown;
    approved?: unknown;
  }
  const labels = rows.map((row: Row, index): Label => {
    const label = (row.score as number) > ((index * 37) % 100) / 100;
    const timed = { timestamp: Number(row.timestamp) + DAY_MS, prediction_timestamp: Number(row.timestamp) };
    return { prediction_id: row.prediction_id!, label, ...timed };
  });
  const sendLabels = (id: string, batchId: string, some: readonly Label[]): Promise<Receipt> =>
    ask("POST", `/v1/models/${id}/labels`, { batch_id: batchId, rows: some });
  const measured = async (id: string) =>
    (await ask<Performance>("GET", `/v1/models/${id}/performance`)).windows;

  let expected: unknown;
  beforeAll(async () => {
    await createModel("judged");
    for (const index of batches.keys()) await sendBatch("judged", index);
    // The same again in another batch: the first counts, whichever shard the second comes to.
    await send("judged", "again", rows.slice(0, 40));
    await sendLabels("judged", "labels", labels.slice(0, 200));
    await ringAlarm("judged");
    expected = await measured("judged");
  });

  test("give the same performance in any order, twice, late, from any shard", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...labels.slice(0, 200).keys()], { minLength: 200 }),
        fc.array(fc.constantFrom("rows", "again", "labels", "ring", "grow", "lose"), { maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        async (order, steps, placed) => {
          const id = `judged-${run++}`;
          await createModel(id, { shards: 2 });
          const parts = [0, 1, 2, 3].map((part) =>
            order.slice(part * 50, (part + 1) * 50).map((index) => ({
              ...labels[index],
              prediction_timestamp: placed[part] ? labels[index].prediction_timestamp : undefined,
            })),
          );
          const act: Record<string, () => Promise<unknown>> = {
            rows: async () => {
              for (const index of batches.keys()) await sendBatch(id, index);
            },
            again: () => send(id, "again", rows.slice(0, 40)),
            labels: async () => {
              for (const [part, some] of parts.entries()) await sendLabels(id, `labels-${part}`, some);
            },
            ring: () => ringAll(id, most),
            grow: () => grow(id, most),
            lose: () => abortAllDurableObjects(),
          };
          for (const step of [...steps, "labels", "again", "rows", "ring"]) await act[step]();
          expect(await measured(id)).toEqual(expected);
        },
      ),
      { numRuns: 3 },
    );
  }, 90_000);

  test("wait for predictions that come later, in another shard or after growing", async () => {
    await createModel("patient", { shards: 2 });
    await sendLabels(
      "patient",
      "early",
      labels.slice(0, 200).map((label) => ({ ...label, prediction_timestamp: undefined })),
    );
    await ringAll("patient", most);
    expect(await measured("patient")).toEqual([]);
    for (const index of batches.keys()) {
      await sendBatch("patient", index);
      if (index === 5) await grow("patient", 4);
      if (index % 3 === 0) await ringAll("patient", most);
    }
    await send("patient", "again", rows.slice(0, 40));
    await ringAll("patient", most);
    expect(await measured("patient")).toEqual(expected);
  });
});
