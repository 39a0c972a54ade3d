import { beforeAll, describe, expect, test } from "vitest";
import type { CheckDetail, DriftHistory, ModelDetail, Receipt, ReferenceSummary } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Reference } from "#core/domain/reference.ts";
import { formsOf, post } from "./body-forms.ts";
import { ask, call, DAY_MS, HOUR_MS, ringAlarm, seeded, startMs } from "./model-scenario.ts";

const features = [
  { name: "age", type: "numeric" },
  { name: "plan", type: "categorical" },
  { name: "visits", type: "numeric" },
  { name: "score", type: "numeric", role: "score" },
];

type Row = Record<string, number | string | null>;

/** Attributions in fields of their own, of the sizes given; one row in ten has none. */
function makeRows(seed: number, count: number, fromMs: number, sizes: readonly number[]): Row[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index): Row => {
    const [age, visits] = [random() * 60, random() * 9];
    const signed = (size: number): number => Math.round((random() - 0.5) * 2 * size * 1e6) / 1e6;
    const attributed = index % 10 !== 0;
    return {
      prediction_id: `p-${seed}-${index}`,
      timestamp: fromMs + Math.floor((index * DAY_MS) / count),
      age,
      plan: random() < 0.6 ? "basic" : "pro",
      visits,
      score: Math.min(1, Math.max(0, age / 70 + visits / 100)),
      "attribution.age": attributed ? signed(sizes[0]) : null,
      "attribution.plan": attributed ? signed(sizes[1]) : null,
      "attribution.visits": attributed ? signed(sizes[2]) : null,
    };
  });
}

/** The same rows with their attributions as an object. */
const nested = (rows: readonly Row[]): unknown[] =>
  rows.map((row) => {
    const entries = Object.entries(row);
    const attributions = entries.filter(([name]) => name.startsWith("attribution."));
    return {
      ...Object.fromEntries(entries.filter(([name]) => !name.startsWith("attribution."))),
      attributions: Object.fromEntries(attributions.map(([name, value]) => [name.slice(12), value])),
    };
  });

const usual = [0.4, 0.2, 0.02];
const reference = Array.from({ length: 4 }, (_, day) =>
  makeRows(90 + day, 100, startMs - (4 - day) * DAY_MS, usual),
).flat();

async function createModel(id: string, extra: object = {}): Promise<string> {
  const declared = { id, name: id, clock: "replay", basePaneMs: HOUR_MS, features };
  await ask("POST", "/v1/models", declared);
  const path = `/v1/models/${id}/references`;
  const made = await ask<ReferenceSummary>("POST", path, { rows: nested(reference), ...extra });
  await ask("POST", `${path}/${made.id}/activate`, { from: startMs });
  return made.id;
}

async function checkOf(id: string): Promise<CheckDetail> {
  await ringAlarm(id);
  const { checks } = await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`);
  return ask<CheckDetail>("GET", `/v1/models/${id}/checks/${encodeURIComponent(checks[0].id)}`);
}

const later: Row = { ...makeRows(1, 1, startMs + 3 * DAY_MS, usual)[0] };

describe("attributions", () => {
  let expected: CheckDetail;
  const rows = makeRows(7, 200, startMs, usual);
  beforeAll(async () => {
    await createModel("explained");
    const receipt = await ask<Receipt>("POST", "/v1/models/explained/predictions", {
      rows: nested([...rows, later]),
    });
    expect([receipt.accepted, receipt.ignored]).toEqual([201, []]);
    expected = await checkOf("explained");
  });

  test("are counted, and held against the reference's", async () => {
    const { attribution } = expected.check;
    expect(attribution).toMatchObject({ status: "ok", bar: 0.9, rows: 180, ndcg: 1 });
    expect(attribution!.reason).toMatch(/no null of their own/);
    const [age, plan, visits] = attribution!.features;
    expect([age.name, plan.name, visits.name]).toEqual(["age", "plan", "visits"]);
    const mean = (name: string): number => {
      const sizes = rows.flatMap((row) => (row[name] === null ? [] : [Math.abs(row[name] as number)]));
      return sizes.reduce((sum, size) => sum + size) / sizes.length;
    };
    expect(age.current).toBeCloseTo(mean("attribution.age"), 5);
    expect(visits.current).toBeCloseTo(mean("attribution.visits"), 5);
  });

  test("are the same in every form, as columns and as fields", async () => {
    for (const [index, [form, type, body]] of formsOf([...rows, later]).entries()) {
      const id = `explained-${index}`;
      await createModel(id);
      const receipt = await post<Receipt>(`${id}/predictions`, type, body);
      expect([form, receipt.status, receipt.body.ignored]).toEqual([form, 200, []]);
      expect([form, (await checkOf(id)).check.attribution]).toEqual([form, expected.check.attribution]);
    }
    // As JSON, the quick way and as columns of objects.
    await createModel("explained-fields");
    await ask("POST", "/v1/models/explained-fields/predictions", { rows: [...rows, later] });
    expect((await checkOf("explained-fields")).check.attribution).toEqual(expected.check.attribution);
    await createModel("explained-columns");
    const columns = Object.fromEntries(
      ["timestamp", "age", "plan", "visits", "score"].map((name) => [
        name,
        [...rows, later].map((row) => row[name]),
      ]),
    );
    const attributions = nested([...rows, later]).map(
      (row) => (row as { attributions: object }).attributions,
    );
    await ask("POST", "/v1/models/explained-columns/predictions", { columns: { ...columns, attributions } });
    expect((await checkOf("explained-columns")).check.attribution).toEqual(expected.check.attribution);
  });

  test("in another order are drift of their own, beside the check and without an incident", async () => {
    await createModel("turned");
    await ask("POST", "/v1/models/turned/predictions", {
      rows: [...makeRows(8, 200, startMs, [0.02, 0.1, 0.5]), later],
    });
    const { check } = await checkOf("turned");
    expect(check.attribution).toMatchObject({ status: "drift", rows: 180 });
    expect(check.attribution!.ndcg).toBeLessThan(0.9);
    expect(check.status).not.toBe("drift");
    const { incidents } = await ask<{ incidents: unknown[] }>("GET", "/v1/incidents?model=turned");
    expect(incidents).toEqual([]);
  });

  test("of too few rows are no verdict, and none at all are none", async () => {
    await createModel("barely");
    const plain = rows.map((row, index) =>
      index < 30
        ? row
        : { ...row, "attribution.age": null, "attribution.plan": null, "attribution.visits": null },
    );
    await ask("POST", "/v1/models/barely/predictions", { rows: [...plain, later] });
    expect((await checkOf("barely")).check.attribution).toMatchObject({ status: "insufficient", rows: 27 });
    await createModel("silent");
    const silent = rows.map(({ timestamp, age, plan, visits, score }) => ({
      timestamp,
      age,
      plan,
      visits,
      score,
    }));
    await ask("POST", "/v1/models/silent/predictions", {
      rows: [...silent, { ...later, "attribution.age": null }],
    });
    expect((await checkOf("silent")).check).not.toHaveProperty("attribution");
  });

  test("that are no numbers refuse their row", async () => {
    await createModel("strange");
    const [row] = rows;
    const { body } = await call<Receipt>("POST", "/v1/models/strange/predictions", {
      rows: [
        row,
        { ...row, "attribution.age": "much" },
        { ...row, attributions: { visits: "no" }, "attribution.visits": undefined },
      ],
    });
    expect(body.accepted).toBe(1);
    expect(body.errors.map(({ row, field, code }) => [row, field, code])).toEqual([
      [1, "attribution.age", "type_mismatch"],
      [2, "attribution.visits", "type_mismatch"],
    ]);
  });

  test("do not share their names with features", async () => {
    for (const name of ["attribution.age", "attributions"]) {
      const declared = { id: "named", name: "named", features: [{ name, type: "numeric" }] };
      expect((await call<Problem>("POST", "/v1/models", declared)).status).toBe(400);
    }
  });
});

describe("importances", () => {
  test("are of a surrogate where nobody gives them, with how well it repeats the model", async () => {
    const id = await createModel("likened");
    const { importances } = await ask<ModelDetail>("GET", "/v1/models/likened");
    expect(importances).toMatchObject({ source: "surrogate", fidelity: { rows: 100 } });
    expect(importances!.fidelity!.rSquared).toBeGreaterThan(0.9);
    const [age, plan, visits] = importances!.features;
    expect(age.importance).toBeGreaterThan(0.8);
    expect(plan.importance).toBeLessThan(visits.importance);
    const stored = await ask<Reference>("GET", `/v1/models/likened/references/${id}`);
    expect(stored.importances).toEqual(importances);
  });

  test("come with the reference, and rank the features of a check", async () => {
    await createModel("told", { importances: { age: 1, plan: 5, visits: 0 } });
    await ask("POST", "/v1/models/told/predictions", { rows: [...makeRows(9, 200, startMs, usual), later] });
    const { ranking, importances, check } = await checkOf("told");
    expect(importances).toMatchObject({ source: "given", fidelity: null });
    expect(ranking.map(({ name }) => name).sort()).toEqual(check.features.map(({ name }) => name).sort());
    expect(ranking.map(({ score }) => score)).toEqual(
      ranking.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    expect(ranking.find(({ name }) => name === "visits")).toMatchObject({ importance: 0, score: 0 });
    // Nobody said how the model leans on its own score.
    expect(ranking.find(({ name }) => name === "score")).toMatchObject({ importance: null });
  });

  test("of a feature that the model does not have are refused", async () => {
    await ask("POST", "/v1/models", { id: "mistold", name: "mistold", features });
    const { status, body } = await call<Problem>("POST", "/v1/models/mistold/references", {
      rows: nested(reference),
      importances: { age: 1, agee: 2 },
    });
    expect([status, body.code]).toEqual([422, "reference_mismatch"]);
    expect(JSON.stringify(body)).toContain("agee");
  });
});
