import type {
  CheckDetail,
  CheckSummary,
  ModelSummary,
  MonitorSeries,
  PerformanceCheckDetail,
} from "#core/domain/api.ts";
import { type Check, readCheckId, type Status } from "#core/domain/check.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import { declaredImportances, type Importances } from "#core/domain/importances.ts";
import { limits } from "#core/domain/limits.ts";
import { isPerformanceSeries, performanceMonitor, type Series, seriesOf } from "#core/domain/monitor.ts";
import { nextEndMs } from "#core/domain/monitor-windows.ts";
import { readCounts } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { driftedFeature, rankDrift } from "#core/ranked-drift.ts";
import { evaluateWindow } from "../../checks/evaluate-window.ts";
import {
  findCheck,
  findEvidence,
  listChecks,
  findCompared,
  readCheck,
  type CheckWithHistory,
} from "./checks.ts";
import { later } from "./batch-store.ts";
import { takenFrom } from "./contributions.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { findPerformanceCheck, newestPerformanceCheck } from "./performance-checks.ts";
import { problem, type Result } from "../result.ts";
import type { ModelState } from "./state.ts";

/** What the object answers when it is asked; nothing here changes what is counted. */
const recentChecks = 30;
/** Feature verdicts in one history: about 16 MB. */
const historyVerdicts = 60_000;

/** Windows of a series that begin in [from, to); of the main series where none is named. */
export interface AskedSeries {
  series?: string;
  fromMs: number;
  toMs: number;
}

export type ModelStatus = Pick<ModelState, "activations" | "configVersion" | "policy" | "rows"> & {
  watermarkMs: number | null;
  latest: CheckSummary | null;
  performance: ModelSummary["performance"];
  recent: { windowEndMs: number; status: Status }[];
};

/** @param standing what shards have accepted, handed over or not */
export function statusOf(
  store: ModelStore,
  standing: readonly { shard: number; rows: number; newestMs: number | null }[],
): ModelStatus {
  const { activations, configVersion, policy, model } = store.configured;
  let { rows, newestMs } = store.configured;
  for (const shard of standing) {
    rows += Math.max(0, shard.rows - takenFrom(store.sql, shard.shard).rows);
    newestMs = later(newestMs, shard.newestMs);
  }
  const newest = listChecks(store.sql, { series: mainSeries(store).key, ...everMs }, recentChecks).map(
    ({ summary }) => summary,
  );
  const latest = newest.at(-1);
  return {
    activations,
    configVersion,
    policy,
    rows,
    watermarkMs: newestMs === null ? null : newestMs - model.latenessMs,
    latest: latest === undefined ? null : withoutFeatures(latest),
    performance: newestPerformanceCheck(store.sql, performanceMonitor),
    recent: newest.map(({ windowEndMs, status }) => ({ windowEndMs, status })),
  };
}

const everMs = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/** The series that a model is known by: its first. */
export function mainSeries(store: ModelStore): Series {
  const { model, policy } = store.configured;
  return seriesOf(model, policy)[0];
}

/** A series by its key, the main one when none is asked for. */
export function findSeries(store: ModelStore, key: string | undefined): Result<Series> {
  const { model, policy } = store.configured;
  if (key === undefined) return { value: mainSeries(store) };
  const value = seriesOf(model, policy).find((series) => series.key === key);
  return value === undefined
    ? problem("monitor_not_found", `The model has no series ${JSON.stringify(key)}; /monitors lists them.`)
    : { value };
}

/** Every series with its newest check. */
export function monitorsOf(store: ModelStore): MonitorSeries[] {
  const { model, policy } = store.configured;
  return seriesOf(model, policy).map(({ key, monitor, segment }) => {
    const [newest] = listChecks(store.sql, { series: key, ...everMs }, 1);
    return { key, monitor, segment, latest: newest ? withoutFeatures(newest.summary) : null };
  });
}

function withoutFeatures(check: CheckWithHistory): CheckSummary {
  const { features: _, ...summary } = check;
  return summary;
}

export function historyOf(store: ModelStore, { series, fromMs, toMs }: AskedSeries): CheckWithHistory[] {
  // One reply of thousands of features by hundreds of windows would not pass RPC.
  const most = Math.min(
    limits.historyChecks,
    Math.ceil(historyVerdicts / store.configured.model.features.length),
  );
  // Series of monitors that are no more keep their history.
  const range = { series: series ?? mainSeries(store).key, fromMs, toMs };
  return listChecks(store.sql, range, most).map(({ summary }) => summary);
}

/** A stored check with its counts, by its id. */
export function checkOf(store: ModelStore, id: string): Result<CheckDetail | PerformanceCheckDetail> {
  const named = readCheckId(id);
  if (named !== null && isPerformanceSeries(named.monitor)) {
    const { monitor: series, windowEndMs: endMs, revision } = named;
    const judged = findPerformanceCheck(store.sql, { series, endMs }, revision);
    if (judged?.id === id) return { value: { check: judged } };
  }
  const stored =
    named && findCheck(store.sql, { series: named.monitor, endMs: named.windowEndMs }, named.revision);
  const check = stored?.summary.id === id ? readCheck(store.sql, id) : null;
  if (stored === null || check === null) return problem("check_not_found", `There is no check ${id}.`);
  const slots = check.referenceId === null ? 0 : store.references.slotsOf(check.referenceId);
  const compared = findCompared(store.sql, id, slots)?.map((chunk) => ({
    ...chunk,
    counts: [...chunk.counts],
  }));
  const { monitor, windowEndMs, revision } = check;
  const quality = findEvidence(store.sql, { series: monitor, endMs: windowEndMs }, revision);
  return {
    value: {
      ...{ check, counts: slots === 0 ? [] : [...readCounts(stored.counts, slots)] },
      ...(compared && { compared }),
      ...(quality && { quality }),
      ...rankingOf(store, check),
    },
  };
}

/** The open window of a series as it stands, evaluated now: shown, never stored, never an alarm. */
export function detectNow(
  store: ModelStore,
  kernel: Kernel,
  nowMs: number,
  key?: string,
): Result<CheckDetail> {
  while (foldGenerations(store, nowMs));
  const found = findSeries(store, key);
  if ("problem" in found) return found;
  const modelNowMs = store.modelNowMs(nowMs);
  const { model } = store.configured;
  const evaluated =
    modelNowMs === null
      ? null
      : evaluateWindow(store, kernel, found.value, nextEndMs(found.value.monitor.window, model, modelNowMs), {
          revision: 0,
          complete: false,
          nowMs,
        });
  if (evaluated === null)
    return problem(
      "reference_not_found",
      "No reference is in force and no row has come: push one and activate it, or send rows and make it of them.",
    );
  const { check, counts, evidence } = evaluated;
  const ranking = rankingOf(store, check);
  return { value: { check, counts: [...(counts ?? [])], quality: evidence, ...ranking } };
}

/** By the reference of all rows: a segment's own has no importances. */
function rankingOf(store: ModelStore, check: Check): Pick<CheckDetail, "ranking" | "importances"> {
  const importances = importancesAt(store, check.windowStartMs);
  return { ranking: rankDrift(check.features.map(driftedFeature), importances), importances };
}

/** What the reference in force then says, else the model's declaration; that of the newest rows where no time is given. */
export function importancesAt(store: ModelStore, atMs?: number): Importances | null {
  const { activations, newestMs, model } = store.configured;
  const referenceId = referenceAt(activations, atMs ?? newestMs ?? Number.MAX_SAFE_INTEGER);
  const known = referenceId === null ? null : store.references.get(referenceId).importances;
  return known ?? declaredImportances(model.features);
}
