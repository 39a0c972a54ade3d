/** How long a model keeps what it counted: declared with it, and changed later. */
import { describe, expect, test } from "vitest";
import type { Model, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  ringAlarm,
  ringOnce,
  send,
  startMs,
  paneSizesOf,
} from "./model-scenario.ts";

/** Early enough for what comes a hundred days later not to be ahead of now. */
const early = startMs - 300 * DAY_MS;

const panesOf = async (id: string): Promise<Record<string, number>> =>
  Object.fromEntries((await paneSizesOf(id)).map(({ size, n }) => [`${size / HOUR_MS} h`, n]));

describe("a model's retention", () => {
  test("decides what is rolled up, what is forgotten, and which rows are too old", async () => {
    const retention = { minutesMs: HOUR_MS, hoursMs: 3 * DAY_MS, daysMs: 10 * DAY_MS };
    await createModel("brief", { basePaneMs: MINUTE_MS, fromMs: early, retention });
    await send("brief", "a", makeRows(1, 48, early, 2 * DAY_MS));
    await send("brief", "b", makeRows(2, 5, early + 4 * DAY_MS, 5 * MINUTE_MS));
    await ringAlarm("brief");
    expect(await panesOf("brief")).toEqual({ [`${1 / 60} h`]: 5, "1 h": 24, "24 h": 1 });
    await send("brief", "c", makeRows(3, 5, early + 11 * DAY_MS, 5 * MINUTE_MS));
    await ringAlarm("brief");
    expect(await panesOf("brief")).toEqual({ [`${1 / 60} h`]: 5, "24 h": 1 });
    const old = await call<Problem>("POST", "/v1/models/brief/predictions", {
      rows: makeRows(4, 3, early, HOUR_MS),
    });
    expect(old.body.issues?.[0].message).toContain("timestamp_too_old");
  });

  test("that is made shorter forgets at the next alarm; longer, takes older rows at once", async () => {
    const created = { basePaneMs: HOUR_MS, fromMs: early };
    await createModel("changing", created);
    await send("changing", "a", makeRows(1, 40, early, 40 * DAY_MS));
    await ringAlarm("changing");
    expect(await panesOf("changing")).toEqual({ "1 h": 40 });
    const changed = await ask<Model>("PATCH", "/v1/models/changing", {
      retention: { hoursMs: 5 * DAY_MS, daysMs: 20 * DAY_MS },
    });
    expect(changed.retention).toEqual({ ...limits.retention, hoursMs: 5 * DAY_MS, daysMs: 20 * DAY_MS });
    // No row came: the change itself wakes the object.
    await ringOnce("changing");
    expect(await panesOf("changing")).toEqual({ "1 h": 6, "24 h": 15 });
    const ofOld = () =>
      call<Receipt>("POST", "/v1/models/changing/predictions", {
        rows: makeRows(2, 3, early + 10 * DAY_MS, HOUR_MS),
      });
    expect((await ofOld()).status).toBe(422);
    await ask("PATCH", "/v1/models/changing", { retention: { daysMs: 60 * DAY_MS } });
    // This isolate still holds the plan of before; the object takes it for stale.
    await send("changing", "now", makeRows(3, 1, early + 39 * DAY_MS, HOUR_MS));
    expect((await ofOld()).body.accepted).toBe(3);
  });

  test("is refused where windows or monitors could not be kept, and then nothing is changed", async () => {
    await createModel("bound", { fromMs: early });
    const patch = (retention: object) => call<Problem>("PATCH", "/v1/models/bound", { retention });
    expect((await patch({ daysMs: 5 })).status).toBe(400);
    expect((await patch({ hoursMs: 300 * DAY_MS, daysMs: 200 * DAY_MS })).body.detail).toContain(
      "as long as minutes",
    );
    await ask("PUT", "/v1/models/bound/drift/config", {
      monitors: [{ id: "monthly", against: { kind: "rolling", lengthMs: 60 * DAY_MS } }],
    });
    const refused = await patch({ hoursMs: 30 * DAY_MS, daysMs: 30 * DAY_MS });
    expect([refused.status, refused.body.code]).toEqual([422, "policy_invalid"]);
    const { model } = await ask<{ model: Model }>("GET", "/v1/models/bound");
    expect(model.retention).toEqual(limits.retention);
  });
});
