import { describe, expect, test } from "vitest";
import type { Status } from "#core/domain/check.ts";
import type { Incident } from "#core/domain/incident.ts";
import type { ToldCheck } from "#core/domain/api.ts";
import { type IncidentStep, nextIncident } from "#core/domain/incident-rules.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";

const policy = Policy.parse({ resolveAfterWindows: 2 });

function checkOf(
  day: number,
  status: Status,
  { revision = 0, complete = true, effect = 0.12 } = {},
): ToldCheck {
  const windowEndMs = (day + 1) * DAY_MS;
  return {
    id: `flights~default~${windowEndMs}~${revision}`,
    modelId: "flights",
    monitor: "default",
    windowStartMs: day * DAY_MS,
    windowEndMs,
    revision,
    complete,
    status,
    features: [
      { name: "distance", status, effect, effectName: "ks gap", gate: { warning: 0.05, drift: 0.1 } },
    ],
    quality: [],
  } as unknown as ToldCheck;
}

/** Feeds checks one after another; the incident that is open afterwards, and what was told. */
function run(checks: ToldCheck[], from: Incident | null = null): IncidentStep & { all: Incident[] } {
  let ids = 0;
  let open = from;
  const told: IncidentStep["events"] = [];
  const all: Incident[] = [];
  for (const check of checks) {
    const { incident, events } = nextIncident(open, check, policy, 1_000_000, () => `incident-${++ids}`);
    told.push(...events);
    if (incident) all.push(incident);
    open = incident?.state === "resolved" ? null : incident;
  }
  return { incident: open, events: told, all };
}

test("drift opens one incident and asks for retraining; more drift goes on with it, silently", () => {
  const { incident, events } = run([checkOf(1, "ok"), checkOf(2, "drift"), checkOf(3, "drift")]);
  expect(events).toEqual(["drift.detected", "retraining.requested"]);
  expect(incident).toMatchObject({ id: "incident-1", state: "open", fromMs: 2 * DAY_MS, toMs: 4 * DAY_MS });
  expect(incident?.entries.map(({ status }) => status)).toEqual(["drift", "drift"]);
});

test("retraining is asked for only where the policy wants it", () => {
  const quiet = Policy.parse({ retrainOnDrift: false });
  expect(nextIncident(null, checkOf(1, "drift"), quiet, 0, () => "i").events).toEqual(["drift.detected"]);
});

test("a check of performance opens an incident of its own kind, by its metrics, and is told in its own words", () => {
  const judged = (day: number, status: Status): ToldCheck => {
    const { features: metrics, ...rest } = checkOf(day, status, { effect: 0.3 }) as ToldCheck & {
      features: [];
    };
    return { ...rest, kind: "performance", monitor: "performance", metrics } as ToldCheck;
  };
  const { events, all } = run([judged(1, "drift"), judged(2, "ok"), judged(3, "ok")]);
  expect(events).toEqual(["performance.degraded", "retraining.requested", "performance.recovered"]);
  expect(all[0]).toMatchObject({ kind: "performance", severity: "major", entries: [{ status: "drift" }] });
  expect(run([checkOf(1, "drift")]).incident?.kind).toBe("drift");
});

test.each(["ok", "warning", "insufficient", "error"] as const)("%s opens nothing", (status) => {
  expect(run([checkOf(1, status)])).toMatchObject({ incident: null, events: [] });
});

test("a window that is still open tells nothing, whatever it shows", () => {
  expect(run([checkOf(1, "drift", { complete: false })])).toMatchObject({ incident: null, events: [] });
});

test("enough windows in a row without drift resolve it; a warning counts as quiet", () => {
  const { all, events } = run([checkOf(1, "drift"), checkOf(2, "ok"), checkOf(3, "warning")]);
  expect(events).toEqual(["drift.detected", "retraining.requested", "drift.resolved"]);
  expect(all.at(-1)).toMatchObject({ state: "resolved", resolvedBy: "windows", resolvedAtMs: 1_000_000 });
});

test("insufficient windows neither resolve nor start the count again", () => {
  const days: Status[] = ["drift", "ok", "insufficient", "insufficient"];
  const checks = days.map((status, day) => checkOf(day, status));
  expect(run(checks).incident?.state).toBe("open");
  expect(run([...checks, checkOf(9, "ok")]).all.at(-1)?.state).toBe("resolved");
});

test("drift in between starts the count again", () => {
  const days: Status[] = ["drift", "ok", "drift", "ok"];
  expect(run(days.map((status, day) => checkOf(day, status))).incident?.state).toBe("open");
});

test("the same check twice changes nothing and tells nothing", () => {
  const once = run([checkOf(1, "drift")]);
  const twice = nextIncident(once.incident, checkOf(1, "drift"), policy, 5, () => "other");
  expect(twice).toEqual({ incident: once.incident, events: [] });
});

test("a revision replaces its window's entry and never tells again", () => {
  const opened = run([checkOf(1, "drift")]).incident;
  const { incident, events } = run([checkOf(1, "drift", { revision: 1, effect: 0.3 })], opened);
  expect(events).toEqual([]);
  expect(incident?.entries).toHaveLength(1);
  expect(incident).toMatchObject({ severity: "major", entries: [{ revision: 1 }] });
  // An older revision that arrives late is not taken back.
  expect(run([checkOf(1, "ok")], incident).incident).toEqual(incident);
});

test("a revision that finds drift opens an incident if none is open", () => {
  expect(run([checkOf(1, "ok"), checkOf(1, "drift", { revision: 1 })]).events).toContain("drift.detected");
});

test("severity is major from twice the gate on, and never falls back", () => {
  expect(run([checkOf(1, "drift", { effect: 0.19 })]).incident?.severity).toBe("minor");
  const days = [checkOf(1, "drift", { effect: 0.2 }), checkOf(2, "drift", { effect: 0.11 })];
  expect(run(days).incident?.severity).toBe("major");
});

describe("what is wrong with a window as a whole", () => {
  /** Half of the rows are missing; no feature has drifted. */
  function withoutRows(day: number, status: Status = "drift", effect = 0.5): ToldCheck {
    const { features, ...check } = checkOf(day, status) as Exclude<ToldCheck, PerformanceCheck>;
    const test = { kind: "volume", subject: null, change: null, status, effect, effectName: "change" };
    const quality = [{ ...test, gate: { warning: 0.25, drift: 0.4 }, reason: "480 rows came." }];
    return {
      ...check,
      features: features.map((one) => ({ ...one, status: "ok" })),
      quality,
    } as unknown as ToldCheck;
  }

  test("opens an incident that names it, and asks for no retraining", () => {
    const { incident, events } = run([withoutRows(1)]);
    expect(events).toEqual(["drift.detected"]);
    expect(incident).toMatchObject({
      severity: "minor",
      entries: [{ features: [], quality: [{ kind: "volume" }] }],
    });
    expect(run([withoutRows(1, "drift", 0.9)]).incident?.severity).toBe("major");
  });

  test("asks for retraining once a feature drifts in the same incident, once", () => {
    const { events } = run([withoutRows(1), checkOf(2, "drift"), checkOf(3, "drift")]);
    expect(events).toEqual(["drift.detected", "retraining.requested"]);
    const revised = run([withoutRows(1)]).incident;
    expect(run([checkOf(1, "drift", { revision: 1 })], revised).events).toEqual([]);
  });

  test("resolves like any drift", () => {
    const { events } = run([withoutRows(1), checkOf(2, "ok"), checkOf(3, "ok")]);
    expect(events).toEqual(["drift.detected", "drift.resolved"]);
  });
});
