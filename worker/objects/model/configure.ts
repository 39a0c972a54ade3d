import type { Activation, Model, ReferenceSummary } from "#core/domain/api.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { monitorProblems } from "#core/domain/monitor-problems.ts";
import { Policy, type PolicyInput } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { duration } from "#core/evaluate/words.ts";
import { performancePolicyProblems } from "#core/performance/gates.ts";
import { createGeneration } from "./deltas.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { newestCountedOtherwise } from "./panes.ts";
import { commitPlan, insertEpoch } from "./plan.ts";
import { problem, type Result } from "../result.ts";
import { saveWatched } from "./watch.ts";
import { applySchema, isConfigured } from "./schema.ts";
import { saveActivation, saveModel, saveNewArchive, saveNewRetention, savePolicy } from "./state.ts";

/**
 * Declares the model or changes what may change of it; repeating it changes nothing. Another retention holds from the next
 * alarm on, and Workers that fold by the old one, or archive otherwise, fold again. What the shards have to hear of it they
 * have yet to be told.
 */
export function configureModel(
  store: ModelStore,
  organisationId: string,
  model: Model,
  nowMs: number,
): Result<{ retentionChanged: boolean }> {
  const first = !isConfigured(store.sql);
  const before = store.state;
  const problems = before === null ? [] : monitorProblems(model, before.policy.monitors ?? []);
  if (problems.length > 0) return problem("policy_invalid", problems.join(" "));
  const retentionChanged = before !== null && !sameRetention(before.model, model);
  store.transaction(() => {
    applySchema(store.sql, "model");
    saveModel(store.sql, organisationId, model);
    if (retentionChanged) saveNewRetention(store.sql);
    if (before !== null && archivesDiffer(before.model, model)) saveNewArchive(store.sql);
    if (first) {
      savePolicy(store.sql, 1, Policy.parse({}), nowMs);
      // A page that lists models does not know of this one, and is to hear of it.
      saveWatched(store.sql, true);
      const planVersion = model.shards > 1 ? 1 : 0;
      insertEpoch(store.sql, { planVersion, shards: model.shards, fromMs: nowMs });
      store.sql.exec("update state set plan_pending = ?", planVersion);
      createGeneration(store.sql, 1);
    }
  });
  store.reload();
  return { value: { retentionChanged } };
}

function sameRetention({ retention: a }: Model, { retention: b }: Model): boolean {
  return a.minutesMs === b.minutesMs && a.hoursMs === b.hoursMs && a.daysMs === b.daysMs;
}

/** Whether batches are to be read or archived otherwise. */
const archivesDiffer = (a: Model, b: Model): boolean =>
  Boolean(a.archive) !== Boolean(b.archive) || a.archive?.subject !== b.archive?.subject;

/** A new version, unless it says the same. Windows that are closed keep the verdicts of their time. */
export function changePolicy(
  store: ModelStore,
  input: PolicyInput,
  nowMs: number,
): Result<{ version: number; policy: Policy }> {
  const { state } = store;
  if (state === null) return problem("model_not_found", "There is no such model.");
  const policy = Policy.parse(input);
  const problems = [
    ...monitorProblems(state.model, policy.monitors ?? []),
    ...performancePolicyProblems(policy.performance, state.model),
  ];
  if (problems.length > 0) return problem("policy_invalid", problems.join(" "));
  if (JSON.stringify(policy) !== JSON.stringify(state.policy)) {
    const version = state.configVersion + 1;
    store.transaction(() => savePolicy(store.sql, version, policy, nowMs));
    state.policy = policy;
    state.configVersion = version;
  }
  return { value: { version: state.configVersion, policy: state.policy } };
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString();

/** What an activation is answered whatever is counted; null where that decides. */
export function answerActivation(
  store: ModelStore,
  referenceId: string,
  fromMs: number,
): Result<Activation[]> | null {
  const { state } = store;
  if (state === null) return problem("model_not_found", "There is no such model.");
  if (!store.references.has(referenceId))
    return problem("reference_not_found", `The model has no reference ${referenceId}.`);
  const { windowMs } = state.model;
  if (floorTo(fromMs, windowMs) !== fromMs)
    return problem(
      "activation_invalid",
      `Windows of this model are ${duration(windowMs)} long, one behind the other from 1970 on (UTC): those around this time begin at ${isoOf(floorTo(fromMs, windowMs))} and ${isoOf(floorTo(fromMs, windowMs) + windowMs)}.`,
    );
  const repeated = state.activations.some((one) => one.referenceId === referenceId && one.fromMs === fromMs);
  return repeated && referenceAt(state.activations, fromMs) === referenceId
    ? { value: state.activations }
    : null;
}

/**
 * Puts a reference in force from a window boundary on, with the plan that was begun for it. What is counted stays counted:
 * an activation that would change the cells of a window with rows is refused with the first time that works. The shards
 * have handed over what they took.
 */
export function activateReference(
  store: ModelStore,
  referenceId: string,
  fromMs: number,
  nowMs: number,
): Result<Activation[]> {
  const { sql, configured } = store;
  const { windowMs } = configured.model;
  while (foldGenerations(store, nowMs));
  const counted = newestCountedOtherwise(sql, fromMs, referenceId);
  if (counted !== null) {
    commitPlan(store);
    return problem(
      "activation_invalid",
      `Rows are counted under another reference, or without one, up to the window at ${floorTo(counted, windowMs)}; the first time that works is ${floorTo(counted, windowMs) + windowMs}.`,
    );
  }
  commitPlan(store, () => saveActivation(sql, { referenceId, fromMs }));
  return { value: store.configured.activations };
}

export function addReference(
  store: ModelStore,
  id: string,
  text: string,
  summary: ReferenceSummary,
): Result<ReferenceSummary> {
  if (store.state === null) return problem("model_not_found", "There is no such model.");
  const { segments } = JSON.parse(text) as Pick<Reference, "segments">;
  for (const [segment, own] of Object.entries(segments))
    if (!store.references.has(own))
      return problem("reference_not_found", `Push ${own}, the reference of the segment ${segment}, first.`);
  return { value: store.transaction(() => store.references.add(id, text, summary)) };
}

/** A reference as the JSON it was stored as. */
export function referenceText({ references }: ModelStore, id: string): Result<string> {
  const text = references.text(id);
  return text === null
    ? problem("reference_not_found", `The model has no reference ${id}.`)
    : { value: text };
}
