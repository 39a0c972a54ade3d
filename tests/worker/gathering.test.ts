/** When batches are folded: as seldom as nothing hangs on it, and in time where something does. */
import { env, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { DriftHistory, FeatureWindows, Model, ModelUsage } from "#core/domain/api.ts";
import { Alarm } from "../../worker/objects/alarm.ts";
import { gather, gatherMs, type Gathering, gathersOn } from "../../worker/objects/model/gathering.ts";
import { pace } from "../../worker/objects/model/pace.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import {
  ask,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  objectOf,
  ringOnce,
  send,
  shardOf,
} from "./model-scenario.ts";

afterEach(() => {
  vi.useRealTimers();
});

const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const noon = todayMs + 12 * HOUR_MS;

const alarmOf = async (id: string): Promise<number | null> =>
  runInDurableObject(await objectOf(id), (_: ModelObject, { storage }) => storage.getAlarm());
const look = async (id: string, looked: boolean): Promise<unknown> => (await objectOf(id)).status(looked);
const usageOf = (id: string): Promise<ModelUsage> => ask<ModelUsage>("GET", `/v1/models/${id}/usage`);
const sendAt = (id: string, batch: string, atMs: number) => send(id, batch, makeRows(1, 5, atMs, MINUTE_MS));

/** A live model at noon, which has had its first fold, and whose list nobody looks at. */
async function settled(id: string): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: noon });
  await createModel(id, { clock: "wall", fromMs: todayMs, basePaneMs: MINUTE_MS });
  await sendAt(id, "first", noon - 2 * MINUTE_MS);
  // By hand an alarm would ring before its time, as if the clocks were apart.
  vi.setSystemTime(noon + 2 * MINUTE_MS);
  await ringOnce(id);
  vi.setSystemTime(noon);
}

describe("how long batches gather", () => {
  const gathering = fc.record({
    clock: fc.constantFrom("wall" as const, "replay" as const),
    windowMs: fc.integer({ min: 1000, max: 30 * DAY_MS }),
    backlog: fc.record({
      batches: fc.integer({ min: 1, max: 2 * pace.generationBatches }),
      bytes: fc.integer({ min: 0, max: 2 * pace.generationBytes }),
    }),
    ...{ labels: fc.boolean(), late: fc.boolean(), watched: fc.boolean() },
    ...{ pressing: fc.boolean(), sharded: fc.boolean() },
  });

  test("is bounded, and no longer where more hangs on it", () => {
    fc.assert(
      fc.property(gathering, (one: Gathering) => {
        const ms = gatherMs(one);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(
          Math.max(gather.promptMs[one.clock], Math.min(one.windowMs, gather.rowsMs)),
        );
        if (one.watched || one.pressing) expect(ms).toBeLessThanOrEqual(gather.promptMs[one.clock]);
        if (one.late)
          expect(ms).toBeLessThanOrEqual(Math.max(gather.lateMs[one.clock], gather.promptMs[one.clock]));
        const full = { batches: pace.generationBatches, bytes: 0 };
        expect(gatherMs({ ...one, backlog: full })).toBe(0);
        if (one.windowMs >= MINUTE_MS)
          for (const more of ["labels", "late", "watched", "pressing", "sharded"] as const)
            expect(gatherMs({ ...one, [more]: true })).toBeLessThanOrEqual(ms);
      }),
    );
  });
});

describe("batches that come alone", () => {
  test("write one row each until those of two hours are folded together, and are in every answer before", async () => {
    await settled("lone");
    const { rowsWritten: before } = await usageOf("lone");
    for (let minute = 0; minute < 40; minute++) {
      vi.setSystemTime(noon + minute * MINUTE_MS);
      expect((await sendAt("lone", `b${minute}`, noon + (minute - 1) * MINUTE_MS)).status).toBe(200);
    }
    const { rowsWritten, waiting } = await usageOf("lone");
    // And the alarm.
    expect([rowsWritten - before, waiting]).toEqual([41, 40]);
    expect(await alarmOf("lone")).toBe(noon + gather.rowsMs);
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/lone/windows?feature=amount");
    expect(windows.map(({ rows }) => rows)).toEqual([205]);
  });

  test("are folded when their window closes", async () => {
    await settled("closing");
    const lateMs = todayMs + DAY_MS - MINUTE_MS;
    vi.setSystemTime(lateMs);
    await sendAt("closing", "last", lateMs - MINUTE_MS);
    const rings = (await alarmOf("closing"))!;
    expect(rings).toBe(todayMs + DAY_MS + 10 * MINUTE_MS);
    vi.setSystemTime(rings);
    await ringOnce("closing");
    const { checks } = await ask<DriftHistory>("GET", "/v1/models/closing/drift/history");
    expect(checks.map(({ rows }) => rows)).toEqual([10]);
  });

  test("are folded soon where they change a window that has closed", async () => {
    await settled("revised");
    vi.setSystemTime(noon + DAY_MS);
    await ringOnce("revised");
    await sendAt("revised", "late", noon - MINUTE_MS);
    expect(await alarmOf("revised")).toBe(noon + DAY_MS + gather.lateMs.wall);
    vi.setSystemTime(noon + DAY_MS + gather.lateMs.wall);
    await ringOnce("revised");
    const { checks } = await ask<DriftHistory>("GET", "/v1/models/revised/drift/history");
    expect(checks.map(({ rows, revision }) => [rows, revision])).toEqual([[10, 2]]);
  });
});

describe("batches that fill a generation", () => {
  const times = { foldedAllMs: noon, nowMs: noon + gather.promptMs.wall };
  const calm = { clock: "wall", watched: false, pressing: false } as const;

  test("leave what comes behind them to gather, as long as nothing hangs on it", () => {
    expect(gathersOn(calm, times)).toBe(true);
    expect(gathersOn({ ...calm, watched: true }, times)).toBe(false);
    expect(gathersOn({ ...calm, pressing: true }, times)).toBe(false);
    expect(gathersOn(calm, { ...times, nowMs: noon + gather.lateMs.wall })).toBe(false);
    // Nothing is known, or the clock was set back.
    expect(gathersOn(calm, { ...times, foldedAllMs: null })).toBe(false);
    expect(gathersOn(calm, { ...times, nowMs: noon - 1 })).toBe(false);
  });

  test("are folded by themselves, and the others within a minute", async () => {
    await settled("full");
    const most = pace.generationBatches;
    for (let sent = 0; sent < most + 8; sent += 40)
      await Promise.all(Array.from({ length: 40 }, (_, at) => sendAt("full", `${sent + at}`, noon)));
    await ringOnce("full");
    const { waiting, folds } = await usageOf("full");
    expect(waiting).toBe(Math.ceil((most + 8) / 40) * 40 - most);
    expect(await alarmOf("full")).toBeLessThanOrEqual(noon + gather.lateMs.wall);
    vi.setSystemTime(noon + gather.lateMs.wall);
    await ringOnce("full");
    expect(await usageOf("full")).toMatchObject({ waiting: 0, folds: folds + 1 });
  });
});

describe("a model that somebody looks at", () => {
  test("is folded and told of within seconds, until nobody does", async () => {
    await settled("seen");
    await sendAt("seen", "a", noon - MINUTE_MS);
    expect(await alarmOf("seen")).toBe(noon + gather.rowsMs);
    await look("seen", true);
    expect(await alarmOf("seen")).toBe(noon + gather.promptMs.wall);
    // The page that looked had no connection within a minute.
    vi.setSystemTime(noon + 2 * MINUTE_MS);
    await ringOnce("seen");
    await sendAt("seen", "b", noon);
    expect((await alarmOf("seen"))! - Date.now()).toBe(gather.rowsMs);
    await look("seen", false);
    expect((await alarmOf("seen"))! - Date.now()).toBe(gather.rowsMs);
  });

  test("has what its shards took told within seconds, and otherwise within a minute", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: noon });
    await createModel("spread", { clock: "wall", fromMs: todayMs, shards: 2 });
    for (const batch of ["a", "b", "c", "d", "e", "f"]) await sendAt("spread", batch, noon - MINUTE_MS);
    const alarms = async (): Promise<(number | null)[]> =>
      Promise.all(
        [0, 1].map(async (shard) =>
          runInDurableObject(await shardOf("spread", shard), (_, { storage }) => storage.getAlarm()),
        ),
      );
    expect(await alarms()).toEqual([noon + gather.shardMs, noon + gather.shardMs]);
    await look("spread", true);
    expect(await alarms()).toEqual([noon + gather.promptMs.wall, noon + gather.promptMs.wall]);
  });

  test("costs a call of the organisation's object only then", async () => {
    await settled("quiet");
    const { organisation_id: organisation } = (await env.DB.prepare(
      "select organisation_id from models where id = 'quiet'",
    ).first<{ organisation_id: string }>())!;
    const hints = await runInDurableObject(env.ORGANISATION.getByName(organisation), (object) =>
      vi.spyOn(Object.getPrototypeOf(object) as typeof object, "hint"),
    );
    await sendAt("quiet", "a", noon - MINUTE_MS);
    await ringOnce("quiet");
    expect(hints).toHaveBeenCalledTimes(0);
    await look("quiet", true);
    await sendAt("quiet", "b", noon - MINUTE_MS);
    await ringOnce("quiet");
    expect(hints).toHaveBeenCalledTimes(1);
    hints.mockRestore();
  });
});

describe("changes of a model at one time", () => {
  test("are all kept, in the list and in the object", async () => {
    await createModel("shared");
    const changes = [
      { name: "Renamed" },
      { description: "Described" },
      { retention: { daysMs: 90 * DAY_MS } },
    ];
    await Promise.all(changes.map((change) => ask("PATCH", "/v1/models/shared", change)));
    const kept = { name: "Renamed", description: "Described", retention: { daysMs: 90 * DAY_MS } };
    const listed = await ask<{ model: Model }>("GET", "/v1/models/shared");
    expect(listed.model).toMatchObject(kept);
    const plan = await (await objectOf("shared")).foldingPlan();
    expect(plan).toMatchObject({ value: { model: kept } });
  });
});

describe("an alarm that rings before the object's clock says so", () => {
  test("is set again by as much later, and does not spin", async () => {
    let setMs: number | null = null;
    let sets = 0;
    const storage = {
      getAlarm: async () => setMs,
      setAlarm: async (timeMs: number) => {
        sets++;
        setMs = timeMs;
      },
    } as unknown as DurableObjectStorage;
    const alarm = new Alarm(storage);
    /** The platform's clock is ahead of the object's; a window closes at 100,000 by the object's. */
    const aheadMs = 5000;
    let platformMs = 0;
    await alarm.by(100_000);
    while (setMs !== null) {
      platformMs = Math.max(platformMs, setMs);
      const nowMs = platformMs - aheadMs;
      setMs = null;
      alarm.rang(nowMs, undefined);
      if (nowMs < 100_000) await alarm.by(100_000);
    }
    expect([sets, platformMs]).toEqual([2, 105_000]);
  });
});
