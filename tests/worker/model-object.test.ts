import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { DriftHistory, FeatureWindows, ModelDetail, Receipt } from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import { limits } from "#core/domain/limits.ts";
import { writeArchiveRecord, writeDelta } from "#core/domain/wire.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { insertBatch, listGenerations } from "../../worker/objects/model/deltas.ts";
import type { ExportPage } from "../../worker/objects/model/exports.ts";
import { nextAlarmMs, retryDelayMs, type Due } from "../../worker/objects/model/pace.ts";
import { unwrap } from "../../worker/objects/result.ts";
import {
  activateNewReference,
  ask,
  createModel,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  objectOf,
  paneSizesOf,
  pushReference,
  ringAlarm,
  ringOnce,
  send,
  startMs,
  type Row,
} from "./model-scenario.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Counts of every feature in every window: all that a fold decides. */
async function countsOf(id: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const { name } of features) {
    const { windows } = await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${name}`);
    all.push(windows.map(({ windowStartMs, rows, counts }) => ({ windowStartMs, rows, counts })));
  }
  return all;
}

describe("storing", () => {
  test("writes exactly one row for a batch", async () => {
    await createModel("frugal");
    await send("frugal", "first", makeRows(1, 50, startMs));
    const written = await runInDurableObject(await objectOf("frugal"), (_: ModelObject, { storage }) => {
      const generation = listGenerations(storage.sql).at(-1)!;
      return insertBatch(storage.sql, generation, {
        kind: "predictions",
        batchId: "second",
        sequence: 2,
        arrivedMs: Date.now(),
        bodyHash: "0".repeat(16),
        newestMs: startMs,
        receipt: {
          batchId: "second",
          deduplicated: true,
          accepted: 0,
          rejected: 0,
          errors: [],
          late: 0,
          ignored: [],
        },
        payload: writeDelta([]),
        archived: writeArchiveRecord({ kind: "labels", hours: [startMs] }),
      });
    });
    expect(written).toBe(1);
  });

  test("arms the alarm once for many batches", async () => {
    await createModel("calm");
    await send("calm", "a", makeRows(1, 5, startMs));
    const pending = async () =>
      runInDurableObject(await objectOf("calm"), (_: ModelObject, { storage }) => storage.getAlarm());
    const first = await pending();
    expect(first).not.toBeNull();
    for (const id of ["b", "c", "d"]) await send("calm", id, makeRows(1, 5, startMs));
    expect(await pending()).toBe(first);
  });

  test("never lets the watermark go back", async () => {
    await createModel("steady");
    const watermark = async () => (await ask<ModelDetail>("GET", "/v1/models/steady")).watermarkMs;
    await send("steady", "late", makeRows(1, 5, startMs + 5 * DAY_MS, HOUR_MS));
    const far = await watermark();
    await send("steady", "early", makeRows(2, 5, startMs, HOUR_MS));
    expect(await watermark()).toBe(far);
    await ringAlarm("steady");
    await abortAllDurableObjects();
    expect(await watermark()).toBe(far);
  });
});

describe("folding", () => {
  test("gives what one pass gives, whatever the split, the order and the repetitions", async () => {
    const rows = makeRows(11, 400, startMs, 3 * DAY_MS);
    await createModel("whole");
    await send("whole", "all", rows);
    await ringAlarm("whole");
    const expected = await countsOf("whole");
    let run = 0;
    const step = fc.record({ batch: fc.nat(), ring: fc.boolean(), lose: fc.nat(9).map((n) => n === 0) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(399), { minLength: 1, maxLength: 6 }),
        fc.array(step, { maxLength: 12 }),
        async (cuts, steps) => {
          const id = `split-${run++}`;
          await createModel(id);
          const bounds = [0, ...new Set(cuts.sort((a, b) => a - b)), 400];
          const batches = bounds
            .slice(1)
            .map((end, index) => rows.slice(bounds[index], end))
            .filter((batch) => batch.length > 0);
          for (const { batch, ring, lose } of steps) {
            await send(id, `b-${batch % batches.length}`, batches[batch % batches.length]);
            if (ring) await ringAlarm(id);
            if (lose) await abortAllDurableObjects();
          }
          for (const [index, batch] of batches.entries()) await send(id, `b-${index}`, batch);
          await ringAlarm(id);
          expect(await countsOf(id)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);

  test("loses nothing when the object is lost at any moment", async () => {
    await createModel("mortal");
    for (let batch = 0; batch < 6; batch++) {
      const { status } = await send("mortal", `b-${batch}`, makeRows(batch + 1, 20, startMs));
      expect(status).toBe(200);
      if (batch % 2 === 0) await abortAllDurableObjects();
      if (batch === 3) await ringAlarm("mortal");
    }
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/mortal/windows?feature=amount");
    expect(windows.map(({ rows }) => rows)).toEqual([120]);
  });

  test("is undone whole when it fails in the middle, and works when it is tried again", async () => {
    await createModel("shaken");
    await send("shaken", "a", makeRows(1, 30, startMs));
    const object = await objectOf("shaken");
    const run = (statement: string) =>
      runInDurableObject(object, (_: ModelObject, { storage }) => void storage.sql.exec(statement));
    // The receipts are remembered last: everything before them has to be undone.
    await run(
      "create trigger full before insert on receipts begin select raise(abort, 'the disk is full'); end",
    );
    const silence = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await runInDurableObject(object, (instance: ModelObject) => instance.alarm());
    expect(silence).toHaveBeenCalled();
    silence.mockRestore();
    await run("drop trigger full");
    await ringAlarm("shaken");
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/shaken/windows?feature=amount");
    expect(windows.map(({ rows }) => rows)).toEqual([30]);
  });

  test("rolls old panes up without changing a count, and forgets what is past its retention", async () => {
    // Long ago, because nothing can come from later than now.
    const early = startMs - 1000 * DAY_MS;
    await createModel("aged", { basePaneMs: MINUTE_MS, fromMs: early });
    await send("aged", "a", makeRows(1, 200, early, 2 * DAY_MS));
    await ringAlarm("aged");
    const before = await countsOf("aged");
    const panes = () => paneSizesOf("aged");
    expect(await panes()).toEqual([{ size: MINUTE_MS, n: 200 }]);
    await send("aged", "b", makeRows(2, 10, early + 10 * DAY_MS, HOUR_MS));
    await ringAlarm("aged");
    expect(await panes()).toEqual([
      { size: MINUTE_MS, n: 10 },
      { size: HOUR_MS, n: 48 },
    ]);
    await send("aged", "c", makeRows(3, 10, early + 100 * DAY_MS, HOUR_MS));
    await ringAlarm("aged", 60);
    expect((await panes()).find(({ size }) => size === DAY_MS)?.n).toBe(3);
    const after = (await countsOf("aged")) as { rows: number }[][];
    after.forEach((windows, index) =>
      expect(windows.filter(({ rows }) => rows > 0).slice(0, 2)).toEqual(
        (before[index] as unknown[]).slice(0, 2),
      ),
    );
    await send("aged", "d", makeRows(4, 10, early + 900 * DAY_MS, HOUR_MS));
    await ringAlarm("aged", 200);
    expect((await panes()).reduce((sum, { n }) => sum + n, 0)).toBe(10);
  }, 60_000);
});

describe("a reference activated in between", () => {
  test("makes Workers with the old list fold again", async () => {
    await createModel("moved");
    await send("moved", "a", makeRows(1, 20, startMs, HOUR_MS));
    const second = await activateNewReference("moved", startMs + 2 * DAY_MS, 2);
    // This isolate still holds the plan of before.
    const { body } = await send<Receipt>("moved", "b", makeRows(2, 20, startMs + 2 * DAY_MS, HOUR_MS));
    expect(body.accepted).toBe(20);
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/moved/windows?feature=amount");
    expect(windows.map(({ referenceId }) => referenceId === second)).toEqual([false, true]);
  });

  test("is answered `stale` at the object, which stores nothing", async () => {
    await createModel("stale");
    const object = await objectOf("stale");
    const reply = await object.ingest({
      kind: "predictions",
      batchId: "old",
      deduplicated: true,
      bodyHash: "0".repeat(16),
      planVersion: "0.0",
      accepted: 1,
      rejected: 0,
      errors: [],
      ignored: [],
      newestMs: startMs,
      windows: [],
      payload: new Uint8Array(8),
    });
    expect(reply.outcome).toBe("stale");
    expect((await ask<ModelDetail>("GET", "/v1/models/stale")).rows).toBe(0);
  });
});

describe("the clock", () => {
  test("wall: a window closes when wall time passes, though traffic stopped, and silence is insufficient", async () => {
    const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    vi.useFakeTimers({ toFake: ["Date"], now: todayMs + 10 * HOUR_MS });
    await createModel("live", { clock: "wall", fromMs: todayMs });
    await send("live", "a", makeRows(1, 300, todayMs, 10 * HOUR_MS));
    await ringOnce("live");
    const statuses = async () =>
      (await ask<DriftHistory>("GET", "/v1/models/live/drift/history")).checks.map(({ rows, status }) => [
        rows,
        status,
      ]);
    expect(await statuses()).toEqual([]);
    vi.setSystemTime(todayMs + DAY_MS + HOUR_MS);
    await ringOnce("live");
    expect(await statuses()).toEqual([[300, expect.any(String)]]);
    vi.setSystemTime(todayMs + 2 * DAY_MS + HOUR_MS);
    await ringOnce("live");
    expect(await statuses()).toEqual([
      [300, expect.any(String)],
      [0, "insufficient"],
    ]);
  });

  test("replay: an old watermark stays where it is however late the day", async () => {
    await createModel("old");
    await send("old", "a", makeRows(1, 300, startMs, DAY_MS));
    await ringAlarm("old");
    expect((await ask<DriftHistory>("GET", "/v1/models/old/drift/history")).checks).toEqual([]);
  });

  test("a leap over thousands of windows costs a bounded number of checks", async () => {
    await createModel("leap", { windowMs: HOUR_MS });
    await send("leap", "a", makeRows(1, 60, startMs, HOUR_MS));
    await send("leap", "b", makeRows(2, 1, Date.now() - DAY_MS, HOUR_MS));
    await ringAlarm("leap", 200);
    const { checks } = await ask<DriftHistory>("GET", "/v1/models/leap/drift/history");
    expect(checks.length).toBeLessThanOrEqual(limits.historyChecks + 1);

    // An export leaves out none of them: pages follow each other from the oldest on.
    const object = await objectOf("leap");
    const starts: number[] = [];
    for (let from: number | null = 0; from !== null;) {
      const { page, nextFromMs }: ExportPage<Check[]> = unwrap(
        await object.exportChecks(from, Number.MAX_SAFE_INTEGER),
      );
      starts.push(...page.map(({ windowStartMs }) => windowStartMs));
      from = nextFromMs;
    }
    const stored = await runInDurableObject(object, (_: ModelObject, { storage }) =>
      storage.sql.exec<{ windows: number }>('select count(*) as windows from "check"').one(),
    );
    expect(stored.windows).toBeGreaterThan(500);
    expect(starts.length).toBe(stored.windows);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  }, 60_000);
});

describe("what is due next", () => {
  const idle: Due = {
    nowMs: 1000,
    gatherMs: null,
    unfinished: false,
    intentMs: null,
    nextCloseMs: null,
    failures: 0,
  };
  test("nothing, and then whatever comes first", () => {
    expect(nextAlarmMs(idle)).toBeNull();
    expect(nextAlarmMs({ ...idle, gatherMs: 2000 })).toBe(3000);
    expect(nextAlarmMs({ ...idle, gatherMs: 2000, nextCloseMs: 1500 })).toBe(1500);
    expect(nextAlarmMs({ ...idle, intentMs: 10 })).toBe(1000);
    expect(nextAlarmMs({ ...idle, unfinished: true, failures: 3 })).toBe(1000 + retryDelayMs(2));
  });
  test("failures wait twice as long each time, and five minutes at most", () => {
    expect([0, 1, 2, 3].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000]);
    expect(retryDelayMs(100)).toBe(5 * MINUTE_MS);
  });
});

describe("an erased model", () => {
  test("is gone with its batches, and may be made anew", async () => {
    await createModel("brief");
    const rows: Row[] = makeRows(1, 10, startMs);
    await send("brief", "a", rows);
    await ask("DELETE", "/v1/models/brief");
    expect((await send("brief", "a", rows)).status).toBe(404);
    await createModel("brief");
    await pushReference("brief", 2);
    expect((await send<Receipt>("brief", "a", rows)).body.accepted).toBe(10);
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/brief/windows?feature=amount");
    expect(windows.map((window) => window.rows)).toEqual([10]);
  });
});
