/** What a model may declare, and what is refused with the reason. */
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, limits, MINUTE_MS } from "#core/domain/limits.ts";
import { ModelInput, storedModel } from "#core/domain/model.ts";

const declared = { id: "m", name: "M", features: [{ name: "x", type: "numeric" }] };
const problemsOf = (more: object): string[] =>
  ModelInput.safeParse({ ...declared, ...more }).error?.issues.map(({ message }) => message) ?? [];

describe("retention", () => {
  test("is the usual one unless the model says otherwise, for each size by itself", () => {
    expect(ModelInput.parse(declared).retention).toEqual(limits.retention);
    expect(ModelInput.parse({ ...declared, retention: { daysMs: 90 * DAY_MS } }).retention).toEqual({
      ...limits.retention,
      daysMs: 90 * DAY_MS,
    });
  });

  test("lies within the limits, ascends, and lets windows close with their late rows", () => {
    expect(problemsOf({ retention: { minutesMs: MINUTE_MS } })).toHaveLength(1);
    expect(problemsOf({ retention: { daysMs: 4000 * DAY_MS } })).toHaveLength(1);
    expect(problemsOf({ retention: { hoursMs: 90 * DAY_MS, daysMs: 30 * DAY_MS } })[0]).toContain(
      "at least as long",
    );
    const monthly = { windowMs: 28 * DAY_MS, retention: { hoursMs: 20 * DAY_MS, daysMs: 28 * DAY_MS } };
    expect(problemsOf(monthly)[0]).toContain("lateness");
    expect(problemsOf({ ...monthly, retention: { hoursMs: 20 * DAY_MS, daysMs: 29 * DAY_MS } })).toEqual([]);
    expect(problemsOf({ windowMs: HOUR_MS / 2, latenessMs: 2 * DAY_MS })[0]).toContain("lateness");
  });

  test("of a model that an earlier build stored is the usual one", () => {
    expect(storedModel(JSON.stringify(declared)).retention).toEqual(limits.retention);
  });
});
