import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Performance, Receipt } from "#core/domain/api.ts";
import type { PerformanceWindow } from "#core/domain/performance.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { countDuplicates } from "../../worker/objects/model/logs.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  objectOf,
  ringAlarm,
  send,
  startMs,
  type Row,
} from "./model-scenario.ts";

interface Label {
  prediction_id: string;
  label: boolean;
  timestamp?: number;
  prediction_timestamp?: number;
}

const rows = makeRows(21, 200, startMs, 2 * DAY_MS);

/** True more often where the score is high. */
function labelOf(row: Row, index: number): Label {
  const label = (row.score as number) > ((index * 37) % 100) / 100;
  const timestamp = (row.timestamp as number) + DAY_MS;
  return {
    prediction_id: row.prediction_id!,
    label,
    timestamp,
    prediction_timestamp: row.timestamp as number,
  };
}

const labels = rows.map(labelOf);

const sendLabels = async (id: string, batchId: string, batch: Label[]): Promise<Receipt> =>
  ask<Receipt>("POST", `/v1/models/${id}/labels`, { batch_id: batchId, rows: batch });

const windowsOf = async (id: string): Promise<PerformanceWindow[]> =>
  (await ask<Performance>("GET", `/v1/models/${id}/performance`)).windows;

describe("realised performance", () => {
  test("follows the labels, window by window", async () => {
    await createModel("judged");
    await send("judged", "rows", rows);
    const receipt = await sendLabels("judged", "labels", labels.slice(0, 150));
    expect([receipt.accepted, receipt.rejected]).toEqual([150, 0]);
    await ringAlarm("judged");
    const windows = await windowsOf("judged");
    expect(
      windows.map(({ windowStartMs, predictions, labelled }) => [windowStartMs, predictions, labelled]),
    ).toEqual([
      [startMs, 100, 100],
      [startMs + DAY_MS, 100, 50],
    ]);
    expect(windows.map(({ coverage, delay }) => [coverage, delay])).toEqual([
      [1, { medianMs: DAY_MS, p90Ms: DAY_MS }],
      [0.5, { medianMs: DAY_MS, p90Ms: DAY_MS }],
    ]);
    const { confusion, metrics } = windows[0].realised!;
    const first = rows.slice(0, 100);
    const hits = first.filter((row, index) => row.approved === labels[index].label).length;
    const [[tn, fp], [fn, tp]] = confusion!;
    expect([tp + fn, tp + tn, tp + tn + fp + fn]).toEqual([
      labels.slice(0, 100).filter(({ label }) => label).length,
      hits,
      100,
    ]);
    expect(metrics.accuracy?.value).toBeCloseTo(hits / 100, 12);
    expect(metrics.rocAuc!.low).toBeLessThan(metrics.rocAuc!.value);
  });

  test("is the same whatever the order, the split and the repetitions, before or after the predictions", async () => {
    await createModel("ordered");
    await send("ordered", "rows", rows);
    await sendLabels("ordered", "labels", labels);
    await ringAlarm("ordered");
    const expected = await windowsOf("ordered");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...labels.keys()], { minLength: labels.length }),
        fc.nat(labels.length),
        fc.array(fc.constantFrom("rows", "first", "second", "ring"), { maxLength: 8 }),
        fc.boolean(),
        async (order, cut, steps, placed) => {
          const id = `order-${run++}`;
          await createModel(id);
          const shuffled = order.map((index) =>
            placed ? labels[index] : { ...labels[index], prediction_timestamp: undefined },
          );
          const act = async (step: string) => {
            if (step === "ring") await ringAlarm(id);
            else if (step === "rows") await send(id, "rows", rows);
            else {
              const batch = step === "first" ? shuffled.slice(0, cut) : shuffled.slice(cut);
              if (batch.length > 0) await sendLabels(id, step, batch);
            }
          };
          for (const step of [...steps, "second", "rows", "first", "ring"]) await act(step);
          expect(await windowsOf(id)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);

  test.each([true, false])(
    "takes the last label by label time, not by arrival (last first: %s)",
    async (lastFirst) => {
      const id = `corrected-${lastFirst}`;
      await createModel(id);
      await send(id, "rows", rows.slice(0, 60));
      const early = labels.slice(0, 60).map((label) => ({ ...label, label: false }));
      const last = early.map((label) => ({ ...label, label: true, timestamp: label.timestamp! + DAY_MS }));
      for (const [index, batch] of (lastFirst ? [last, early] : [early, last]).entries()) {
        await sendLabels(id, `labels-${index}`, batch);
        await ringAlarm(id);
      }
      const [window] = await windowsOf(id);
      expect([window.labelled, window.realised?.metrics.baseRate?.value]).toEqual([60, 1]);
    },
  );

  test.each([true, false])("judges the first prediction of an id (sent first: %s)", async (sentFirst) => {
    const id = `first-${sentFirst}`;
    await createModel(id);
    const [row] = rows;
    const first = { ...row, score: 0.9, approved: true };
    const second = { ...row, timestamp: Number(row.timestamp) + 1000, score: 0.1, approved: false };
    for (const [index, sent] of (sentFirst ? [first, second] : [second, first]).entries()) {
      await send(id, `batch-${index}`, [sent]);
      await ringAlarm(id);
    }
    await sendLabels(id, "label", [{ ...labels[0], label: true }]);
    await ringAlarm(id);
    const [window] = await windowsOf(id);
    expect([window.predictions, window.realised?.confusion]).toEqual([
      1,
      [
        [0, 0],
        [0, 1],
      ],
    ]);
  });

  test("counts an id that is sent again, but not one that comes repeated beside its label", async () => {
    await createModel("again");
    const [one, two] = rows;
    const repeated = { ...labels[0], score: one.score, approved: one.approved };
    await sendLabels("again", "labels", [repeated, labels[1]]);
    await ringAlarm("again");
    for (const id of ["a", "b", "c"]) await send("again", id, id === "c" ? [two] : [one, two]);
    await ringAlarm("again");
    const counted = await runInDurableObject(await objectOf("again"), (_: ModelObject, { storage }) =>
      countDuplicates(storage.sql, startMs, startMs + DAY_MS),
    );
    expect(counted).toBe(3);
  });

  test("of a model that only decides has everything but the metrics of a score", async () => {
    await ask("POST", "/v1/models", {
      id: "decider",
      name: "Decider",
      clock: "replay",
      features: [{ name: "approved", type: "boolean", role: "prediction" }],
    });
    const reference = await ask<{ id: string }>("POST", "/v1/models/decider/references", {
      columns: {
        timestamp: rows.map(({ timestamp }) => timestamp),
        approved: rows.map(({ approved }) => approved),
      },
    });
    await ask("POST", `/v1/models/decider/references/${reference.id}/activate`, { from: startMs });
    await send("decider", "rows", rows.slice(0, 100));
    await sendLabels("decider", "labels", labels.slice(0, 100));
    await ringAlarm("decider");
    const [{ labelled, realised }] = await windowsOf("decider");
    expect([labelled, realised?.metrics.rocAuc, realised?.calibration]).toEqual([100, undefined, null]);
    expect(realised?.metrics.accuracy?.value).toBeGreaterThan(0.5);
  });

  test("stays as it is when a label comes after the horizon, and the receipt says so", async () => {
    await createModel("settled");
    await send("settled", "rows", rows);
    await sendLabels("settled", "labels", labels);
    await ringAlarm("settled");
    const before = await windowsOf("settled");
    await send("settled", "later", makeRows(5, 3, startMs + 40 * DAY_MS, HOUR_MS));
    await ringAlarm("settled", 60);
    const wrong = labels
      .slice(0, 10)
      .map((label) => ({ ...label, label: !label.label, timestamp: undefined }));
    expect((await sendLabels("settled", "too late", wrong)).late).toBe(10);
    await send("settled", "again", rows.slice(0, 10));
    await ringAlarm("settled", 60);
    expect(await windowsOf("settled")).toEqual(before);
  });

  test("refuses labels that are none, row by row", async () => {
    await createModel("strict");
    const bad = [
      { prediction_id: "a", label: "yes" },
      { prediction_id: "a" },
      { label: true },
      { prediction_id: "a", label: 1, prediction_timestamp: "soon" },
      { prediction_id: "a", label: 1, timestamp: startMs },
    ];
    const { body } = await call<Receipt>("POST", "/v1/models/strict/labels", { rows: bad });
    expect(body.accepted).toBe(1);
    expect(body.errors.map(({ code }) => code)).toEqual([
      "label_invalid",
      "label_missing",
      "prediction_id_invalid",
      "timestamp_invalid",
    ]);
  });

  test("a batch of predictions and one of labels may have the same id", async () => {
    await createModel("scoped");
    expect((await send<Receipt>("scoped", "same", makeRows(1, 5, startMs, HOUR_MS))).body.accepted).toBe(5);
    expect((await sendLabels("scoped", "same", labels.slice(0, 5))).accepted).toBe(5);
  });
});
