/** One scenario: models, a warm-up, the load, and what it cost. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelUsage } from "#core/domain/api.ts";
import type { Reference } from "#core/domain/reference.ts";
import { answerAll, type Flood, requestsOf } from "./flood.ts";
import { type LoadResult, sendLoad } from "./load.ts";
import type { ReadOnly } from "./read-only.ts";
import type { Scenario } from "./scenarios.ts";
import { type Api, ask, featuresOf, makeModels } from "./set-up.ts";
import { shotsOf } from "./shots.ts";

export interface ScenarioResult {
  name: string;
  title: string;
  rowsPerBatch: number;
  features: number;
  /** Sent for a batch, on average. */
  bytesPerBatch: number;
  seconds: number;
  /** Accepted, labels included. */
  rowsPerSecond: number;
  /** Of the slowest run and how many there were, where there were several. */
  runs?: { count: number; slowestRowsPerSecond: number };
  batchesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /**
   * Rows of SQLite written, alarms set included, for each batch that was stored: in all of a model's objects, with folds and all
   * else that followed.
   */
  rowsWrittenPerBatch: number;
  alarmsPerBatch: number;
  /** The rest of them, for each time that batches were folded; missing where this was not counted yet. */
  rowsWrittenPerFold?: number;
  batchesPerFold?: number;
  /** Stored bytes of the models' objects when all is folded. */
  databaseBytes: number;
  errors5xx: number;
  replies429: number;
  /** What came of sending more than is taken. */
  flood?: Flood;
  /** Other replies than 2xx, and requests without one. */
  failed: number;
  /** Processor time of the process that runs the Worker and its objects. */
  cpuMsPerBatch: number | null;
  /** And of all others: the process that started it. */
  otherCpuMsPerBatch: number | null;
  /** Resident, of all processes: once a second; in a long run sixty times. */
  memoryMb: number[];
  /** What a Worker that does nothing else takes in of the same; null where that was not asked. */
  readOnly: ReadOnly | null;
}

/** One run, on a platform of its own. */
export type Ran = Omit<ScenarioResult, "readOnly">;

/**
 * The fastest: what else the machine does, and the machines beside it where it is a virtual one, only takes time away. What failed in
 * any of them counts.
 */
export function fastestOf(runs: readonly Ran[]): Ran {
  const [fastest, ...others] = [...runs].sort((a, b) => b.rowsPerSecond - a.rowsPerSecond);
  if (others.length === 0) return fastest;
  return {
    ...fastest,
    runs: { count: runs.length, slowestRowsPerSecond: others[others.length - 1].rowsPerSecond },
    errors5xx: runs.reduce((sum, { errors5xx }) => sum + errors5xx, 0),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const warmUpSeconds = 3;
const firstAlarmSeconds = 12;

export async function runScenario(
  api: Api,
  group: number,
  { scenario, reference, seconds }: { scenario: Scenario; reference: Reference; seconds: number },
): Promise<Ran> {
  const { name, title, rowsPerBatch, connections, rate, shards, models } = scenario;
  const features = featuresOf(scenario);
  const ids = Array.from({ length: models }, (_, at) => `${name}-${at}`);
  await makeModels(api, ids, reference, { features, ...(shards && { shards }) });
  const flooded = { model: ids[0], features, rows: rowsPerBatch };
  const shot = scenario.floods
    ? requestsOf(ids[0], features, rowsPerBatch)
    : shotsOf(scenario, ids, features);
  const load = { ...api, group, connections, rate, shot };
  const warmUp = await sendLoad({ ...load, seconds: warmUpSeconds });
  const sleepless = scenario.awake ? keepAwake(api, ids) : null;
  // What a new model's first alarm does is not what a fold costs, where it is one of few. The others' objects would fall asleep.
  if (sleepless) await sleep(firstAlarmSeconds * 1000);
  const before = await folded(api, ids, features[0].name);
  const result = await sendLoad({ ...load, seconds });
  const flood = scenario.floods ? await answerAll(api, flooded, [warmUp, result]) : null;
  const after = await folded(api, ids, features[0].name);
  sleepless?.();
  const sent = Math.max(1, result.batches);
  const cpuMs = (seconds: number | undefined) =>
    seconds === undefined ? null : rounded((1000 * seconds) / sent);
  return {
    ...{ name, title, rowsPerBatch },
    features: features.length,
    bytesPerBatch: Math.round(result.bytes / sent),
    seconds: result.seconds,
    rowsPerSecond: Math.round(result.rows / result.seconds),
    batchesPerSecond: rounded(result.batches / result.seconds),
    ...{ p50Ms: result.p50Ms, p99Ms: result.p99Ms },
    ...costBetween(before, after),
    databaseBytes: after.reduce((sum, { databaseBytes }) => sum + databaseBytes, 0),
    errors5xx: count(result, (status) => status >= 500),
    replies429: count(result, (status) => status === 429),
    ...(flood && { flood }),
    failed: result.failed + count(result, (status) => status >= 300 && status < 500 && status !== 429),
    cpuMsPerBatch: cpuMs(result.cpu?.workerSeconds),
    otherCpuMsPerBatch: cpuMs(result.cpu?.otherSeconds),
    memoryMb: thinned(result.memoryMb),
  };
}

const usagesOf = (api: Api, ids: readonly string[]): Promise<ModelUsage[]> =>
  Promise.all(ids.map((id) => ask<ModelUsage>(api, "GET", `/models/${id}/usage`)));

const foldingSeconds = 300;

/**
 * What the batches cost is known when all are folded. They may gather for hours; whoever asks for counts has them folded, and
 * the last ones may come after that.
 */
async function folded(api: Api, ids: readonly string[], feature: string): Promise<ModelUsage[]> {
  const fold = (id: string) =>
    ask(api, "GET", `/models/${id}/windows?feature=${encodeURIComponent(feature)}`);
  let waiting = ids;
  for (let waited = 0; waited < foldingSeconds; waited++) {
    await Promise.all(waiting.map(fold));
    const usages = await usagesOf(api, ids);
    waiting = ids.filter((_, at) => usages[at].waiting > 0);
    if (waiting.length === 0) return usages;
    await sleep(1000);
  }
  throw new Error(`batches still wait to be folded after ${foldingSeconds} seconds`);
}

/** What a batch cost, of the models whose objects did not sleep: these have forgotten what they counted. */
function costBetween(before: readonly ModelUsage[], after: readonly ModelUsage[]) {
  const awake = after.flatMap((usage, at) =>
    usage.sinceMs === before[at].sinceMs ? [{ usage, earlier: before[at] }] : [],
  );
  const between = (of: "batches" | "rowsWritten" | "alarmsSet" | "folds"): number =>
    awake.reduce((sum, { usage, earlier }) => sum + usage[of] - earlier[of], 0);
  const batches = between("batches");
  if (batches === 0) throw new Error("every object slept meanwhile: measure again, with less else to do");
  return {
    rowsWrittenPerBatch: rounded(between("rowsWritten") / batches),
    alarmsPerBatch: rounded(between("alarmsSet") / batches),
    rowsWrittenPerFold: rounded((between("rowsWritten") - batches) / between("folds")),
    batchesPerFold: rounded(batches / between("folds")),
  };
}

/** A call now and then, which costs nothing that is counted. */
function keepAwake(api: Api, ids: readonly string[]): () => void {
  const calls = setInterval(() => {
    usagesOf(api, ids).catch((error: unknown) => console.error("asking for usage failed", error));
  }, 3000);
  return () => clearInterval(calls);
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function count({ replies }: LoadResult, of: (status: number) => boolean): number {
  return Object.entries(replies).reduce((sum, [status, many]) => sum + (of(Number(status)) ? many : 0), 0);
}

function thinned(memoryMb: readonly number[]): number[] {
  const every = Math.max(1, Math.floor(memoryMb.length / 60));
  return memoryMb.filter((_, second) => second % every === 0);
}
