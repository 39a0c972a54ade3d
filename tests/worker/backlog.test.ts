/**
 * The limit of what may lie unfolded, reached for real: an object whose folds fail while batches come, until senders are asked to
 * wait; then it heals, and everything that was acknowledged is counted once.
 */
import { env, runInDurableObject, SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import type { FeatureWindows, ModelDetail, ModelUsage, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import type { ReceivedBatch } from "../../worker/http/batch-body.ts";
import { ingestPredictions } from "../../worker/ingest/ingest-predictions.ts";
import { PlanCache } from "../../worker/ingest/plan-cache.ts";
import { theKernel } from "../../worker/kernel.ts";
import { pace } from "../../worker/objects/model/pace.ts";
import type { BatchInput, BatchReply } from "../../worker/objects/model/take-batch.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { StorageFault } from "./faulty-storage.ts";
import {
  ask,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  objectOf,
  ringAlarm,
  ringOnce,
  startMs,
} from "./model-scenario.ts";

const path = "/v1/models/heavy";
/** As many as one request takes: their ids are what makes a batch large. */
const rows = limits.rowsPerBatch;

/** A batch as the Worker folds it. */
async function largeBatch(object: DurableObjectStub<ModelObject>): Promise<BatchInput> {
  const inputs: BatchInput[] = [];
  const ingest = async (input: BatchInput): Promise<BatchReply> => {
    inputs.push(input);
    return { outcome: "stored", receipt: { ...input, late: 0 } };
  };
  const target = {
    foldingPlan: () => object.foldingPlan(),
    reference: (id: string) => object.reference(id),
    holderOf: () => ({ ingest }),
  };
  const files = { put: () => Promise.reject(new Error("nothing is archived here")) };
  const body = { rows: makeRows(5, rows, startMs, HOUR_MS) };
  const received: ReceivedBatch = {
    ...{ content: { form: "json", body }, batchId: "large", bodyHash: "ab".repeat(8) },
    ...{ deduplicated: true, version: null },
  };
  const plans = new PlanCache(theKernel());
  await ingestPredictions({ name: "heavy", files }, target, plans, received, startMs + DAY_MS);
  return inputs[0];
}

/** From now on what waits cannot be read any more; batches are taken as before. */
const breakFolds = (object: DurableObjectStub<ModelObject>): Promise<void> =>
  runInDurableObject(object, (_: ModelObject, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    const faulty: typeof sql.exec = (query, ...bindings) => {
      if (/^select \* from delta_/.test(query)) throw new StorageFault(query);
      return exec(query, ...bindings);
    };
    sql.exec = faulty;
  });

/** The method of the platform is found again behind ours. */
const mendFolds = (object: DurableObjectStub<ModelObject>): Promise<boolean> =>
  runInDurableObject(object, (_: ModelObject, { storage: { sql } }) => Reflect.deleteProperty(sql, "exec"));

const sendSmall = (id: string, timestamp: number): Promise<Response> =>
  SELF.fetch(`http://127.0.0.1:4280${path}/predictions`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.MDT_OWNER_SECRET}`, "content-type": "application/json" },
    body: JSON.stringify({ batch_id: id, rows: [{ timestamp, amount: 1 }] }),
  });

test("a model that cannot fold takes batches up to the limit, then answers 429, and later counts all of them once", async () => {
  await createModel("heavy", { windowMs: DAY_MS });
  const object = await objectOf("heavy");
  const large = await largeBatch(object);
  // Of rows that no label is waited for any more only counts are folded, which takes less time.
  const laterMs = startMs + 2 * limits.labelHorizonMs;
  expect((await sendSmall("later", laterMs)).status).toBe(200);
  await ringAlarm("heavy");
  const { folds: foldsBefore } = await ask<ModelUsage>("GET", `${path}/usage`);
  await breakFolds(object);

  const most = Math.floor(pace.backlogBytes / large.payload.byteLength) + 1;
  /**
   * All at once, and so stored together, which takes seconds one by one. Only each twentieth has its sender's id: looking for one
   * among so many large batches takes longest.
   */
  const outcomes = (every = 1): Promise<Set<string>> =>
    runInDurableObject(object, async (one: ModelObject) => {
      const inputs = Array.from({ length: most }, (_, at) => ({
        ...large,
        batchId: `large-${at}`,
        deduplicated: at % 20 === 0,
      }));
      const sent = inputs.filter((_, at) => at % every === 0);
      const replies = await Promise.all(sent.map((input) => one.ingest(input)));
      return new Set(replies.map(({ outcome }) => outcome));
    });
  expect(await outcomes()).toEqual(new Set(["stored"]));
  await ringOnce("heavy");

  const refused = await sendSmall("small", startMs);
  const problem = await refused.json<Problem>();
  expect([refused.status, problem.code]).toEqual([429, "too_busy"]);
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(problem.detail).toContain(`try again in ${seconds} seconds`);
  // What was acknowledged is told again all the same, and the folds that failed lost nothing.
  expect(await outcomes(20)).toEqual(new Set(["repeated"]));
  const { waiting, folds } = await ask<ModelUsage>("GET", `${path}/usage`);
  expect([waiting, folds]).toEqual([most, foldsBefore]);

  expect(await mendFolds(object)).toBe(true);
  await ringAlarm("heavy");
  const accepted = await sendSmall("small", startMs);
  expect([accepted.status, (await accepted.json<Receipt>()).accepted]).toEqual([200, 1]);
  expect(await outcomes(20)).toEqual(new Set(["repeated"]));
  const all = most * rows + 1;
  expect((await ask<ModelDetail>("GET", path)).rows).toBe(all + 1);
  const { windows } = await ask<FeatureWindows>("GET", `${path}/windows?feature=amount`);
  expect(windows.map((window) => window.rows)).toEqual([all, 1]);
}, 60_000);
