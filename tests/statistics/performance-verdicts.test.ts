/** Verdicts on performance: what they find, what they leave alone, and that they come out again. */
import { describe, expect, it } from "vitest";
import { verifyPerformanceCheck } from "#core/compare/verify-performance.ts";
import type { Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import { outcomesOfRows } from "#core/domain/outcomes.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import { Policy } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { predictValue } from "#core/nulls/chunk-values.ts";
import { measurePerformance } from "#core/performance.ts";
import { judgePerformance, measuredFor } from "#core/performance/judge.ts";
import { scaleOf } from "#core/performance/scale.ts";
import { metricsOf } from "#core/domain/performance-metrics.ts";
import { buildReference } from "#core/reference/build.ts";

import { Draws, feature, kernel, sha256 } from "./synthetic.ts";

const features: Feature[] = [
  { ...feature("score", "numeric"), role: "score" },
  { ...feature("answer", "boolean"), role: "prediction" },
];
const model = { task: "binary" as const, classes: [], features, costs: undefined, quantile: 0.5 };
const startMs = Date.UTC(2026, 0, 1);
const windowMs = DAY_MS;

/** Scores are calibrated; `blur` mixes labels with coins, `day` moves the log odds of a whole day. */
function rowsOf(draws: Draws, count: number, fromMs: number, days: number, blur = 0, dayEffect = 0) {
  const [scores, labels, times] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const effects = Array.from({ length: days }, () => dayEffect * draws.normal());
  for (let row = 0; row < count; row++) {
    const odds = 1.5 * draws.normal() - 0.5;
    const day = Math.floor((row * days) / count);
    scores[row] = 1 / (1 + Math.exp(-odds));
    const truth = 1 / (1 + Math.exp(-(odds * (1 + effects[day]))));
    labels[row] = draws.uniform() < (draws.uniform() < blur ? 0.5 : truth) ? 1 : 0;
    times[row] = fromMs + (row * days * DAY_MS) / count;
  }
  const columns: Columns = {
    rows: count,
    timesMs: times,
    columns: new Map([
      ["score", { kind: "numeric" as const, values: scores }],
      [
        "answer",
        {
          kind: "categorical" as const,
          codes: Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
          dictionary: ["false", "true"],
        },
      ],
    ]),
  };
  return { columns, labels };
}

async function referenceOf(draws: Draws, days = 28, perDay = 500, dayEffect = 0): Promise<Reference> {
  const { columns, labels } = rowsOf(draws, days * perDay, startMs - days * DAY_MS, days, 0, dayEffect);
  return buildReference(
    kernel,
    { features, columns, labels, task: "binary", periodMs: windowMs, seed: 1 },
    sha256,
  );
}

const level = { warning: 0.03, drift: 0.003 };

function judge(
  reference: Reference,
  rows: ReturnType<typeof rowsOf>,
  policy = Policy.parse({}),
): PerformanceCheck {
  const { outcomes } = outcomesOfRows(model, rows.columns, rows.labels);
  const realised = measurePerformance(kernel, outcomes, model);
  return judgePerformance(kernel, {
    ...{ reference, policy, modelId: "m", monitor: "performance", windowMs, level },
    ...{ windowStartMs: startMs, windowEndMs: startMs + DAY_MS, revision: 1, configVersion: 1 },
    ...{ predictions: outcomes.rows, look: { reached: 3, before: 0, of: 3 } },
    ...measuredFor(reference, { labelled: outcomes.rows, realised }),
  });
}

describe("a verdict on performance", () => {
  const draws = new Draws(5);

  it("finds a model that is worse, and says by how much", async () => {
    const reference = await referenceOf(draws);
    expect(reference.performance?.chunks?.labelled).toEqual(Array.from({ length: 28 }, () => 500));
    const calm = judge(reference, rowsOf(draws, 500, startMs, 1));
    expect(calm).toMatchObject({ status: "ok", worst: null, rows: 500, family: { size: 2, level } });
    expect(calm.metrics.map(({ name }) => name)).toEqual(["rocAuc", "balancedAccuracy"]);
    for (const { detectable, gate, pChunk, marks } of calm.metrics) {
      expect(detectable).toBeGreaterThanOrEqual(gate.warning);
      expect(pChunk).not.toBeNull();
      expect(marks).not.toContain("assumes-independent-rows");
    }
    const worse = judge(reference, rowsOf(draws, 500, startMs, 1, 0.6));
    expect(worse.status).toBe("drift");
    expect(worse.metrics[0].effect).toBeGreaterThan(worse.metrics[0].gate.drift);
    expect(worse.metrics[0].reason).toMatch(/^ROC-AUC fell from 0\.\d+ to 0\.\d+, by 0\.\d+/);
    expect(worse.reason).toContain("Performance is worse: ROC-AUC");
    // Better is no drift, however sure.
    const better = rowsOf(draws, 500, startMs, 1);
    better.labels.forEach((_, row) => {
      const { values } = better.columns.columns.get("score") as { values: Float64Array };
      better.labels[row] = values[row] >= 0.5 ? 1 : 0;
    });
    expect(judge(reference, better).status).toBe("ok");
  });

  it("lets days differ as the reference's did", async () => {
    const varied = await referenceOf(draws, 28, 2000, 0.4);
    const steady = { ...varied, chunks: null };
    let [alarms, alone] = [0, 0];
    for (let day = 0; day < 40; day++) {
      const rows = rowsOf(draws, 2000, startMs, 1, 0, 0.4);
      const gates = { rocAuc: { gate: { warning: 0.005, drift: 0.01 } } };
      const policy = Policy.parse({ performance: { metrics: gates } });
      alarms += Number(judge(varied, rows, policy).status === "drift");
      alone += Number(judge(steady, rows, policy).status === "drift");
    }
    expect(alarms).toBeLessThanOrEqual(1);
    expect(alone).toBeGreaterThan(5);
  });

  it("without chunks doubles its gates and says so", async () => {
    const reference = await referenceOf(draws, 10);
    const { metrics } = judge(reference, rowsOf(draws, 500, startMs, 1));
    const own = await referenceOf(draws);
    const gate = judge(own, rowsOf(draws, 500, startMs, 1)).metrics[1].gate.drift;
    expect(metrics[1].gate.drift / gate).toBeCloseTo(2, 1);
    expect(metrics[1].marks).toContain("assumes-independent-rows");
  });

  it("does not know from too few rows, too few of a class, or where nothing small would show", async () => {
    const reference = await referenceOf(draws);
    const few = judge(reference, rowsOf(draws, 49, startMs, 1, 1));
    expect([few.status, few.metrics[0].reason]).toEqual([
      "insufficient",
      "49 rows have a label; at least 50 are needed.",
    ]);
    const rare = rowsOf(draws, 400, startMs, 1);
    rare.labels.forEach((_, row) => (rare.labels[row] = row < 19 ? 1 : 0));
    expect(judge(reference, rare).metrics[0]).toMatchObject({ status: "insufficient", carriers: 19 });
    rare.labels.fill(0);
    expect(judge(reference, rare).metrics[0]).toMatchObject({ status: "insufficient", value: null });
    const blunt = Policy.parse({ performance: { maximumDetectable: 1 } });
    const { metrics, status } = judge(reference, rowsOf(draws, 60, startMs, 1), blunt);
    expect(status).toBe("insufficient");
    expect(metrics.some(({ reason }) => /would have shown/.test(reason))).toBe(true);
  });

  it("decides by what the policy names, in any direction where any is bad", async () => {
    const reference = await referenceOf(draws);
    const metrics = { baseRate: {}, logLoss: { gate: { warning: 0.01, drift: 0.02 } } };
    const policy = Policy.parse({ performance: { metrics } });
    const rows = rowsOf(draws, 1000, startMs, 1);
    rows.labels.forEach((label, row) => (rows.labels[row] = row % 4 === 0 ? 1 : label));
    const found = judge(reference, rows, policy).metrics;
    expect(found.map(({ name, status, effectName }) => [name, status, effectName])).toEqual([
      ["baseRate", "drift", "change"],
      ["logLoss", "drift", "rise"],
    ]);
  });

  it("comes out again bit for bit, and shows what was changed", async () => {
    const reference = await referenceOf(draws);
    const policy = Policy.parse({});
    const check = JSON.parse(
      JSON.stringify(judge(reference, rowsOf(draws, 500, startMs, 1, 0.3))),
    ) as PerformanceCheck;
    const evidence = { check, reference, policy, level };
    const { same, steps } = await verifyPerformanceCheck(kernel, evidence, sha256);
    expect(steps.filter((step) => !step.same)).toEqual([]);
    expect([same, steps.length]).toEqual([true, 42]);
    const forged = structuredClone(check);
    forged.metrics[0].pChunk = 0.5;
    const again = await verifyPerformanceCheck(kernel, { ...evidence, check: forged }, sha256);
    expect(again.steps.filter((step) => !step.same).map(({ what }) => what)).toEqual(["p between chunks"]);
  });
});

describe("one more chunk's value", () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7];

  it("is Student's prediction where chunks vary by their days only", () => {
    const none = values.map(() => 0);
    // Alternating signs of neighbours: no autocorrelation to allow for.
    const found = predictValue(
      { values: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2], standardErrors: none },
      0,
    )!;
    const variance = (14 * 0.25) / 13;
    expect(found.mean).toBe(1.5);
    expect(found.spread).toBeCloseTo(Math.sqrt(variance * (1 + 1 / 14)), 12);
    expect([found.dof, found.count, found.autocorrelated]).toEqual([13, 14, false]);
  });

  it("varies less with more rows, but never less than the days do", () => {
    const errors = values.map(() => 2);
    const spreads = [8, 4, 2, 1, 0.1, 0].map(
      (error) => predictValue({ values, standardErrors: errors }, error)!.spread,
    );
    expect(spreads).toEqual([...spreads].sort((a, b) => b - a));
    const days = predictValue({ values, standardErrors: values.map(() => 0) }, 0)!.spread;
    expect(spreads.at(-1)).toBeLessThan(days);
    expect(spreads.at(-1)).toBeGreaterThan(0.5 * days);
  });

  it("is nothing to compare with where nothing varies", () => {
    expect(predictValue({ values: values.map(() => 1), standardErrors: values.map(() => 0) }, 0)).toBeNull();
  });
});

describe("the scale of a metric", () => {
  it("ascends, comes back, and has the slope that it says", () => {
    for (const task of ["binary", "multiclass", "regression"] as const)
      for (const metric of metricsOf(task)) {
        const scale = scaleOf(kernel, metric);
        for (const value of [0.02, 0.3, 0.5, 0.97]) {
          expect(scale.from(scale.to(value)), metric.name).toBeCloseTo(value, 12);
          const slope = (scale.to(value + 1e-6) - scale.to(value - 1e-6)) / 2e-6;
          expect(scale.slope(value) / slope, metric.name).toBeCloseTo(1, 6);
          expect(slope).toBeGreaterThan(0);
        }
      }
  });
});
