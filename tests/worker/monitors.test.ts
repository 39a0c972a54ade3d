/** Monitors: segments, sliding and last rows, earlier windows as the reference; and references of past windows. */
import { describe, expect, test } from "vitest";
import { verifyCheck } from "#core/compare/verify.ts";
import type { CheckDetail, DriftHistory, ModelDetail, MonitorSeries, Performance } from "#core/domain/api.ts";
import { familyLevel } from "#core/domain/monitor.ts";
import type { Reference } from "#core/domain/reference.ts";
import { sha256 } from "../../worker/http/body.ts";
import { theKernel } from "../../worker/kernel.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  ringAlarm,
  send,
  startMs,
  toColumns,
} from "./model-scenario.ts";

const history = async (id: string, monitor: string) =>
  (await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history?monitor=${encodeURIComponent(monitor)}`))
    .checks;

const setMonitors = (id: string, monitors: unknown[]) =>
  ask("PUT", `/v1/models/${id}/drift/config`, { monitors });

/** Everything in a stored check comes out again from what the API gives beside it. */
async function expectVerified(id: string, check: string): Promise<CheckDetail> {
  const path = `/v1/models/${id}`;
  const detail = await ask<CheckDetail>("GET", `${path}/checks/${encodeURIComponent(check)}`);
  const { model, policy } = await ask<ModelDetail>("GET", path);
  const reference = await ask<Reference>("GET", `${path}/references/${detail.check.referenceId}`);
  const evidence = {
    ...detail,
    reference,
    policy,
    features: model.features,
    level: familyLevel(model, policy, false),
  };
  const text = (bytes: string) => sha256(new TextEncoder().encode(bytes));
  const { steps } = await verifyCheck(theKernel(), evidence, text);
  expect(steps.filter(({ same }) => !same)).toEqual([]);
  expect(steps.length).toBeGreaterThan(20);
  return detail;
}

describe("segments", () => {
  const segments = [{ name: "channel", field: "channel", values: ["web", "app"] }];

  test("are counted, checked and measured by themselves, whatever the split", async () => {
    const rows = makeRows(3, 900, startMs, 3 * DAY_MS);
    for (const row of rows)
      if (
        row.channel === "app" &&
        Number(row.timestamp) >= startMs + DAY_MS &&
        typeof row.amount === "number"
      )
        row.amount += 3;
    const labels = rows.map((row, index) => ({
      prediction_id: row.prediction_id,
      label: index % 3 === 0,
      prediction_timestamp: row.timestamp,
    }));
    const seen: unknown[] = [];
    for (const [id, order] of [
      ["cut-whole", [rows]],
      ["cut-split", [rows.slice(500), rows.slice(0, 200), rows.slice(200, 500)]],
    ] as const) {
      const reference = makeRows(1, 28 * 150, startMs - 28 * DAY_MS, 28 * DAY_MS);
      await ask("POST", "/v1/models", {
        id,
        name: id,
        clock: "replay",
        basePaneMs: HOUR_MS,
        features,
        segments,
      });
      const pushed = await ask<{ id: string; segment: string }>("POST", `/v1/models/${id}/references`, {
        columns: toColumns(reference),
      });
      expect(pushed.segment).toBe("");
      await ask("POST", `/v1/models/${id}/references/${pushed.id}/activate`, { from: startMs });
      for (const [index, batch] of order.entries()) await send(id, `b${index}`, batch);
      await ask("POST", `/v1/models/${id}/labels`, { batch_id: "l", rows: labels });
      await ringAlarm(id);
      const { series } = await ask<{ series: MonitorSeries[] }>("GET", `/v1/models/${id}/monitors`);
      expect(series.map(({ key }) => key)).toEqual([
        "default",
        "by-channel:channel=web",
        "by-channel:channel=app",
        "by-channel:channel=other",
      ]);
      const checks = await Promise.all(series.map(async ({ key }) => history(id, key)));
      expect(checks.map((list) => list.length)).toEqual([2, 2, 2, 2]);
      // Rows of the segments are the rows of all.
      for (const day of [0, 1])
        expect(checks[1][day].rows + checks[2][day].rows + checks[3][day].rows).toBe(checks[0][day].rows);
      const drifted = checks.map((list) => list[1].features.find(({ name }) => name === "amount")?.status);
      expect(drifted[2]).toBe("drift");
      expect(drifted[1]).not.toBe("drift");
      const app = await expectVerified(id, checks[2][1].id);
      const performance = await Promise.all(
        ["", "channel=web", "channel=app", "channel=other"].map(async (segment) =>
          ask<Performance>("GET", `/v1/models/${id}/performance?segment=${encodeURIComponent(segment)}`),
        ),
      );
      const labelled = performance.map(({ windows }) => windows.map((window) => window.labelled));
      expect(labelled[0]).toEqual([300, 300, 300]);
      for (const day of [0, 1, 2]) expect(labelled[1][day] + labelled[2][day] + labelled[3][day]).toBe(300);
      seen.push([app.counts, performance]);
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  test("by a version are those of the batches", async () => {
    const cut = [{ name: "version", field: "version", values: ["1", "2"] }];
    await ask("POST", "/v1/models", {
      id: "versions",
      name: "v",
      clock: "replay",
      basePaneMs: HOUR_MS,
      features,
      segments: cut,
    });
    const body = {
      columns: toColumns(makeRows(1, 28 * 100, startMs - 28 * DAY_MS, 28 * DAY_MS)),
      version: "1",
    };
    const { id } = await ask<{ id: string }>("POST", "/v1/models/versions/references", body);
    await ask("POST", `/v1/models/versions/references/${id}/activate`, { from: startMs });
    for (const [version, seed] of [
      ["1", 4],
      ["2", 5],
      ["3", 6],
    ] as const)
      await ask("POST", "/v1/models/versions/predictions", {
        batch_id: version,
        version,
        columns: toColumns(makeRows(seed, 100, startMs, 2 * DAY_MS)),
      });
    await ringAlarm("versions");
    expect((await history("versions", "default"))[0].rows).toBe(150);
    expect((await history("versions", "by-version:version=1"))[0].rows).toBe(50);
    // Version 2 has no rows in the reference: nothing to compare with, so no verdict.
    expect(await history("versions", "by-version:version=2")).toEqual([]);
  });
});

describe("windows", () => {
  test("slide, and hold what the panes under them hold", async () => {
    await createModel("sliding");
    await setMonitors("sliding", [
      { id: "default" },
      { id: "two-days", window: { kind: "sliding", sizeMs: 2 * DAY_MS, stepMs: 12 * HOUR_MS } },
    ]);
    await send("sliding", "a", makeRows(2, 400, startMs, 4 * DAY_MS));
    await ringAlarm("sliding");
    const checks = await history("sliding", "two-days");
    // The first windows begin before the first row.
    expect(checks.map(({ windowEndMs, rows }) => [(windowEndMs - startMs) / DAY_MS, rows])).toEqual([
      [0.5, 50],
      [1, 100],
      [1.5, 150],
      [2, 200],
      [2.5, 200],
      [3, 200],
      [3.5, 200],
    ]);
    await expectVerified("sliding", checks[4].id);
  });

  test("of the last rows reach back as far as those lie", async () => {
    await createModel("last");
    await setMonitors("last", [{ id: "last", window: { kind: "last-rows", rows: 120, stepMs: DAY_MS } }]);
    await send("last", "a", makeRows(2, 400, startMs, 4 * DAY_MS));
    await ringAlarm("last");
    const checks = await history("last", "last");
    expect(
      checks.map(({ windowStartMs, windowEndMs, rows }) => [
        (windowStartMs - startMs) / HOUR_MS,
        (windowEndMs - startMs) / DAY_MS,
        rows >= 120 || windowStartMs === startMs,
      ]),
    ).toMatchObject([
      [0, 1, true],
      [19, 2, true],
      [43, 3, true],
    ]);
  });

  test("that the model cannot keep are refused", async () => {
    await createModel("refusing");
    const body = { monitors: [{ id: "a", window: { kind: "tumbling", sizeMs: 90 * 60_000 } }] };
    const reply = await call<{ code: string; detail: string }>(
      "PUT",
      "/v1/models/refusing/drift/config",
      body,
    );
    expect([reply.status, reply.body.code]).toEqual([422, "policy_invalid"]);
    expect((await call("GET", "/v1/models/refusing/drift/history?monitor=no")).body).toMatchObject({
      checks: [],
    });
    expect(
      (await call<{ code: string }>("GET", "/v1/models/refusing/drift/detect?monitor=no")).body.code,
    ).toBe("monitor_not_found");
  });
});

describe("earlier windows", () => {
  test("are what a rolling, an expanding and a weekly monitor compare with, and their verdicts come out again", async () => {
    await createModel("earlier");
    await setMonitors("earlier", [
      { id: "default" },
      { id: "rolling", against: { kind: "rolling", lengthMs: 14 * DAY_MS } },
      { id: "expanding", against: { kind: "expanding" } },
      { id: "weekly", against: { kind: "same-hour", weeks: 2 } },
    ]);
    // From the tenth day on everything has moved: news to the reference, soon none to the days before.
    const rows = [
      ...makeRows(2, 2000, startMs, 10 * DAY_MS),
      ...makeRows(3, 5000, startMs + 10 * DAY_MS, 25 * DAY_MS, 2),
    ];
    await send("earlier", "a", rows.slice(0, 3500));
    await send("earlier", "b", rows.slice(3500));
    await ringAlarm("earlier", 60);
    const lastOf = async (monitor: string) => (await history("earlier", monitor)).at(-1)!;
    expect((await lastOf("default")).status).toBe("drift");
    const rolling = await lastOf("rolling");
    expect(rolling.status).not.toBe("drift");
    expect(rolling.against).toEqual({
      kind: "rolling",
      fromMs: startMs + 19 * DAY_MS,
      toMs: startMs + 33 * DAY_MS,
      periodMs: DAY_MS,
      windows: 14,
    });
    expect((await history("earlier", "rolling"))[10].status).toBe("drift");
    expect((await lastOf("expanding")).against?.windows).toBe(33);
    expect((await lastOf("weekly")).against).toMatchObject({ windows: 2, fromMs: startMs + 19 * DAY_MS });
    expect((await history("earlier", "rolling"))[0]).toMatchObject({
      status: "insufficient",
      reason: expect.stringContaining("no earlier windows") as string,
    });
    for (const monitor of ["rolling", "expanding", "weekly"]) {
      const { compared } = await expectVerified("earlier", (await lastOf(monitor)).id);
      expect(compared?.length).toBeGreaterThan(1);
    }
  });

  test("become a reference: their counts in the cells that they were counted in", async () => {
    await createModel("past");
    await send("past", "a", makeRows(2, 6000, startMs, 30 * DAY_MS, 1));
    await ringAlarm("past", 60);
    const body = (to: number) => ({ window: { from: startMs, to } });
    const made = await ask<{ id: string; rows: number; chunks: number }>(
      "POST",
      "/v1/models/past/references",
      body(startMs + 20 * DAY_MS),
    );
    expect(made).toMatchObject({ rows: 4000, chunks: 20 });
    await ask("POST", `/v1/models/past/references/${made.id}/activate`, { from: startMs + 30 * DAY_MS });
    await send("past", "b", makeRows(5, 600, startMs + 30 * DAY_MS, 3 * DAY_MS, 1));
    await ringAlarm("past", 60);
    const checks = await history("past", "default");
    expect(checks[20].features.find(({ name }) => name === "amount")?.status).toBe("drift");
    expect(checks.at(-1)!.referenceId).toBe(made.id);
    expect(checks.at(-1)!.features.find(({ name }) => name === "amount")?.status).not.toBe("drift");
    await expectVerified("past", checks.at(-1)!.id);
    const refused = async (window: object) =>
      (await call<{ code: string }>("POST", "/v1/models/past/references", { window })).body.code;
    expect(await refused({ from: startMs + 5, to: startMs + DAY_MS })).toBe("reference_invalid");
    expect(await refused({ from: startMs - 9 * DAY_MS, to: startMs })).toBe("reference_invalid");
    expect(await refused({ from: startMs, to: startMs + 32 * DAY_MS })).toBe("cells_differ");
  });
});

describe("labels", () => {
  test("that repeat their prediction are judged without one, once", async () => {
    await createModel("direct");
    const rows = Array.from({ length: 60 }, (_, index) => ({
      label: index % 2,
      score: index % 4 === 0 ? 0.2 : 0.8,
      approved: index % 4 !== 0,
      prediction_timestamp: startMs + index * 1000,
    }));
    for (let time = 0; time < 2; time++)
      await ask("POST", "/v1/models/direct/labels", { batch_id: "l", rows });
    await send("direct", "p", makeRows(1, 10, startMs + 3 * DAY_MS));
    await ringAlarm("direct");
    const { windows } = await ask<Performance>("GET", "/v1/models/direct/performance");
    expect(windows).toMatchObject([
      {
        predictions: 60,
        labelled: 60,
        realised: {
          confusion: [
            [15, 15],
            [0, 30],
          ],
        },
      },
    ]);
  });
});
