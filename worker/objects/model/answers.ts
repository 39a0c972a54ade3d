import type { CheckDetail, CheckSummary, FeatureWindows, Performance } from "#core/domain/api.ts";
import type { Status } from "#core/domain/check.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { extraSlots } from "#core/domain/reference-cells.ts";
import { readCounts } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { evaluateWindow } from "../../checks/evaluate-window.ts";
import { findCheck, listChecks, readCheck, type CheckWithHistory } from "./checks.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { mergePanes, referenceCounted } from "./panes.ts";
import { listPerformance } from "./performance.ts";
import { problem, type Result } from "../result.ts";
import type { ModelState } from "./state.ts";
import { listMarked } from "./windows.ts";

/** What the object answers when it is asked; nothing here changes what is counted. */
const recentChecks = 30;
/** Feature verdicts in one history: about 16 MB. */
const historyVerdicts = 60_000;

export type ModelStatus = Pick<ModelState, "activations" | "configVersion" | "policy" | "rows"> & {
  watermarkMs: number | null;
  latest: CheckSummary | null;
  recent: { windowEndMs: number; status: Status }[];
};

export function statusOf(store: ModelStore): ModelStatus {
  const { activations, configVersion, policy, rows } = store.configured;
  const newest = listChecks(store.sql, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, recentChecks).map(
    ({ summary }) => summary,
  );
  const latest = newest.at(-1);
  return {
    activations,
    configVersion,
    policy,
    rows,
    watermarkMs: store.watermarkMs,
    latest: latest === undefined ? null : withoutFeatures(latest),
    recent: newest.map(({ windowEndMs, status }) => ({ windowEndMs, status })),
  };
}

function withoutFeatures(check: CheckWithHistory): CheckSummary {
  const { features: _, ...summary } = check;
  return summary;
}

export function historyOf(store: ModelStore, fromMs: number, toMs: number): CheckWithHistory[] {
  // One reply of thousands of features by hundreds of windows would not pass RPC.
  const most = Math.min(
    limits.historyChecks,
    Math.ceil(historyVerdicts / store.configured.model.features.length),
  );
  return listChecks(store.sql, fromMs, toMs, most).map(({ summary }) => summary);
}

/** A stored check with its counts, by its id `model~monitor~window end~revision`. */
export function checkOf(store: ModelStore, id: string): Result<CheckDetail> {
  const [, , endMs, revision] = id.split("~").map(Number);
  const missing = problem("check_not_found", `There is no check ${id}.`);
  if (!Number.isSafeInteger(endMs) || !Number.isSafeInteger(revision)) return missing;
  const stored = findCheck(store.sql, endMs! - store.configured.model.windowMs, revision);
  const check = stored?.summary.id === id ? readCheck(store.sql, id) : null;
  if (stored === null || check === null) return missing;
  return {
    value: { check, counts: [...readCounts(stored.counts, store.references.slotsOf(check.referenceId))] },
  };
}

/** The open window as it stands, evaluated now: shown, never stored, never an alarm. */
export function detectNow(store: ModelStore, kernel: Kernel, nowMs: number): Result<CheckDetail> {
  while (foldGenerations(store, nowMs));
  const modelNowMs = store.modelNowMs(nowMs);
  const { windowMs } = store.configured.model;
  const evaluated =
    modelNowMs === null ? null : evaluateWindow(store, kernel, floorTo(modelNowMs, windowMs), 0, false);
  if (evaluated === null)
    return problem("reference_not_found", "No reference is in force now: push one and activate it.");
  return { value: { check: evaluated.check, counts: [...evaluated.counts] } };
}

/**
 * Counts of one feature in each window that begins in [from, to): of its newest check, and of windows that have not
 * been checked since rows came, as they stand.
 */
export function featureWindowsOf(
  store: ModelStore,
  feature: string,
  fromMs: number,
  toMs: number,
  nowMs: number,
): FeatureWindows {
  while (foldGenerations(store, nowMs));
  const { sql, references } = store;
  const { windowMs } = store.configured.model;
  const windows = new Map<number, FeatureWindows["windows"][number]>();
  const add = (windowStartMs: number, referenceId: string, rows: number, counts: Float64Array) => {
    const place = references.layoutOf(referenceId).features.find(({ name }) => name === feature);
    if (place === undefined) return;
    const own = counts.subarray(place.offset, place.offset + place.cells + extraSlots.length);
    const windowEndMs = windowStartMs + windowMs;
    windows.set(windowStartMs, { windowStartMs, windowEndMs, referenceId, rows, counts: [...own] });
  };
  for (const { summary, counts } of listChecks(sql, fromMs, toMs, limits.historyChecks)) {
    const { referenceId, windowStartMs, rows } = summary;
    add(windowStartMs, referenceId, rows, readCounts(counts, references.slotsOf(referenceId)));
  }
  for (const startMs of listMarked(sql, "changed", toMs, limits.historyChecks, fromMs)) {
    const referenceId = referenceCounted(sql, startMs, startMs + windowMs);
    if (referenceId === null) continue;
    const merged = mergePanes(sql, startMs, startMs + windowMs, referenceId, references.slotsOf(referenceId));
    add(startMs, referenceId, merged.rows, merged.counts);
  }
  return { feature, windows: [...windows.values()].sort((a, b) => a.windowStartMs - b.windowStartMs) };
}

/** Realised performance, with the reference's own where it came with labels. */
export function performanceOf(store: ModelStore, fromMs: number, toMs: number): Performance {
  const { activations, newestMs } = store.configured;
  const referenceId = referenceAt(activations, newestMs ?? Number.MAX_SAFE_INTEGER);
  // Stored as it was pushed: its shape was checked with the reference. All its rows have labels.
  const measured = (referenceId === null ? null : store.references.get(referenceId).performance) as Omit<
    NonNullable<Performance["reference"]>,
    "predictions"
  > | null;
  return {
    reference: measured === null ? null : { predictions: measured.labelled, ...measured },
    windows: listPerformance(store.sql, fromMs, toMs, limits.historyChecks),
  };
}
