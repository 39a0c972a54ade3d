/**
 * When an incident opens, goes on and resolves: a pure function of the incident and one more check. The same check twice
 * changes nothing; a revision corrects its window's entry and never notifies again.
 */
import type { EventType, ToldCheck } from "./api.ts";
import type { Incident, IncidentEntry } from "./incident.ts";
import type { Policy } from "./policy.ts";

export interface IncidentStep {
  /** Null when there was none and none opens. */
  incident: Incident | null;
  /** What to tell, in order. */
  events: EventType[];
}

/** Effects from twice the drift gate on are `major`. */
const majorAt = 2;

export function nextIncident(
  open: Incident | null,
  check: ToldCheck,
  policy: Policy,
  nowMs: number,
  newId: () => string,
): IncidentStep {
  if (!check.complete) return { incident: open, events: [] };
  if (open !== null) return goOn(open, check, policy, nowMs);
  if (check.status !== "drift") return { incident: null, events: [] };
  const incident: Incident = {
    id: newId(),
    modelId: check.modelId,
    monitor: check.monitor,
    kind: "kind" in check ? "performance" : "drift",
    state: "open",
    severity: severityOf(check),
    fromMs: check.windowStartMs,
    toMs: check.windowEndMs,
    openedAtMs: nowMs,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    resolvedAtMs: null,
    resolvedBy: null,
    entries: [entryOf(check)],
  };
  const opened = incident.kind === "drift" ? "drift.detected" : "performance.degraded";
  return { incident, events: [opened, ...retraining(null, incident, policy)] };
}

/**
 * Retraining answers to values that changed: with the first entry in which a feature has drifted. A model does not get better
 * by learning that half of its rows are missing.
 */
function retraining(before: Incident | null, after: Incident, { retrainOnDrift }: Policy): EventType[] {
  const isAbout = (incident: Incident | null): boolean =>
    incident?.entries.some(({ features }) => features.some(({ status }) => status === "drift")) ?? false;
  return retrainOnDrift && !isAbout(before) && isAbout(after) ? ["retraining.requested"] : [];
}

/** What is told when an incident is over. */
export const resolvedEvent = ({ kind }: Incident): EventType =>
  kind === "performance" ? "performance.recovered" : "drift.resolved";

function goOn(open: Incident, check: ToldCheck, policy: Policy, nowMs: number): IncidentStep {
  const before = open.entries.find(({ windowEndMs }) => windowEndMs === check.windowEndMs);
  // A check of long ago, or one that was told before: nothing new.
  if (before ? before.revision >= check.revision : check.windowEndMs <= open.fromMs)
    return { incident: open, events: [] };
  const entries = [...open.entries.filter((entry) => entry !== before), entryOf(check)].sort(
    (a, b) => a.windowEndMs - b.windowEndMs,
  );
  const drifted = entries.filter(({ status }) => status === "drift");
  const incident: Incident = {
    ...open,
    entries,
    fromMs: Math.min(open.fromMs, ...drifted.map(({ windowStartMs }) => windowStartMs)),
    toMs: Math.max(...drifted.map(({ windowEndMs }) => windowEndMs), open.fromMs),
    severity: check.status === "drift" && severityOf(check) === "major" ? "major" : open.severity,
  };
  if (quietWindows(entries) < policy.resolveAfterWindows)
    return { incident, events: before ? [] : retraining(open, incident, policy) };
  return {
    incident: { ...incident, state: "resolved", resolvedAtMs: nowMs, resolvedBy: "windows" },
    events: [resolvedEvent(open)],
  };
}

/** Windows without drift at the end; `insufficient` and `error` say nothing either way. */
function quietWindows(entries: readonly IncidentEntry[]): number {
  let quiet = 0;
  for (const { status } of entries.toReversed()) {
    if (status === "drift") break;
    if (status === "ok" || status === "warning") quiet++;
  }
  return quiet;
}

/** What a check found, feature by feature or metric by metric. */
const findingsOf = (check: ToldCheck) => ("kind" in check ? check.metrics : check.features);
const qualityOf = (check: ToldCheck) => ("kind" in check ? [] : check.quality);

function severityOf(check: ToldCheck): Incident["severity"] {
  const drifted = [...findingsOf(check), ...qualityOf(check)].filter(({ status }) => status === "drift");
  return drifted.some(({ effect, gate }) => effect >= majorAt * gate.drift) ? "major" : "minor";
}

function entryOf(check: ToldCheck): IncidentEntry {
  const { windowStartMs, windowEndMs, revision, status } = check;
  const features = findingsOf(check)
    .filter((feature) => feature.status === "drift" || feature.status === "warning")
    .map(({ name, status: own, effect, effectName }) => ({ name, status: own, effect, effectName }));
  const quality = qualityOf(check).map(
    ({ kind, subject, change, status: own, effect, effectName, reason }) => ({
      ...{ kind, subject, change, status: own, effect, effectName, reason },
    }),
  );
  return { checkId: check.id, windowStartMs, windowEndMs, revision, status, features, quality };
}
