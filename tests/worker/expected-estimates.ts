/** What is estimated of the replayed windows: the oracle's numbers, NannyML's, or what the rows themselves give. */
import { expect } from "vitest";
import { blockOf } from "#core/derived/kinds.ts";
import { isotonicOf } from "#core/derived/score-map.ts";
import type { Column } from "#core/domain/columns.ts";
import type { EstimatedMetric, PerformanceWindow } from "#core/domain/performance.ts";
import type { MetricName } from "#core/domain/performance-metrics.ts";
import { estimateMulticlass, expectMulticlass } from "#core/methods/estimation/cbpe-multiclass.ts";
import { estimateDle } from "#core/methods/estimation/dle.ts";
import { noConceptDrift } from "#core/methods/estimation/no-concept-drift.ts";
import { theKernel } from "../../worker/kernel.ts";
import { type DataSet, readJson, type Replayed, slice } from "./replayed.ts";

export interface Chunk {
  start: number;
  end: number;
}

/** How wide certain bounds may be at most: docs/methods/estimation.md states the widths that were found. */
const widest: Record<string, { area: number; share: number }> = {
  car_loan: { area: 5e-5, share: 1e-6 },
  elec2: { area: 1e-4, share: 1e-5 },
  digits: { area: 0.015, share: 1e-5 },
  // Of the loss itself.
  bike_sharing: { area: 0, share: 1e-4 },
  car_price: { area: 0, share: 1e-4 },
};

export async function expectEstimates(
  set: DataSet,
  replayed: Replayed,
  chunks: readonly Chunk[],
): Promise<void> {
  for (const window of replayed.windows) expectWhole(set.name, window, replayed.reference.id);
  if (set.name === "car_loan" || set.name === "elec2") await expectOracle(set.name, replayed);
  if (set.name === "car_loan") await expectNannyml(replayed);
  if (set.name === "digits") expectRowsOfClasses(replayed, chunks);
  if (set.name === "bike_sharing") expectRowsOfLosses(set, replayed, chunks);
  if (set.name === "car_price") await expectNannymlLosses(replayed, chunks);
}

const metricsIn = ({ estimated }: PerformanceWindow): [MetricName, EstimatedMetric][] =>
  Object.entries(estimated!.metrics) as [MetricName, EstimatedMetric][];

/** The sentence, the error against what was realised, and intervals that hold what they are of. */
function expectWhole(name: string, window: PerformanceWindow, referenceId: string): void {
  const { realised, estimated } = window;
  expect(estimated, name).not.toBeNull();
  expect(estimated!.referenceId).toBe(referenceId);
  expect(estimated!.rows).toBe(window.predictions);
  expect(estimated!.assumption).toBe(noConceptDrift);
  for (const [metric, { value, low, high, least, most }] of metricsIn(window)) {
    expect(least <= value && value <= most, `${name} ${metric}`).toBe(true);
    if (low !== null) expect(low <= least && most <= high!, `${name} ${metric}`).toBe(true);
    const [wide, scale] =
      metric === "rocAuc" ? (["area", 1] as const) : (["share", Math.max(1, value)] as const);
    expect(most - least, `${name} ${metric}`).toBeLessThanOrEqual(widest[name][wide] * scale);
    expect(estimated!.error![metric]).toBe(value - realised!.metrics[metric]!.value);
  }
}

const names: [MetricName, string][] = [
  ["rocAuc", "roc_auc"],
  ["accuracy", "accuracy"],
  ["f1", "f1"],
  ["precision", "precision"],
  ["recall", "recall"],
  ["specificity", "specificity"],
];

async function expectOracle(name: string, { windows }: Replayed): Promise<void> {
  type Case = { id: string; chunks: { part: string; estimated_isotonic: Record<string, number> }[] };
  const { cases } = (await readJson<{ cases: Case[] }>("/oracle/cbpe.json"))!;
  const chunks = cases.find(({ id }) => id === name)!.chunks.filter(({ part }) => part === "monitored");
  expect(chunks).toHaveLength(windows.length);
  chunks.forEach(({ estimated_isotonic: expected }, at) => {
    for (const [ours, theirs] of names) expectInside(windows[at], ours, expected[theirs], `${name} ${at}`);
  });
}

/** @param slack of the last digits of a number that was computed elsewhere */
function expectInside(
  window: PerformanceWindow,
  name: MetricName,
  value: number,
  where: string,
  slack = 1e-12,
): void {
  const { least, most } = window.estimated!.metrics[name]!;
  expect(
    least - slack <= value && value <= most + slack,
    `${where} ${name}: ${value} in [${least}, ${most}]`,
  ).toBe(true);
}

/** The published table: six digits of the estimate; the area's sampling error differs by how ties are broken. */
async function expectNannyml({ windows }: Replayed): Promise<void> {
  type Row = Record<"roc_auc" | "accuracy" | "f1", { value: number; sampling_error: number }> & {
    chunk: { period: string; start_index: number };
  };
  const { tables } = (await readJson<{ tables: Row[][] }>("/peer/cbpe_standard_binary.json"))!;
  const rows = tables.flat().filter(({ chunk }) => chunk.period === "analysis");
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    const key = row.chunk.start_index / 5000;
    for (const [ours, theirs] of names.slice(0, 3)) {
      const printed = row[theirs as "f1"];
      const { value, standardError } = windows[key].estimated!.metrics[ours]!;
      expect(Math.abs(value / printed.value - 1), `${key} ${theirs}`).toBeLessThan(2e-5);
      const near = ours === "rocAuc" ? 5e-3 : 1e-5;
      expect(Math.abs(standardError! / printed.sampling_error - 1), `${key} ${theirs}`).toBeLessThan(near);
    }
  }
}

function expectRowsOfClasses({ reference, sent, windows }: Replayed, chunks: readonly Chunk[]): void {
  const block = blockOf(reference.derived, "classDecisions")!;
  const maps = block.classes.map(({ map }) => isotonicOf(map));
  chunks.forEach(({ start, end }, at) => {
    const own = slice(sent, start, end);
    const scores = block.classes.map(({ score }) => Float64Array.from(own[score] as number[]));
    const exact = estimateMulticlass(
      expectMulticlass(theKernel(), maps, scores, Int32Array.from(own.answer as string[], Number)),
    );
    for (const [name] of metricsIn(windows[at]))
      expectInside(windows[at], name, exact[name as "accuracy"].statistic, `digits ${at}`);
  });
}

function expectRowsOfLosses(
  { texts = [] }: DataSet,
  { reference, sent, windows }: Replayed,
  chunks: readonly Chunk[],
): void {
  const block = blockOf(reference.derived, "losses")!;
  const trees = { features: block.features, losses: block.trees, errors: block.reference.errors };
  expect(texts).toEqual([]);
  chunks.forEach(({ start, end }, at) => {
    const own = slice(sent, start, end);
    const numbers = (name: string): Float64Array => Float64Array.from(own[name] as number[]);
    const columns = new Map(
      block.features.map(({ name }): [string, Column] => [name, { kind: "numeric", values: numbers(name) }]),
    );
    const exact = estimateDle(trees, columns, numbers("answer"));
    for (const [name] of metricsIn(windows[at]))
      expectInside(windows[at], name, exact[name as "mae"], `bike_sharing ${at}`, 1e-9);
  });
}

/** Other trees than LightGBM's, of the same losses: within 5 % (docs/methods/estimation.md), over each half of the period. */
async function expectNannymlLosses({ windows }: Replayed, chunks: readonly Chunk[]): Promise<void> {
  type Expected = Record<`estimated_${string}`, number[]>;
  const { cases } = (await readJson<{ cases: { values: [{ chunk_number?: number }, Expected][] }[] }>(
    "/peer/tests_dle_regression.json",
  ))!;
  const [, expected] = cases[0].values.find(([{ chunk_number: chunks }]) => chunks === 4)!;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value) / values.length;
  expect(chunks.every(({ start, end }) => end - start === 6000)).toBe(true);
  for (const half of [0, 1])
    for (const name of ["mae", "mape", "mse", "msle"] as const) {
      const ours = windows
        .slice(5 * half, 5 * half + 5)
        .map(({ estimated }) => estimated!.metrics[name]!.value);
      const theirs = expected[`estimated_${name}`].slice(2 * half, 2 * half + 2);
      expect(Math.abs(mean(ours) / mean(theirs) - 1), `car_price ${half} ${name}`).toBeLessThan(0.05);
    }
}
