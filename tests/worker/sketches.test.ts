/** Rows of a time without a reference: sketched, looked at, made into a reference, and counted in it from then on. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  CheckDetail,
  DriftHistory,
  FeatureWindows,
  Performance,
  Receipt,
  ReferenceSummary,
} from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Reference } from "#core/domain/reference.ts";
import { unwrap } from "../../worker/objects/result.ts";
import {
  activateNewReference,
  ask,
  call,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  objectOf,
  pushReference,
  ringAlarm,
  type Row,
  send,
  startMs,
  panesOf,
} from "./model-scenario.ts";

/** A model that has rows before it has a reference. */
const createBare = (id: string, declared: object = {}): Promise<unknown> =>
  ask("POST", "/v1/models", {
    ...{ id, name: `Model ${id}`, clock: "replay", basePaneMs: HOUR_MS, latenessMs: 10 * MINUTE_MS },
    ...{ features, ...declared },
  });

const windowsOf = async (id: string, feature: string): Promise<FeatureWindows["windows"]> =>
  (await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${feature}`)).windows;

const historyOf = async (id: string, monitor = "default"): Promise<DriftHistory["checks"]> =>
  (await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history?monitor=${monitor}`)).checks;

const sketchesOf = async (id: string): Promise<unknown[]> =>
  Promise.all(features.map(({ name }) => windowsOf(id, name)));

describe("a model without a reference", () => {
  test("counts its rows, shows them, and says why there is no verdict", async () => {
    await createBare("looked-at");
    const rows = makeRows(1, 400, startMs);
    expect((await send<Receipt>("looked-at", "a", rows)).body).toMatchObject({ accepted: 400, rejected: 0 });
    await send("looked-at", "b", makeRows(2, 50, startMs + DAY_MS, HOUR_MS));
    const [amount] = await windowsOf("looked-at", "amount");
    const sorted = rows
      .flatMap((row) => (row.amount === null ? [] : [row.amount as number]))
      .sort((a, b) => a - b);
    if (amount.sketch?.kind !== "numeric") throw new Error("expected a sketch of numbers");
    expect(amount).toMatchObject({ rows: 400, referenceId: null, counts: [] });
    expect(amount.sketch.missing).toBe(400 - sorted.length);
    expect([amount.sketch.min, amount.sketch.max]).toEqual([sorted[0], sorted.at(-1)]);
    for (const { share, low, high } of amount.sketch.quantiles) {
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
      expect(low).toBeLessThanOrEqual(exact);
      expect(high).toBeGreaterThanOrEqual(exact);
    }
    const [channel] = await windowsOf("looked-at", "channel");
    const byChannel = Map.groupBy(rows, (row) => row.channel as string);
    expect(channel.sketch).toMatchObject({ kind: "categories", unlisted: 0, distinct: 3, complete: true });
    if (channel.sketch?.kind !== "categories") throw new Error("expected a sketch of categories");
    for (const { value, count } of channel.sketch.values) expect(count).toBe(byChannel.get(value)?.length);

    await ringAlarm("looked-at");
    const [check] = await historyOf("looked-at");
    expect(check).toMatchObject({ status: "insufficient", referenceId: null, rows: 400, revision: 1 });
    expect(check.reason).toContain("No reference");
    expect((await windowsOf("looked-at", "amount"))[0]).toEqual(amount);
    const detail = await ask<CheckDetail>("GET", `/v1/models/looked-at/checks/${check.id}`);
    expect([detail.counts, detail.check.features]).toEqual([[], []]);
    const open = await ask<CheckDetail>("GET", "/v1/models/looked-at/drift/detect");
    expect(open.check).toMatchObject({ status: "insufficient", complete: false, rows: 50 });
    const cells = unwrap(await (await objectOf("looked-at")).exportCells(0, Number.MAX_SAFE_INTEGER));
    expect([cells.page.windowStartMs.length, cells.nextFromMs]).toEqual([0, null]);
    const { body } = await call<Problem>("GET", "/v1/models/looked-at/windows?feature=nothing");
    expect(body.code).toBe("invalid_query");
  });

  test("revises its windows when late rows come, and only then; labels find their predictions", async () => {
    await createBare("tardy-bare");
    const rows = makeRows(1, 100, startMs);
    await send("tardy-bare", "a", rows);
    await send("tardy-bare", "b", makeRows(2, 1, startMs + DAY_MS + HOUR_MS, HOUR_MS));
    await ringAlarm("tardy-bare");
    for (let time = 0; time < 2; time++) {
      await send("tardy-bare", "late", makeRows(3, 20, startMs, DAY_MS));
      await ringAlarm("tardy-bare");
    }
    expect((await historyOf("tardy-bare")).map(({ revision, rows }) => [revision, rows])).toEqual([[2, 120]]);
    const labels = rows.map(({ prediction_id, approved }) => ({ prediction_id, label: approved }));
    await ask("POST", "/v1/models/tardy-bare/labels", { batch_id: "l", rows: labels });
    await ringAlarm("tardy-bare");
    const { windows } = await ask<Performance>("GET", "/v1/models/tardy-bare/performance");
    expect(windows).toMatchObject([{ predictions: 120, labelled: 100 }]);
  });

  test("keeps the same sketches whatever order and batches its rows come in, and however often", async () => {
    const rows = [
      ...makeRows(4, 700, startMs, 3 * DAY_MS),
      ...Array.from({ length: 300 }, (_, at): Row => ({
        ...{ timestamp: startMs + at * 7919, amount: at % 9 === 0 ? null : 2 ** (at % 40), score: 0.5 },
        ...{ channel: `visitor-${(at * 31) % 211}`, approved: at % 2 },
      })),
    ];
    await createBare("one-pass");
    await send("one-pass", "all", rows);
    const expected = await sketchesOf("one-pass");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...rows.keys()], { minLength: rows.length }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 3, maxLength: 8 }),
        fc.boolean(),
        async (order, sizes, folded) => {
          const id = `pieces-${run++}`;
          await createBare(id);
          for (let from = 0, piece = 0; from < rows.length; piece++) {
            const size = sizes[piece % sizes.length];
            const batch = order.slice(from, from + size).map((place) => rows[place]);
            for (let time = 0; time <= piece % 2; time++) await send(id, `batch-${piece}`, batch);
            if (folded) await ringAlarm(id);
            from += size;
          }
          expect(await sketchesOf(id)).toEqual(expected);
        },
      ),
      { numRuns: 4 },
    );
    // Rolled up into days, three months later, they say the same.
    await send("one-pass", "later", makeRows(5, 1, startMs + 90 * DAY_MS, HOUR_MS));
    await ringAlarm("one-pass", 120);
    const early = (await panesOf("one-pass")).filter(({ startMs: at }) => at < startMs + 4 * DAY_MS);
    expect([...new Set(early.map(({ sizeMs }) => sizeMs))]).toEqual([DAY_MS]);
    const later = (await sketchesOf("one-pass")) as FeatureWindows["windows"][];
    expect(later.map((windows) => windows.slice(0, 3))).toEqual(
      (expected as FeatureWindows["windows"][]).map((windows) => windows.slice(0, 3)),
    );
  });
});

describe("a reference of sketched windows", () => {
  const segments = [{ name: "by-channel", field: "channel", values: ["web", "app"] }];

  test("is the start of a new user: send, look, make it of the last weeks, activate, be told", async () => {
    await createBare("fresh", { segments });
    const days = 16;
    await send("fresh", "first", makeRows(1, days * 200, startMs, days * DAY_MS));
    const window = { from: startMs, to: startMs + days * DAY_MS };
    const made = await ask<ReferenceSummary>("POST", "/v1/models/fresh/references", { window });
    expect(made).toMatchObject({ segment: "", rows: days * 200, chunks: days });
    expect(made.edgesWithin).toBeLessThan(0.1);
    const reference = await ask<Reference>("GET", `/v1/models/fresh/references/${made.id}`);
    expect(Object.keys(reference.segments)).toEqual(["by-channel=web", "by-channel=app", "by-channel=other"]);
    expect((await ask<ReferenceSummary>("POST", "/v1/models/fresh/references", { window })).id).toBe(made.id);

    // Rows of today are sketched already: the activation says from when it works.
    await send("fresh", "today", makeRows(2, 40, startMs + days * DAY_MS, HOUR_MS));
    const activate = `/v1/models/fresh/references/${made.id}/activate`;
    const refused = await call<Problem>("POST", activate, { from: startMs + days * DAY_MS });
    const worksMs = startMs + (days + 1) * DAY_MS;
    expect([refused.status, refused.body.code]).toEqual([422, "activation_invalid"]);
    expect(refused.body.detail).toContain(String(worksMs));
    await ask("POST", activate, { from: worksMs });

    // This isolate folded without a reference until now: its plan is stale, and the batch is folded again.
    await send("fresh", "calm", makeRows(3, 300, worksMs));
    await send("fresh", "moved", makeRows(4, 300, worksMs + DAY_MS, DAY_MS, 1));
    await send("fresh", "before", makeRows(5, 10, worksMs - HOUR_MS, HOUR_MS));
    await send("fresh", "closing", makeRows(6, 1, worksMs + 2 * DAY_MS + HOUR_MS, HOUR_MS));
    await ringAlarm("fresh");
    const checks = await historyOf("fresh");
    expect(checks.slice(0, days + 1).every(({ referenceId }) => referenceId === null)).toBe(true);
    expect(checks[days].rows).toBe(50);
    const counted = checks.slice(days + 1);
    expect(counted.map(({ referenceId }) => referenceId)).toEqual([made.id, made.id]);
    expect(counted[0].status).not.toBe("drift");
    expect([counted[1].status, counted[1].worst]).toEqual(["drift", "amount"]);
    const web = (await historyOf("fresh", "by-by-channel:by-channel=web")).slice(-1);
    expect(web).toMatchObject([{ referenceId: reference.segments["by-channel=web"], status: "drift" }]);

    const mixed = { window: { from: worksMs - DAY_MS, to: worksMs + DAY_MS } };
    const { body } = await call<Problem>("POST", "/v1/models/fresh/references", mixed);
    expect(body.code).toBe("cells_differ");
    expect(body.detail).toContain("no reference");
  });

  test("leaves what was sketched before as it is, and counts in another reference when that begins", async () => {
    await createBare("later-on");
    await send("later-on", "a", makeRows(1, 30, startMs, HOUR_MS));
    const reference = await activateNewReference("later-on", startMs + 2 * DAY_MS);
    await send("later-on", "b", makeRows(2, 30, startMs + DAY_MS, HOUR_MS));
    await send("later-on", "c", makeRows(3, 30, startMs + 2 * DAY_MS, HOUR_MS));
    const windows = await windowsOf("later-on", "amount");
    expect(windows.map(({ referenceId, rows }) => [referenceId, rows])).toEqual([
      [null, 30],
      [null, 30],
      [reference, 30],
    ]);
    const second = await pushReference("later-on", 2);
    const { status } = await call("POST", `/v1/models/later-on/references/${second}/activate`, {
      from: startMs,
    });
    expect(status).toBe(422);
  });
});
