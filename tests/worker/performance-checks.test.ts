import { beforeAll, describe, expect, test } from "vitest";
import { verifyPerformanceCheck } from "#core/compare/verify-performance.ts";
import type {
  ModelDetail,
  Performance,
  PerformanceCheckDetail,
  PerformanceChecks,
} from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Incident } from "#core/domain/incident.ts";
import { familyLevel } from "#core/domain/monitor.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import type { Reference } from "#core/domain/reference.ts";
import { sha256 } from "../../worker/http/body.ts";
import { theKernel } from "../../worker/kernel.ts";
import { ask, call, DAY_MS, HOUR_MS, ringAlarm, seeded, startMs, toColumns } from "./model-scenario.ts";

interface Judged {
  prediction_id: string;
  timestamp: number;
  score: number;
  approved: boolean;
  region: string;
  label: boolean;
}

/** A day's rows, with their labels: as the scores say, or by a coin. */
function dayOf(seed: number, fromMs: number, { coin = false, count = 150 } = {}): Judged[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const score = random();
    const chance = random();
    return {
      prediction_id: `d-${seed}-${index}`,
      timestamp: fromMs + Math.floor((index * DAY_MS) / count),
      score,
      approved: score >= 0.5,
      region: index % 3 === 0 ? "emea" : "apac",
      label: coin ? chance < 0.5 : chance < score,
    };
  });
}

const known = Array.from({ length: 28 }, (_, day) => dayOf(1000 + day, startMs - (28 - day) * DAY_MS)).flat();
let profile: unknown;

async function create(id: string, more: Record<string, unknown> = {}): Promise<void> {
  await ask("POST", "/v1/models", {
    ...{ id, name: id, clock: "replay", basePaneMs: HOUR_MS, latenessMs: 0 },
    features: [
      { name: "score", type: "numeric", role: "score" },
      { name: "approved", type: "boolean", role: "prediction" },
      { name: "region", type: "categorical" },
    ],
    ...more,
  });
  const path = `/v1/models/${id}/references`;
  const columns = toColumns(known.map(({ prediction_id: _, ...row }) => row));
  const body = profile !== undefined && more.segments === undefined ? { profile } : { columns };
  const reference = await ask<{ id: string }>("POST", path, body);
  if (more.segments === undefined) profile ??= await ask("GET", `${path}/${reference.id}`);
  await ask("POST", `${path}/${reference.id}/activate`, { from: startMs });
}

async function predict(id: string, batch: string, rows: readonly Judged[]): Promise<void> {
  const columns = toColumns(rows.map(({ label: _, ...row }) => row));
  await ask("POST", `/v1/models/${id}/predictions`, { batch_id: batch, columns });
}

async function label(id: string, batch: string, rows: readonly Judged[], laterMs = 0): Promise<void> {
  await ask("POST", `/v1/models/${id}/labels`, {
    batch_id: batch,
    rows: rows.map(({ prediction_id, timestamp, label: truth }) => ({
      ...{ prediction_id, label: truth },
      ...{ timestamp: timestamp + HOUR_MS + laterMs, prediction_timestamp: timestamp },
    })),
  });
  await ringAlarm(id);
}

/** Predictions of some days, closed by one row of the next. */
async function predictDays(id: string, days: Judged[][]): Promise<void> {
  for (const [day, rows] of days.entries()) await predict(id, `day-${day}`, rows);
  const afterMs = startMs + days.length * DAY_MS;
  await predict(id, "after", dayOf(9, afterMs, { count: 1 }));
  await ringAlarm(id);
}

const checksOf = async (id: string, query = ""): Promise<PerformanceCheck[]> =>
  (await ask<PerformanceChecks>("GET", `/v1/models/${id}/performance/checks${query}`)).checks;

const incidentsOf = async (id: string): Promise<Incident[]> =>
  (await ask<{ incidents: Incident[] }>("GET", `/v1/incidents?model=${id}`)).incidents.filter(
    ({ kind }) => kind === "performance",
  );

const at = (day: number) => startMs + day * DAY_MS;

describe("a window's performance", () => {
  test("is judged when its labels are known: at each look once, and never on what they say", async () => {
    await create("looked");
    const days = [dayOf(1, at(0)), dayOf(2, at(1))];
    await predictDays("looked", days);
    const [first, second] = days;
    await label("looked", "first", first);
    await label("looked", "some", second.slice(0, 60));
    expect((await checksOf("looked")).map(({ windowStartMs }) => windowStartMs)).toEqual([at(0)]);
    await label("looked", "half", second.slice(0, 80));
    await label("looked", "more", second.slice(0, 100));
    const [all, half] = await checksOf("looked");
    expect([all.look, half.look]).toEqual([
      { reached: 3, before: 0, of: 3 },
      { reached: 1, before: 0, of: 3 },
    ]);
    // 100 labels are no further look: the check is of 80.
    expect([half.rows, half.predictions, half.revision]).toEqual([80, 150, 1]);
    expect(half.family.level.drift).toBeCloseTo(all.family.level.drift / 3, 15);
    // One drift series and one of performance share the month.
    expect(all.family.level.drift).toBeCloseTo(0.1 / 60, 15);
    await label("looked", "rest", second);
    await label("looked", "rest again", second);
    const last = (await checksOf("looked"))[1];
    expect([last.look, last.revision, last.rows]).toEqual([{ reached: 3, before: 1, of: 3 }, 2, 150]);
    expect([all.status, last.status]).toEqual(["ok", "ok"]);
  });

  test("is judged a last time when no more labels can come", async () => {
    await create("settling");
    await predictDays("settling", [dayOf(1, at(0))]);
    await label("settling", "few", dayOf(1, at(0)).slice(0, 60));
    expect(await checksOf("settling")).toEqual([]);
    await predict("settling", "much later", dayOf(8, at(32), { count: 1 }));
    await ringAlarm("settling");
    const [check] = await checksOf("settling");
    expect([check.rows, check.look]).toEqual([60, { reached: 3, before: 0, of: 3 }]);
  });

  test("that is still open waits, though all its labels are known", async () => {
    await create("open");
    const rows = dayOf(1, at(0));
    await predict("open", "rows", rows);
    await label("open", "labels", rows);
    expect(await checksOf("open")).toEqual([]);
    await predict("open", "next", dayOf(2, at(1), { count: 1 }));
    await ringAlarm("open");
    expect((await checksOf("open")).map(({ rows: labelled }) => labelled)).toEqual([150]);
  });
});

describe("a model that is worse", () => {
  const days = [0, 1, 2, 3].map((day) => dayOf(day, at(day), { coin: day === 1 }));
  beforeAll(async () => {
    await create("worse");
    await predictDays("worse", days);
    for (const [day, rows] of days.slice(0, 2).entries()) await label("worse", `day-${day}`, rows);
  });

  test("opens an incident of its own kind, and its check is shown beside the window", async () => {
    const [incident] = await incidentsOf("worse");
    expect(incident).toMatchObject({
      ...{ kind: "performance", monitor: "performance", state: "open", fromMs: at(1), toMs: at(2) },
      entries: [{ status: "drift", features: [{ name: "rocAuc", status: "drift", effectName: "drop" }, {}] }],
    });
    const { windows } = await ask<Performance>("GET", "/v1/models/worse/performance");
    // The other windows have no labels yet.
    expect(windows.map(({ labelled }) => labelled > 0)).toEqual([true, true, false, false]);
    expect(windows.map(({ check }) => check?.status)).toEqual(["ok", "drift", undefined, undefined]);
    expect(windows[1].check?.reason).toContain("Performance is worse: ROC-AUC, balanced accuracy");
  });

  test("has a check that comes out again, bit for bit, from what the API gives", async () => {
    const [, { id }] = await checksOf("worse");
    const path = "/v1/models/worse";
    const { check } = await ask<PerformanceCheckDetail>("GET", `${path}/checks/${encodeURIComponent(id)}`);
    const reference = await ask<Reference>("GET", `${path}/references/${check.referenceId}`);
    const { model, policy } = await ask<ModelDetail>("GET", path);
    const evidence = { check, reference, policy, level: familyLevel(model, policy, true) };
    const text = (bytes: string) => sha256(new TextEncoder().encode(bytes));
    const { steps } = await verifyPerformanceCheck(theKernel(), evidence, text);
    expect(steps.filter(({ same }) => !same)).toEqual([]);
    expect(steps.length).toBeGreaterThan(40);
    const none = await call<Problem>("GET", `${path}/checks/${encodeURIComponent(id.replace(/1$/, "7"))}`);
    expect([none.status, none.body.code]).toEqual([404, "check_not_found"]);
  });

  test("is better again: later labels correct the window, and the incident is told of once", async () => {
    // The labels of day 1 were wrong.
    const right = dayOf(1, at(1));
    await label("worse", "corrected", right, DAY_MS);
    const corrected = (await checksOf("worse"))[1];
    expect([corrected.status, corrected.revision]).toEqual(["ok", 2]);
    const [open] = await incidentsOf("worse");
    expect([open.state, open.entries.map(({ revision }) => revision)]).toEqual(["open", [2]]);
    await label("worse", "day-2", days[2]);
    const incidents = await incidentsOf("worse");
    expect(incidents.map(({ state, resolvedBy }) => [state, resolvedBy])).toEqual([["resolved", "windows"]]);
  });
});

describe("performance by segment", () => {
  test("is judged against the segment's own reference, under its own key", async () => {
    await create("cut", { segments: [{ name: "region", field: "region", values: ["emea", "apac"] }] });
    // Only in apac a coin decides.
    const [good, bad] = [dayOf(1, at(0), { count: 400 }), dayOf(1, at(0), { count: 400, coin: true })];
    const rows = good.map((row, index) => (row.region === "apac" ? bad[index] : row));
    await predictDays("cut", [rows]);
    await label("cut", "labels", rows);
    const statusOf = async (segment: string) =>
      (await checksOf("cut", `?segment=${encodeURIComponent(segment)}`)).map(({ monitor, status }) => [
        monitor,
        status,
      ]);
    expect(await statusOf("region=apac")).toEqual([["performance:region=apac", "drift"]]);
    expect(await statusOf("region=emea")).toEqual([["performance:region=emea", "ok"]]);
    expect((await incidentsOf("cut")).map(({ monitor }) => monitor)).toContain("performance:region=apac");
  });
});

describe("a policy of performance", () => {
  test("says what decides, or that nothing does", async () => {
    await create("decided");
    const put = (performance: unknown) =>
      call<Problem>("PUT", "/v1/models/decided/drift/config", { performance });
    expect((await put({ metrics: { mae: {} } })).body).toMatchObject({
      code: "policy_invalid",
      detail: "mae is no metric of a binary model.",
    });
    expect((await put({ metrics: { mce: {} } })).body.detail).toContain("cannot decide");
    expect((await put({ looks: [0.9, 0.5] })).status).toBe(400);
    expect((await put({ metrics: { recall: { gate: { warning: 0.01, drift: 0.02 } } } })).status).toBe(200);
    const rows = dayOf(1, at(0));
    await predictDays("decided", [rows]);
    await label("decided", "labels", rows);
    const [check] = await checksOf("decided");
    expect(check.metrics.map(({ name, gate }) => [name, gate.drift])).toEqual([["recall", 0.02]]);
    await put({ judged: false });
    await label("decided", "again", dayOf(1, at(0), { coin: true }), DAY_MS);
    expect(await checksOf("decided")).toEqual([check]);
  });

  test("leaves its name to it", async () => {
    await create("named");
    const monitors = [{ id: "performance" }];
    const reply = await call<Problem>("PUT", "/v1/models/named/drift/config", { monitors });
    expect(reply.body.code).toBe("policy_invalid");
  });
});
