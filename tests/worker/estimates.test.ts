/** Performance estimated before labels come, and where a check's change comes from. */
import { beforeAll, describe, expect, test } from "vitest";
import type { DriftHistory, Performance } from "#core/domain/api.ts";
import type { CheckAttribution } from "#core/domain/check-attribution.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Feature } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import { createFolder } from "#core/domain/window.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";
import { theKernel } from "../../worker/kernel.ts";
import {
  ask,
  call,
  DAY_MS,
  HOUR_MS,
  ringAlarm,
  ringAll,
  seeded,
  startMs,
  toColumns,
} from "./model-scenario.ts";

interface Known {
  prediction_id: string;
  timestamp: number;
  age: number;
  score: number;
  region: string;
  label: boolean;
}

/** Scores are calibrated; a narrow day has them around one half, where the model is least sure. */
function dayOf(seed: number, fromMs: number, { narrow = false, count = 150 } = {}): Known[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const region = index % 3 === 0 ? "emea" : "apac";
    const score = narrow && region === "emea" ? 0.4 + 0.2 * random() : random();
    return {
      ...{ prediction_id: `d-${seed}-${index}`, age: 20 + 50 * score + 5 * random(), score, region },
      timestamp: fromMs + Math.floor((index * DAY_MS) / count),
      label: random() < score,
    };
  });
}

const features: Feature[] = [
  { name: "age", type: "numeric", role: "feature" },
  { name: "score", type: "numeric", role: "score" },
  { name: "region", type: "categorical", role: "feature" },
];
const segments = [{ name: "region", field: "region", values: ["emea", "apac"] }];
const known = Array.from({ length: 28 }, (_, day) => dayOf(500 + day, startMs - (28 - day) * DAY_MS)).flat();
const days = [dayOf(1, startMs), dayOf(2, startMs + DAY_MS, { narrow: true })];
const after = dayOf(3, startMs + 2 * DAY_MS, { count: 1 });

async function create(id: string, more: object = {}): Promise<string> {
  await ask("POST", "/v1/models", {
    ...{ id, name: id, clock: "replay", basePaneMs: HOUR_MS, latenessMs: 0, features, segments },
    ...more,
  });
  const path = `/v1/models/${id}/references`;
  const columns = toColumns(known.map(({ prediction_id: _, ...row }) => row));
  const reference = await ask<{ id: string }>("POST", path, { columns });
  await ask("POST", `${path}/${reference.id}/activate`, { from: startMs });
  return reference.id;
}

async function predict(id: string, batch: string, rows: readonly Known[]): Promise<void> {
  const columns = toColumns(rows.map(({ label: _, ...row }) => row));
  await ask("POST", `/v1/models/${id}/predictions`, { batch_id: batch, columns });
}

async function label(id: string, batch: string, rows: readonly Known[]): Promise<void> {
  await ask("POST", `/v1/models/${id}/labels`, {
    batch_id: batch,
    rows: rows.map(({ prediction_id, timestamp, label: truth }) => ({
      ...{ prediction_id, label: truth, timestamp: timestamp + HOUR_MS, prediction_timestamp: timestamp },
    })),
  });
}

const performanceOf = (id: string, segment = ""): Promise<Performance> =>
  ask("GET", `/v1/models/${id}/performance${segment && `?segment=${encodeURIComponent(segment)}`}`);

describe("before labels come", () => {
  let referenceId: string;
  beforeAll(async () => {
    referenceId = await create("foretold");
    for (const [day, rows] of [...days, after].entries()) await predict("foretold", `day-${day}`, rows);
    await ringAlarm("foretold", 20);
  });

  test("closed windows and their segments are estimated, with the sentence that belongs to it", async () => {
    const { windows } = await performanceOf("foretold");
    expect(windows.map(({ windowStartMs }) => windowStartMs)).toEqual([startMs, startMs + DAY_MS]);
    const [usual, narrow] = windows;
    expect(usual).toMatchObject({ predictions: 150, labelled: 0, coverage: 0, realised: null, check: null });
    expect(usual.estimated).toMatchObject({ referenceId, rows: 150, error: null });
    expect(usual.estimated!.assumption).toMatch(/no concept drift/);
    // What calibrated scores say of themselves: right with max(score, 1 − score).
    const sure = days[0].reduce((sum, { score }) => sum + Math.max(score, 1 - score), 0) / 150;
    expect(Math.abs(usual.estimated!.metrics.accuracy!.value - sure)).toBeLessThan(0.03);
    expect(usual.estimated!.verdict.status).toBe("ok");
    expect(narrow.estimated!.metrics.rocAuc!.value).toBeLessThan(
      usual.estimated!.metrics.rocAuc!.value - 0.03,
    );
    const [emea] = (await performanceOf("foretold", "region=emea")).windows.slice(1);
    expect(emea.estimated).toMatchObject({ rows: 50, verdict: { status: "drift" } });
    expect(emea.estimated!.verdict.reason).toMatch(/^Performance is probably worse: /);
    const { incidents } = await ask<{ incidents: { kind?: string }[] }>(
      "GET",
      "/v1/incidents?model=foretold",
    );
    expect(incidents.filter(({ kind }) => kind === "performance")).toEqual([]);
  });

  test("labels leave the estimate as it was and tell its error", async () => {
    const before = (await performanceOf("foretold")).windows[0].estimated!;
    // The last first, and one of them twice.
    await label("foretold", "labels-2", days[0].slice(70));
    await label("foretold", "labels-1", days[0].slice(0, 71));
    await ringAlarm("foretold", 20);
    const [{ estimated, realised, coverage }] = (await performanceOf("foretold")).windows;
    expect(coverage).toBe(1);
    const { error, ...foretold } = estimated!;
    expect({ ...foretold, error: null }).toEqual(before);
    expect(error!.accuracy).toBe(before.metrics.accuracy!.value - realised!.metrics.accuracy!.value);
    expect(Object.keys(error!)).toEqual(Object.keys(before.metrics));
  });

  test("late rows, in any order and twice, end in the same numbers", async () => {
    const { windows } = await performanceOf("foretold");
    await create("foretold-late");
    await predict("foretold-late", "half", days[0].slice(75));
    await predict("foretold-late", "after", after);
    await label("foretold-late", "labels", days[0]);
    await ringAlarm("foretold-late", 20);
    const [half] = (await performanceOf("foretold-late")).windows;
    expect([half.estimated!.rows, half.labelled]).toEqual([75, 75]);
    for (const batch of ["rest", "rest"]) await predict("foretold-late", batch, days[0].slice(0, 75));
    await predict("foretold-late", "next", days[1]);
    await ringAlarm("foretold-late", 20);
    const again = (await performanceOf("foretold-late")).windows;
    expect(again.map(({ estimated }) => estimated)).toEqual(windows.map(({ estimated }) => estimated));
    expect(again[0].realised).toEqual(windows[0].realised);
  });

  test("rows and labels that went to different shards give the same numbers", async () => {
    const { windows } = await performanceOf("foretold");
    await create("foretold-shards", { shards: 2 });
    for (const [at, rows] of [days[0].slice(0, 50), days[0].slice(50), days[1], after].entries())
      await predict("foretold-shards", `part-${at}`, rows);
    await label("foretold-shards", "labels", days[0]);
    await ringAll("foretold-shards", 2);
    const bare = (of: Performance["windows"]) => of.map(({ check: _, ...window }) => window);
    expect(bare((await performanceOf("foretold-shards")).windows)).toEqual(bare(windows));
  });

  test("rows that were counted where they arose are estimated too", async () => {
    await create("foretold-counted");
    const reference = await ask<Reference>("GET", `/v1/models/foretold-counted/references/${referenceId}`);
    const rows = days[0].filter(({ timestamp }) => timestamp < startMs + HOUR_MS);
    const bare = rows.map(({ label: _, prediction_id: __, ...row }) => row);
    const { columns } = parsePredictionRows(features, { rows: bare }, { nowMs: Infinity, oldestMs: 0 });
    const counts = [...createFolder(theKernel(), reference).fold(columns)];
    await ask("POST", "/v1/models/foretold-counted/profiles", {
      ...{ batch_id: "counted", reference: referenceId },
      panes: [{ start: startMs, rows: rows.length, counts }],
    });
    await predict("foretold-counted", "after", after);
    await ringAlarm("foretold-counted", 20);
    const [window] = (await performanceOf("foretold-counted")).windows;
    expect(window).toMatchObject({ predictions: 0, coverage: null, realised: null });
    expect(window.estimated!.rows).toBe(rows.length);
  });
});

describe("where a check's change comes from", () => {
  const attributionOf = async (id: string, day: number): Promise<CheckAttribution> => {
    const { checks } = await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`);
    return ask("GET", `/v1/models/${id}/checks/${encodeURIComponent(checks[day].id)}/attribution`);
  };

  test("is told by feature, by cell and by segment", async () => {
    const { features: ranked, segments: parts, importances } = await attributionOf("foretold", 1);
    expect(importances).toMatchObject({ source: "surrogate" });
    expect(ranked.map(({ score }) => score)).toEqual(
      ranked.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    const score = ranked.find(({ name }) => name === "score")!;
    expect(score.divergence).toBeGreaterThan(0);
    // Scores of the narrow day lie between 0.4 and 0.6: the cells there gain.
    const [largest] = score.cells;
    expect(largest.current).toBeGreaterThan(largest.reference);
    expect([largest.lower! > 0.35, largest.upper! < 0.65]).toEqual([true, true]);
    expect(score.cells.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
    expect(parts.map(({ segment }) => segment)).toEqual(["region=emea", "region=apac"]);
    const [emea, apac] = parts;
    expect([emea.rows, emea.current, apac.rows]).toEqual([50, 50 / 150, 100]);
    expect(emea.reference).toBeCloseTo(1 / 3, 6);
    expect(emea.share! + apac.share!).toBeCloseTo(1, 12);
    expect(emea.share).toBeGreaterThan(0.6);
  });

  test("of a check that is not there is a problem", async () => {
    const { status, body } = await call<Problem>("GET", "/v1/models/foretold/checks/none/attribution");
    expect([status, body.code]).toEqual([404, "check_not_found"]);
  });
});
