/**
 * The only decision about performance: measured window + reference + policy → verdicts (METHODS §1, for metrics instead of
 * features). Pure: whoever calls it with the same values gets the same bits. A verdict needs significance against both nulls in
 * the family of the metrics that decide, an effect that matters, and enough evidence.
 */
import { checkId, severity, type Status } from "../domain/check.ts";
import type { Look, MetricVerdict, PerformanceCheck } from "../domain/performance-check.ts";
import { shareOfLook } from "../domain/performance-looks.ts";
import { metricOf, type MetricName, type NamedMetric } from "../domain/performance-metrics.ts";
import type { Metrics, RealisedPerformance, ReferencePerformance } from "../domain/performance.ts";
import type { Gate, Policy } from "../domain/policy.ts";
import type { Reference } from "../domain/reference.ts";
import { isChunked } from "../evaluate/feature-tests.ts";
import type { Kernel } from "../kernel/api.ts";
import { adjust } from "../methods/multiple-testing.ts";
import { carriersOf } from "./carriers.ts";
import { decidingMetrics, gateOf } from "./gates.ts";
import { known, type MetricTest, metricTest } from "./metric-test.ts";
import * as words from "./words.ts";

/** What of a reference a window's performance is held against. */
export type JudgedReference = Pick<Reference, "id" | "chunks" | "performance">;

export interface JudgeInput {
  reference: JudgedReference;
  policy: Policy;
  modelId: string;
  /** `performance`, with the segment's key where it is of one. */
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  windowMs: number;
  revision: number;
  configVersion: number;
  predictions: number;
  labelled: number;
  /** Of the window. */
  metrics: Metrics;
  /** Rows that each deciding metric rests on. */
  carriers: (name: MetricName) => number;
  look: Look;
  /** The window's levels, before they are spread over its looks. */
  level: { warning: number; drift: number };
}

/** A class, or a denominator, of fewer rows than this has errors that no normal tail describes. */
export const leastCarriers = 20;

/** What a window's measured performance gives to be judged by. */
export function measuredFor(
  reference: Pick<Reference, "performance">,
  { labelled, realised }: { labelled: number; realised: RealisedPerformance },
): Pick<JudgeInput, "labelled" | "metrics" | "carriers"> {
  const { performance } = reference;
  return {
    labelled,
    metrics: realised.metrics,
    carriers: (name) => (performance ? carriersOf(name, labelled, realised, performance) : 0),
  };
}

/** @throws RangeError when the reference came without labels */
export function judgePerformance(kernel: Kernel, input: JudgeInput): PerformanceCheck {
  const { reference, policy, modelId, monitor, windowStartMs, windowEndMs, revision } = input;
  const { performance } = reference;
  if (performance === null) throw new RangeError(`the reference ${reference.id} came without labels`);
  const share = shareOfLook(input.look);
  const level = { warning: share * input.level.warning, drift: share * input.level.drift };
  const chunked = isChunked(reference, windowStartMs, input.windowMs);
  const pending = decidingMetrics(policy.performance, performance.task, performance).map((metric) =>
    pendingOf(kernel, input, performance, metric, chunked),
  );
  const tests = pending.flatMap(({ test }) => test ?? []);
  const adjusted = new Map(
    adjust(
      tests.map(({ pValue }) => pValue),
      policy.correction,
    ).map((p, index) => [tests[index], p]),
  );
  const metrics = pending.map((one) => decide(one, adjusted, level, tests.length, policy));
  const status = loudest(metrics.map((metric) => metric.status));
  const labels = metrics.map(({ name, status: own }) => ({ label: metricOf(name).label, status: own }));
  return {
    kind: "performance",
    id: checkId(modelId, monitor, windowEndMs, revision),
    ...{ modelId, monitor, windowStartMs, windowEndMs, revision },
    referenceId: reference.id,
    configVersion: input.configVersion,
    periodMs: input.windowMs,
    task: performance.task,
    rows: input.labelled,
    predictions: input.predictions,
    look: input.look,
    complete: true,
    status,
    errors: metrics.filter((metric) => metric.status === "error").length,
    worst: worstOf(metrics),
    reason: words.checkReason(status, labels),
    family: { size: tests.length, correction: policy.correction, level },
    metrics,
  };
}

interface Pending {
  metric: NamedMetric;
  /** What is known before anything is decided. */
  base: Pick<MetricVerdict, "name" | "value" | "standardError" | "carriers" | "reference" | "effectName">;
  gate: Gate;
  test: MetricTest | null;
  /** Why there is no test. */
  missing: string;
}

function pendingOf(
  kernel: Kernel,
  { reference, policy, metrics, carriers, labelled, windowStartMs }: JudgeInput,
  performance: ReferencePerformance,
  metric: NamedMetric,
  chunked: boolean,
): Pending {
  const { name } = metric;
  const [window, before] = [known(metrics[name]), known(performance.metrics[name])];
  const base: Pending["base"] = {
    name,
    value: metrics[name]?.value ?? null,
    standardError: window?.standardError ?? null,
    carriers: carriers(name),
    reference: {
      value: performance.metrics[name]?.value ?? null,
      standardError: before?.standardError ?? null,
    },
    effectName: words.effectNames[metric.better],
  };
  const gate = gateOf(metric, policy.performance, performance);
  const without = (missing: string): Pending => ({ metric, base, gate, test: null, missing });
  if (labelled < policy.minimumRows) return without(words.tooFewLabels(labelled, policy.minimumRows));
  if (window === null || before === null) return without(words.undefinedHere(metric));
  if (base.carriers < leastCarriers)
    return without(words.tooFewCarriers(metric, base.carriers, leastCarriers));
  const test = metricTest(
    { kernel, metric, window, labelled, reference, performance, windowStartMs, chunked },
    before,
  );
  if (test === null) return without(words.doesNotVary(metric));
  const doubled = { warning: 2 * gate.warning, drift: 2 * gate.drift };
  return { metric, base, gate: test.pChunk === null ? doubled : gate, test, missing: "" };
}

function decide(
  { metric, base, gate, test, missing }: Pending,
  adjusted: ReadonlyMap<MetricTest, number>,
  level: { warning: number; drift: number },
  size: number,
  policy: Policy,
): MetricVerdict {
  if (test === null)
    return {
      ...base,
      status: "insufficient",
      ...{ effect: 0, gate, pSampling: null, pChunk: null, pValue: 1, adjustedP: 1, detectable: null },
      marks: [],
      reason: missing,
    };
  const { effect, pSampling, pChunk, pValue, marks } = test;
  if (![effect, pValue].every(Number.isFinite))
    return {
      ...base,
      status: "error",
      ...{ effect: 0, gate, pSampling: null, pChunk: null, pValue: 1, adjustedP: 1, detectable: null },
      marks,
      reason: `${metric.label} could not be judged: its test gave no number.`,
    };
  const adjustedP = adjusted.get(test) ?? pValue;
  const passes = (at: "warning" | "drift"): boolean => adjustedP <= level[at] && effect >= gate[at];
  const found: Status = passes("drift") ? "drift" : passes("warning") ? "warning" : "ok";
  const detectable = Math.max(gate.warning, test.detectable(level.warning / Math.max(1, size)));
  const blunt = found === "ok" && detectable > policy.performance.maximumDetectable * gate.drift;
  const verdict: MetricVerdict = {
    ...base,
    status: blunt ? "insufficient" : found,
    ...{ effect, gate, pSampling, pChunk, pValue, adjustedP, detectable, marks },
    reason: "",
  };
  const reason = blunt ? words.tooBlunt(metric, detectable) : words.metricReason(metric, verdict);
  return { ...verdict, reason };
}

/** As loud as the loudest metric; `insufficient` only if all are, `error` only if nothing else is known. */
function loudest(statuses: readonly Status[]): Status {
  const found = statuses.filter((status) => status !== "error");
  if (found.length === 0) return statuses.length > 0 ? "error" : "insufficient";
  return found.reduce((worst, status) => (severity[status] > severity[worst] ? status : worst));
}

function worstOf(metrics: readonly MetricVerdict[]): MetricName | null {
  const loud = metrics.filter(({ status }) => status === "drift" || status === "warning");
  const rank = ({ status, effect, gate }: MetricVerdict): number =>
    severity[status] * 1e6 + effect / (gate.drift || 1);
  return loud.length === 0 ? null : loud.reduce((a, b) => (rank(b) > rank(a) ? b : a)).name;
}
