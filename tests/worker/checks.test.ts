import { abortAllDurableObjects, env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { CheckDetail, DriftHistory, FeatureWindows, Incidents, ModelDetail } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Policy } from "#core/domain/policy.ts";
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
} from "./model-scenario.ts";

const history = async (id: string): Promise<DriftHistory["checks"]> =>
  (await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`)).checks;

/** Sends whole days, one batch each, and one row past the last so that it closes. */
async function sendDays(id: string, shifts: number[]): Promise<void> {
  for (const [day, shift] of shifts.entries())
    await send(id, `day-${day}`, makeRows(100 + day, 400, startMs + day * DAY_MS, DAY_MS, shift));
  await send(id, "closing", makeRows(99, 1, startMs + shifts.length * DAY_MS + HOUR_MS, HOUR_MS));
}

describe("a window that closes", () => {
  test("is checked once, and drift is told from calm", async () => {
    await createModel("watched");
    await sendDays("watched", [0, 0, 2]);
    await ringAlarm("watched");
    const checks = await history("watched");
    expect(
      checks.map(({ windowStartMs, revision, rows, complete }) => [windowStartMs, revision, rows, complete]),
    ).toEqual([0, 1, 2].map((day) => [startMs + day * DAY_MS, 1, 400, true]));
    expect(checks.map(({ status }) => status === "drift")).toEqual([false, false, true]);
    expect(checks[2].worst).toBe("amount");
    const detail = await ask<ModelDetail>("GET", "/v1/models/watched");
    expect(detail.status).toBe("drift");
    expect(detail.recent.map(({ status }) => status)).toEqual(checks.map(({ status }) => status));
  });

  test("reaches D1 and the incidents, exactly once however often the object is lost", async () => {
    await createModel("told");
    await sendDays("told", [2]);
    await ringAlarm("told");
    await abortAllDurableObjects();
    await ringAlarm("told");
    const [{ stored }] = (
      await env.DB.prepare("select count(*) as stored from checks where model_id = 'told'").all<{
        stored: number;
      }>()
    ).results;
    expect(stored).toBe(1);
    const { incidents } = await ask<Incidents>("GET", "/v1/incidents?model=told");
    expect(incidents.length).toBe(1);
    expect(incidents[0].entries.map(({ checkId }) => checkId)).toEqual([(await history("told"))[0].id]);
  });

  test("is told of later when D1 does not answer", async () => {
    await createModel("patient");
    await env.DB.prepare("alter table checks rename to checks_away").run();
    const silence = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await sendDays("patient", [2]);
    for (let ring = 0; ring < 3; ring++) await ringAlarm("patient", 3).catch(() => undefined);
    expect((await history("patient")).length).toBe(1);
    expect((await ask<Incidents>("GET", "/v1/incidents?model=patient")).incidents).toEqual([]);
    silence.mockRestore();
    await env.DB.prepare("alter table checks_away rename to checks").run();
    // The backoff is over when the clock says so.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });
    await ringAlarm("patient");
    vi.useRealTimers();
    expect((await ask<Incidents>("GET", "/v1/incidents?model=patient")).incidents.length).toBe(1);
  });

  test("is revised when late rows change its counts, and only then", async () => {
    await createModel("revised");
    await sendDays("revised", [0, 0]);
    await ringAlarm("revised");
    await send("revised", "late", makeRows(7, 50, startMs, DAY_MS));
    await ringAlarm("revised");
    // The same batch again changes nothing.
    await send("revised", "late", makeRows(7, 50, startMs, DAY_MS));
    await ringAlarm("revised");
    const checks = await history("revised");
    expect(checks.map(({ revision, rows }) => [revision, rows])).toEqual([
      [2, 450],
      [1, 400],
    ]);
    const first = await ask<CheckDetail>(
      "GET",
      `/v1/models/revised/checks/${checks[0].id.replace(/2$/, "1")}`,
    );
    expect(first.check.rows).toBe(400);
  });
});

describe("a check", () => {
  test("comes with the counts it was made of", async () => {
    await createModel("open");
    await sendDays("open", [0]);
    await ringAlarm("open");
    const [{ id, referenceId }] = await history("open");
    const { check, counts } = await ask<CheckDetail>("GET", `/v1/models/open/checks/${id}`);
    expect([check.id, check.referenceId, check.rows]).toEqual([id, referenceId, 400]);
    const { windows } = await ask<FeatureWindows>("GET", "/v1/models/open/windows?feature=amount");
    expect(counts.slice(0, windows[0].counts.length)).toEqual(windows[0].counts);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400 * check.features.length);
  });

  test("is a 404 under an id that there is not", async () => {
    await createModel("empty");
    for (const id of ["nonsense", `empty~default~${startMs + DAY_MS}~1`, `other~default~${startMs}~x`]) {
      const { status, body } = await call<Problem>("GET", `/v1/models/empty/checks/${id}`);
      expect([status, body.code]).toEqual([404, "check_not_found"]);
    }
  });

  test("of the open window is made on demand, and stored nowhere", async () => {
    await createModel("now");
    await send("now", "a", makeRows(1, 300, startMs, 12 * HOUR_MS, 2));
    const { check } = await ask<CheckDetail>("GET", "/v1/models/now/drift/detect");
    expect([check.complete, check.rows, check.windowStartMs]).toEqual([false, 300, startMs]);
    await ringAlarm("now");
    expect(await history("now")).toEqual([]);
  });
});

describe("the policy", () => {
  test("is versioned, and a version is kept by the check it decided", async () => {
    await createModel("policed");
    type Config = { version: number; policy: Policy };
    const first = await ask<Config>("GET", "/v1/models/policed/drift/config");
    expect([first.version, first.policy.minimumRows]).toEqual([1, 50]);
    const changed = await ask<Config>("PUT", "/v1/models/policed/drift/config", { minimumRows: 1000 });
    expect(changed.version).toBe(2);
    expect((await ask<Config>("PUT", "/v1/models/policed/drift/config", { minimumRows: 1000 })).version).toBe(
      2,
    );
    await sendDays("policed", [3]);
    await ringAlarm("policed");
    const [check] = await history("policed");
    expect([check.configVersion, check.status]).toEqual([2, "insufficient"]);
  });

  test("that makes no sense is refused", async () => {
    const { status, body } = await call<Problem>("PUT", "/v1/models/policed/drift/config", {
      minimumRows: 0,
    });
    expect([status, body.code]).toEqual([400, "invalid_body"]);
  });
});
