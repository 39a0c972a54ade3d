/** Quality from rows to verdicts, incidents and what verifies them. */
import { env, SELF } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { verifyCheck } from "#core/compare/verify.ts";
import type { CheckDetail, DriftHistory, Incidents, ModelDetail, Quality } from "#core/domain/api.ts";
import { familyLevel } from "#core/domain/monitor.ts";
import type { Reference } from "#core/domain/reference.ts";
import { sha256 } from "../../worker/http/body.ts";
import { theKernel } from "../../worker/kernel.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  ringAlarm,
  type Row,
  send,
  startMs,
} from "./model-scenario.ts";

const historyOf = async (id: string): Promise<DriftHistory["checks"]> =>
  (await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`)).checks;

/** The newest check, which comes out again bit for bit from what the API gives beside it. */
async function lastOf(id: string): Promise<CheckDetail> {
  await ringAlarm(id, 60);
  const path = `/v1/models/${id}`;
  const newest = (await historyOf(id)).at(-1)!;
  const detail = await ask<CheckDetail>("GET", `${path}/checks/${encodeURIComponent(newest.id)}`);
  const { model, policy } = await ask<ModelDetail>("GET", path);
  const reference = await ask<Reference>("GET", `${path}/references/${detail.check.referenceId}`);
  const { steps } = await verifyCheck(
    theKernel(),
    { ...detail, reference, policy, features: model.features, level: familyLevel(model, policy, false) },
    (text) => sha256(new TextEncoder().encode(text)),
  );
  expect(steps.filter(({ same }) => !same)).toEqual([]);
  return detail;
}

/** Closes the window before. */
const closing = (day: number): Row[] => makeRows(999, 1, startMs + day * DAY_MS + HOUR_MS, HOUR_MS);

describe("the number of rows", () => {
  test("is judged by the weeks before, opens an incident of its own, and asks for no retraining", async () => {
    await createModel("voluminous");
    const days = 31;
    const rows = Array.from({ length: days }, (_, day) =>
      makeRows(day + 1, day === days - 1 ? 60 : 150, startMs + day * DAY_MS),
    ).flat();
    await send("voluminous", "all", rows);
    await send("voluminous", "next", closing(days));
    const { check, quality } = await lastOf("voluminous");
    expect(check.quality.map(({ kind, status }) => [kind, status])).toEqual([["volume", "drift"]]);
    expect(check).toMatchObject({ status: "drift", worst: null, rows: 60 });
    expect(check.reason).toMatch(/^60 rows came; 1\d\d \(/);
    expect(quality).toMatchObject({ clock: "replay", season: 7, rows: 60, silentMs: 0 });
    expect(quality?.past.map(({ back, rows: before }) => [back, before])).toEqual(
      Array.from({ length: 30 }, (_, at) => [at + 1, 150]),
    );
    const before = (await historyOf("voluminous")).slice(0, -1);
    expect(before.filter(({ status }) => status === "drift")).toEqual([]);
    const { incidents } = await ask<Incidents>("GET", "/v1/incidents?model=voluminous");
    expect(incidents).toHaveLength(1);
    expect(incidents[0].entries[0].quality).toMatchObject([{ kind: "volume", status: "drift" }]);
    expect(incidents[0].entries[0].features).toEqual([]);
  }, 120_000);
});

describe("refused rows", () => {
  const good = makeRows(5, 200, startMs);
  const bad = makeRows(6, 8, startMs + 5 * HOUR_MS, HOUR_MS).map((row) => ({ ...row, amount: "much" }));

  test("of another type are drift of their feature; one batch more is a revision", async () => {
    await createModel("mixed");
    await call("POST", "/v1/models/mixed/predictions", { batch_id: "a", rows: [...good, ...bad] });
    await send("mixed", "next", closing(1));
    const first = await lastOf("mixed");
    expect(first.check).toMatchObject({ status: "drift", worst: "amount", revision: 1 });
    expect(first.check.features[0].verdict).toMatchObject({ kind: "type_mismatch", effect: 8 / 208 });
    expect(first.quality?.told).toMatchObject({ received: 208, mismatched: { amount: 8 } });
    // The whole window's share has nothing to be compared with yet.
    expect(first.check.quality.map(({ kind, status }) => [kind, status])).toEqual([
      ["volume", "insufficient"],
      ["refused", "insufficient"],
    ]);
    await call("POST", "/v1/models/mixed/predictions", { batch_id: "b", rows: bad });
    const second = await lastOf("mixed");
    expect(second.check).toMatchObject({ status: "drift", revision: 2, rows: 200 });
    expect(second.check.features[0].verdict).toMatchObject({ kind: "type_mismatch", effect: 16 / 216 });
    // The same refusal again is no news.
    await call("POST", "/v1/models/mixed/predictions", { batch_id: "b", rows: bad });
    expect((await lastOf("mixed")).check.revision).toBe(2);
  }, 120_000);

  test("of a column that comes as another type throughout leave no row, and a verdict all the same", async () => {
    await createModel("retyped");
    await send("retyped", "before", good);
    const words = makeRows(7, 200, startMs + DAY_MS).map((row) => ({ ...row, amount: String(row.amount) }));
    expect(
      (await call("POST", "/v1/models/retyped/predictions", { batch_id: "w", rows: words })).status,
    ).toBe(422);
    await send("retyped", "next", closing(2));
    const { check } = await lastOf("retyped");
    expect(check).toMatchObject({ rows: 0, status: "drift", worst: "amount" });
    expect(check.features.map(({ verdict }) => verdict.status)).toEqual([
      "drift",
      "insufficient",
      "insufficient",
      "insufficient",
    ]);
    expect(check.quality.find(({ kind }) => kind === "schema")).toMatchObject({
      ...{ subject: "amount", change: "retyped", status: "drift" },
    });
  }, 120_000);
});

test("predictions that come twice count for a window as often as they do, whatever the order", async () => {
  const duplicates: (number | undefined)[] = [];
  for (const order of [0, 1]) {
    const id = `twice-${order}`;
    await createModel(id);
    const rows = makeRows(5, 100, startMs);
    const batches = [rows, rows.slice(0, 30)];
    for (const [at, batch] of (order === 0 ? batches : batches.toReversed()).entries())
      await send(id, `${at}`, batch);
    await send(id, "next", closing(1));
    const { quality } = await lastOf(id);
    duplicates.push(quality?.told?.duplicates);
  }
  expect(duplicates).toEqual([30, 30]);
}, 120_000);

describe("quality over time", () => {
  test("is series of windows, of all rows and of each feature, in one shape; and a table", async () => {
    await createModel("series");
    const rows = Array.from({ length: 3 }, (_, day) => makeRows(day + 1, 80, startMs + day * DAY_MS)).flat();
    const words = rows.slice(85, 89).map((row) => ({ ...row, amount: "x" }));
    await call("POST", "/v1/models/series/predictions", { batch_id: "all", rows: [...rows, ...words] });
    await send("series", "next", closing(3));
    await ringAlarm("series");
    const { series } = await ask<Quality>("GET", "/v1/models/series/quality");
    const named = series.map(({ kind, subject, points }) => [kind, subject, points.length]);
    expect(named).toEqual(expect.arrayContaining([["volume", null, 3]]));
    for (const subject of ["amount", "channel", "score", "approved"])
      expect(named).toEqual(expect.arrayContaining([["missing", subject, 3]]));
    expect(named).toEqual(expect.arrayContaining([["out_of_range", "amount", 3]]));
    const typed = series.find(({ kind }) => kind === "type_mismatch");
    // The batch counts in the pane of its newest row: on the third day.
    expect(typed).toMatchObject({ subject: "amount", unit: "share" });
    expect(typed?.points).toMatchObject([
      { windowStartMs: startMs + 2 * DAY_MS, status: "drift", expected: 0 },
    ]);
    const volume = series[0];
    expect(
      volume.points.map(({ value, low, high, status }) => [value, low! < 80, high! > 80, status]),
    ).toEqual([0, 1, 2].map(() => [80, true, true, "insufficient"]));
    const missing = series.find(({ kind, subject }) => kind === "missing" && subject === "amount")!;
    const history = await historyOf("series");
    expect(missing.points.map(({ value }) => value)).toEqual(
      history.map(({ features }) => features[0].missing),
    );
    for (const { value, low, high } of missing.points) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }

    const only = await ask<Quality>("GET", "/v1/models/series/quality?kind=missing&subject=amount");
    expect(only.series).toEqual([missing]);
    const from = startMs + DAY_MS;
    const later = await ask<Quality>("GET", `/v1/models/series/quality?kind=volume&from=${from}`);
    expect(later.series[0].points).toHaveLength(2);

    const reply = await SELF.fetch(`http://127.0.0.1:4280/v1/export/quality?model=series`, {
      headers: { authorization: `Bearer ${env.MDT_OWNER_SECRET}`, accept: "text/csv" },
    });
    const [header, ...lines] = (await reply.text()).trim().split("\n");
    expect(header).toContain("kind,subject,change,value,unit,low,high,expected");
    expect(lines).toHaveLength(series.reduce((sum, { points }) => sum + points.length, 0));
  }, 120_000);
});
