/**
 * Verdicts on the metrics of one window that decide, in one family (METHODS §1). What they are held against, and whether they
 * were measured or estimated, is the caller's to say.
 */
import { severity, type Status } from "../domain/check.ts";
import type { MetricVerdict, PerformanceCheck } from "../domain/performance-check.ts";
import { metricOf, type MetricName, type NamedMetric } from "../domain/performance-metrics.ts";
import type { Metrics, ReferencePerformance } from "../domain/performance.ts";
import type { Gate, Policy } from "../domain/policy.ts";
import type { Reference } from "../domain/reference.ts";
import { isChunked } from "../evaluate/feature-tests.ts";
import type { Kernel } from "../kernel/api.ts";
import { adjust } from "../methods/multiple-testing.ts";
import { gateOf } from "./gates.ts";
import { known, type MetricTest, metricTest } from "./metric-test.ts";
import * as words from "./words.ts";

/** What a window's metrics are held against. */
export type Held = Pick<ReferencePerformance, "metrics" | "labelled" | "chunks">;

export interface MetricsInput {
  reference: Pick<Reference, "chunks">;
  performance: Held;
  policy: Policy;
  windowStartMs: number;
  windowMs: number;
  /** Those that decide. */
  deciding: readonly NamedMetric[];
  /** Of the window, and the rows that they are of. */
  metrics: Metrics;
  labelled: number;
  /** Rows that each deciding metric rests on. */
  carriers: (name: MetricName) => number;
  /** That of this family. */
  level: { warning: number; drift: number };
  /** The sentence for fewer rows than the policy wants. */
  tooFew: (rows: number, least: number) => string;
}

export type JudgedMetrics = Pick<PerformanceCheck, "status" | "errors" | "worst" | "family" | "metrics">;

/** A class, or a denominator, of fewer rows than this has errors that no normal tail describes. */
export const leastCarriers = 20;

export function judgeMetrics(kernel: Kernel, input: MetricsInput): JudgedMetrics {
  const { policy, level } = input;
  const chunked = isChunked(input.reference, input.windowStartMs, input.windowMs);
  const pending = input.deciding.map((metric) => pendingOf(kernel, input, metric, chunked));
  const tests = pending.flatMap(({ test }) => test ?? []);
  const adjusted = new Map(
    adjust(
      tests.map(({ pValue }) => pValue),
      policy.correction,
    ).map((p, index) => [tests[index], p]),
  );
  const metrics = pending.map((one) => decide(one, adjusted, level, tests.length, policy));
  return {
    status: loudest(metrics.map((metric) => metric.status)),
    errors: metrics.filter((metric) => metric.status === "error").length,
    worst: worstOf(metrics),
    family: { size: tests.length, correction: policy.correction, level },
    metrics,
  };
}

/** How each metric was judged, for the sentence about all of them. */
export const namedStatuses = (metrics: readonly MetricVerdict[]): { label: string; status: Status }[] =>
  metrics.map(({ name, status }) => ({ label: metricOf(name).label, status }));

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
  { reference, performance, policy, metrics, carriers, labelled, windowStartMs, tooFew }: MetricsInput,
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
  if (labelled < policy.minimumRows) return without(tooFew(labelled, policy.minimumRows));
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
