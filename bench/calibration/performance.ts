/**
 * False alarms of performance: models that are as good as ever, judged against their reference. Single metrics by the
 * sampling null; by both nulls where days differ; and whole checks, whose labels come all at once or trickle in.
 */
import { DAY_MS } from "#core/domain/limits.ts";
import type { Outcomes } from "#core/domain/outcomes.ts";
import { selectOutcomes } from "#core/domain/outcomes.ts";
import type { Look, PerformanceCheck } from "#core/domain/performance-check.ts";
import { nextLook } from "#core/domain/performance-looks.ts";
import { Policy } from "#core/domain/policy.ts";
import { measurePerformance } from "#core/performance.ts";
import { type JudgedReference, judgePerformance, measuredFor } from "#core/performance/judge.ts";
import { performanceOfOutcomes } from "#core/reference/performance-on.ts";
import { autoregressive, startStream } from "./chance.ts";
import { kernel } from "./product.ts";
import { worldOf, type World, worlds } from "./performance-worlds.ts";
import { count, newTally, nextReference, type Subject, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";

const alphas = [0.05, 0.01, 0.001];
const days = 28;
/** How much a day's quality is off: a tenth more or less of what scores are worth, or of errors. */
const tau = 0.1;
const startMs = Date.UTC(2026, 0, 5);
/** The default budget, all of it for performance. */
const level = { warning: 1 / 30, drift: 0.1 / 30 };
/** Labels of a window come in so many batches. */
const batches = 20;
const once: Look = { reached: 3, before: 0, of: 3 };
const byDefault = Policy.parse({});

interface PerformancePart {
  what: "metrics" | "days" | "checks";
  world: string;
  /** Rows of the reference, or of each of its days. */
  n: number;
  m: number;
  rho: number;
  from: number;
  to: number;
}

export function performanceTasks({ references, full }: Effort): Task[] {
  const tasks: Task[] = [];
  const add = (part: Omit<PerformancePart, "from" | "to">): void => {
    for (let from = 0; from < references; from += 50)
      tasks.push({
        kind: "performance",
        name: `performance, ${part.what}: ${part.world}, m = ${part.m}`,
        part: { ...part, from, to: Math.min(references, from + 50) } satisfies PerformancePart,
      });
  };
  for (const { name: world } of worlds) {
    for (const m of [100, 500, 2000]) add({ what: "metrics", world, n: 5000, m, rho: 0 });
    for (const rho of [0, 0.6])
      for (const m of full ? [125, 500, 2000] : [500]) add({ what: "days", world, n: 500, m, rho });
    add({ what: "checks", world, n: 500, m: 500, rho: 0 });
  }
  return tasks;
}

export function runPerformance(part: unknown, effort: Effort): Promise<Tally[]> {
  const { what, world, n, m, rho, from, to } = part as PerformancePart;
  const of = worldOf(world);
  const chunked = what !== "metrics";
  const law = what === "days" ? `, day effect, ρ = ${rho}, ${days} days` : "";
  const subject = {
    ...{ kind: "performance" as const, data: `${world}${law}`, m, features: 1 },
    n: chunked ? days * n : n,
  };
  const counter = what === "checks" ? checkCounter(subject) : metricCounter(of, subject, chunked);
  for (let each = from; each < to; each++) {
    startStream(effort.release, "performance", what, world, n, m, rho, each);
    const effect = what === "days" ? autoregressive(tau, rho) : () => 0;
    const reference = referenceOf(of, n, chunked ? days : null, effect);
    counter.tallies.forEach(nextReference);
    const windows = what === "checks" ? effort.costliestWindows : effort.costlyWindows;
    for (let window = 0; window < windows; window++)
      counter.count(reference, of.draw(m, effect()), startMs + (days + window) * DAY_MS);
  }
  // What rests on too few rows of a class is not judged, and has nothing to count.
  return Promise.resolve(counter.tallies.filter(({ windows }) => windows.some((each) => each > 0)));
}

function referenceOf(world: World, n: number, chunks: number | null, effect: () => number): JudgedReference {
  const places = Array.from({ length: chunks ?? 0 }, (_, day) =>
    Array.from({ length: n }, (_row, place) => day * n + place),
  );
  const rows = chunks === null ? world.draw(n) : joined(places.map(() => world.draw(n, effect())));
  const performance = performanceOfOutcomes(kernel, rows, chunks === null ? null : places, measured);
  const starts = places.map((_, day) => startMs + day * DAY_MS);
  return {
    id: "measured",
    chunks: chunks === null ? null : { periodMs: DAY_MS, starts, rows: places.map(() => n) },
    performance,
  };
}

const measured = { costs: undefined, quantile: 0.5 };

function joined(parts: readonly Outcomes[]): Outcomes {
  const put = (of: (part: Outcomes) => Float64Array): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    ...parts[0],
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    scores: put(({ scores }) => scores),
    predicted: put(({ predicted }) => predicted),
    labels: put(({ labels }) => labels),
    delaysMs: put(({ delaysMs }) => delaysMs),
  };
}

function judge(
  reference: JudgedReference,
  outcomes: Outcomes,
  windowStartMs: number,
  { policy, look, predictions }: { policy: Policy; look: Look; predictions: number },
): PerformanceCheck {
  const realised = measurePerformance(kernel, outcomes, measured);
  return judgePerformance(kernel, {
    ...{ reference, policy, level, look, predictions, windowStartMs },
    ...{ modelId: "m", monitor: "performance", windowEndMs: windowStartMs + DAY_MS, windowMs: DAY_MS },
    ...{ revision: 1, configVersion: 1 },
    ...measuredFor(reference, { labelled: outcomes.rows, realised }),
  });
}

interface Counter {
  tallies: Tally[];
  count: (reference: JudgedReference, window: Outcomes, windowStartMs: number) => void;
}

type Of = Omit<Subject, "method">;

function metricCounter({ metrics }: World, subject: Of, chunked: boolean): Counter {
  const policy = Policy.parse({
    performance: { metrics: Object.fromEntries(metrics.map((name) => [name, {}])) },
  });
  const deciding = new Map(metrics.map((name) => [name, newTally({ ...subject, method: name }, alphas)]));
  const alone = new Map(
    metrics.map((name) => [
      name,
      newTally({ ...subject, method: `${name}, sampling null alone`, promised: false }, alphas),
    ]),
  );
  return {
    tallies: [...deciding.values(), ...(chunked ? alone.values() : [])],
    count: (reference, window, windowStartMs) => {
      const check = judge(reference, window, windowStartMs, { policy, look: once, predictions: window.rows });
      for (const { name, pSampling, pValue } of check.metrics) {
        // Too few rows of a class: not judged at all.
        if (pSampling === null) continue;
        // Without chunks what counts is the careful p; on average over references it is the plain one that is right.
        count(
          deciding.get(name)!,
          alphas.map((alpha) => (chunked ? pValue : pSampling) <= alpha),
        );
        count(
          alone.get(name)!,
          alphas.map((alpha) => pSampling <= alpha),
        );
      }
    },
  };
}

/** Whole checks by the default policy: whether any of a window's looks rejects, before gates and after. */
function checkCounter(subject: Of): Counter {
  const of = (method: string, promised = true): Tally =>
    newTally({ ...subject, method, ...(promised ? {} : { promised: false as const }) }, [
      level.drift,
      level.warning,
    ]);
  const tallies = {
    atOnce: of("labels at once, before gates"),
    atOnceGated: of("labels at once"),
    trickling: of("labels trickling, before gates"),
    tricklingGated: of("labels trickling"),
    naive: of("judged with every batch of labels, before gates", false),
  };
  return {
    tallies: Object.values(tallies),
    count: (reference, window, windowStartMs) => {
      const see = (rows: Outcomes, look: Look): PerformanceCheck =>
        judge(reference, rows, windowStartMs, { policy: byDefault, look, predictions: window.rows });
      const whole = see(window, once);
      count(tallies.atOnce, rejects([whole]));
      count(tallies.atOnceGated, alarms([whole]));
      const [looked, naive]: [PerformanceCheck[], PerformanceCheck[]] = [[], []];
      let last: Look | null = null;
      for (let batch = 1; batch <= batches; batch++) {
        const rows = Math.round((batch * window.rows) / batches);
        const part = selectOutcomes(window, [...Array(rows).keys()]);
        const known = { labelled: rows, predictions: window.rows, settled: false };
        const look = nextLook(byDefault.performance.looks, known, last);
        if (look !== null) looked.push(see(part, (last = look)));
        naive.push(see(part, once));
      }
      count(tallies.trickling, rejects(looked));
      count(tallies.tricklingGated, alarms(looked));
      count(tallies.naive, rejects(naive));
    },
  };
}

const levels = ["drift", "warning"] as const;
const rejects = (checks: readonly PerformanceCheck[]): boolean[] =>
  levels.map((at) =>
    checks.some(({ metrics, family }) => metrics.some(({ adjustedP }) => adjustedP <= family.level[at])),
  );
const alarms = (checks: readonly PerformanceCheck[]): boolean[] =>
  levels.map((at) =>
    checks.some(({ status }) => status === "drift" || (at === "warning" && status === "warning")),
  );
