/** What `mdt tail` tells: each thing once, and again when it has become something else. */
import { describe, expect, it } from "vitest";
import { DAY_MS } from "#core/domain/limits.ts";
import { lineOf } from "../../client/command/tail/lines.ts";
import { type Look, newsOf } from "../../client/command/tail/news.ts";

const dayMs = Date.UTC(2026, 1, 3);

const check = (day: number, revision: number, status: "ok" | "drift"): Look["checks"][number] => ({
  ...{ id: `churn~default~${day}~${revision}`, modelId: "churn", monitor: "default" },
  ...{ windowStartMs: dayMs + day * DAY_MS, windowEndMs: dayMs + (day + 1) * DAY_MS, revision },
  ...{ referenceId: "ref-1", configVersion: 1, seed: 1, periodMs: DAY_MS, rows: 165, complete: true },
  ...{
    status,
    errors: 0,
    worst: null,
    reason: status === "ok" ? "No feature has drifted." : "Drift in age.",
  },
  family: { size: 4, correction: "bh", level: { warning: 0.03, drift: 0.003 } },
  features: [],
  quality: [],
});

const incident = (state: "open" | "resolved"): Look["incidents"][number] => ({
  ...{ id: "inc-1", modelId: "churn", monitor: "by-plan:plan=pro", kind: "drift", state, severity: "major" },
  ...{ fromMs: dayMs, toMs: dayMs + 3 * DAY_MS, openedAtMs: 5, acknowledgedAtMs: null, acknowledgedBy: null },
  ...{ resolvedAtMs: null, resolvedBy: state === "resolved" ? "windows" : null, entries: [] },
});

const window = (labelled: number): Look["performance"][number] => ({
  ...{
    windowStartMs: dayMs,
    windowEndMs: dayMs + DAY_MS,
    predictions: 165,
    labelled,
    coverage: labelled / 165,
  },
  ...{ delay: null, realised: null, estimated: null, check: null },
});

const look = (more: Partial<Look>): Look => ({
  ...{ modelId: "churn", checks: [], incidents: [], performance: [] },
  ...more,
});

describe("news", () => {
  it("are told once, and again as they change", () => {
    const first = newsOf(new Map(), [
      look({ checks: [check(0, 1, "ok")], incidents: [incident("open")], performance: [window(0)] }),
    ]);
    expect(first.news.map(({ type }) => type)).toEqual(["check", "incident"]);
    expect(
      newsOf(first.seen, [look({ checks: [check(0, 1, "ok")], incidents: [incident("open")] })]).news,
    ).toEqual([]);
    const second = newsOf(first.seen, [
      look({
        checks: [check(0, 2, "drift"), check(1, 1, "ok")],
        incidents: [incident("resolved")],
        performance: [window(100)],
      }),
    ]);
    expect(second.news.map(({ type }) => type)).toEqual(["check", "check", "incident", "performance"]);
    expect(newsOf(second.seen, [look({ performance: [window(120)] })]).news).toHaveLength(1);
    // Another model's window is another window.
    expect(
      newsOf(second.seen, [{ ...look({ checks: [check(1, 1, "ok")] }), modelId: "other" }]).news,
    ).toHaveLength(1);
  });

  it("are a line each", () => {
    const { news } = newsOf(new Map(), [
      look({ checks: [check(0, 2, "drift")], incidents: [incident("resolved")], performance: [window(100)] }),
    ]);
    expect(news.map((one) => lineOf(one, Date.UTC(2026, 1, 9, 8, 30), (text) => text))).toEqual([
      "08:30:00  check        churn  2026-02-03  DRIFT         165 rows  Drift in age. (revision 2)",
      "08:30:00  incident     churn (by-plan:plan=pro)  2026-02-03 to 2026-02-05  resolved  major drift  inc-1  by windows",
      "08:30:00  performance  churn  2026-02-03  100 of 165 labelled",
    ]);
  });
});
