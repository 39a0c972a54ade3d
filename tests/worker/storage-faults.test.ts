/**
 * A fault at every storage statement in turn: whatever an object does, what lies in its storage afterwards is what lay there
 * before, or what its whole transactions leave behind; and the same again, without a fault, comes out as if there had been none.
 */
import { runInDurableObject } from "cloudflare:test";
import { afterAll, expect, test } from "vitest";
import type { Model } from "#core/domain/api.ts";
import { closeWindows } from "../../worker/checks/close-windows.ts";
import { judgeWindows } from "../../worker/checks/judge-performance.ts";
import { measurePerformance } from "../../worker/checks/measure-performance.ts";
import { pushIntents } from "../../worker/checks/push-intents.ts";
import type { ReceivedBatch } from "../../worker/http/batch-body.ts";
import { ingestLabels } from "../../worker/ingest/ingest-labels.ts";
import { ingestPredictions } from "../../worker/ingest/ingest-predictions.ts";
import { PlanCache } from "../../worker/ingest/plan-cache.ts";
import { theKernel } from "../../worker/kernel.ts";
import type { BatchStore } from "../../worker/objects/model/batch-store.ts";
import {
  activateReference,
  answerActivation,
  changePolicy,
  configureModel,
} from "../../worker/objects/model/configure.ts";
import { type Contribution, takeContribution } from "../../worker/objects/model/contributions.ts";
import { foldGenerations } from "../../worker/objects/model/fold.ts";
import { forgetOld } from "../../worker/objects/model/forget.ts";
import { Halves } from "../../worker/objects/model/halves.ts";
import { placeSought } from "../../worker/objects/model/label-joins.ts";
import { pageOfLogs } from "../../worker/objects/model/log-pages.ts";
import { ModelStore } from "../../worker/objects/model/model-store.ts";
import { pace } from "../../worker/objects/model/pace.ts";
import { beginPlan } from "../../worker/objects/model/plan.ts";
import {
  type BatchInput,
  type BatchReply,
  findReceipt,
  takeBatch,
} from "../../worker/objects/model/take-batch.ts";
import { windowLogs } from "../../worker/objects/model/window-logs.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { forgetTaken } from "../../worker/objects/shard/forget-taken.ts";
import { handOver } from "../../worker/objects/shard/hand-over.ts";
import { ShardStore } from "../../worker/objects/shard/shard-store.ts";
import type { ShardObject } from "../../worker/objects/shard-object.ts";
import { type Dump, dumpOf, restore, StorageFault, textOf, withFault } from "./faulty-storage.ts";
import {
  createModel,
  HOUR_MS,
  DAY_MS,
  makeRows,
  objectOf,
  pushReference,
  type Row,
  shardOf,
  startMs,
} from "./model-scenario.ts";

/** The same in every run, so that what is stored is too. */
const nowMs = startMs + 200 * DAY_MS;

/** Something that an object does with its store, and what makes the storage as it is found. */
interface Act<Store> {
  prepare?: (store: Store) => unknown;
  act: (store: Store) => unknown;
  /** Of what is told to others each piece counts by itself: it is told again. */
  piecewise?: boolean;
}

/** By act: statements that failed in turn. */
const tried: Record<string, number> = {};

async function tryEach<Store>(
  name: string,
  { storage, open, before }: { storage: DurableObjectStorage; open: () => Store; before: Dump },
  { prepare, act, piecewise }: Act<Store>,
): Promise<void> {
  restore(storage, before);
  await prepare?.(open());
  const found = dumpOf(storage);
  const first = open();
  const whole = await withFault(storage, Infinity, () => act(first));
  expect(whole.error).toBeNull();
  expect(whole.statements).toBeGreaterThan(0);
  const after = textOf(dumpOf(storage));
  expect(after === textOf(found), `${name} changes something`).toBe(false);
  const allowed = new Set([textOf(found), ...whole.commits, after]);
  for (let failing = 1; failing <= whole.statements; failing++) {
    restore(storage, found);
    const store = open();
    const cut = await withFault(storage, failing, () => act(store));
    const where = `${name}, statement ${failing} of ${whole.statements} (${String(cut.error)})`;
    expect(cut.error === null || cut.error instanceof StorageFault, where).toBe(true);
    if (!piecewise) expect(allowed.has(textOf(dumpOf(storage))), `all or nothing: ${where}`).toBe(true);
    // The same object goes on, with what it keeps in memory.
    const again = await withFault(storage, Infinity, () => act(store));
    expect(again.error, `again: ${where}`).toBeNull();
    expect(textOf(dumpOf(storage)) === after, `as if nothing had failed: ${where}`).toBe(true);
  }
  tried[name] = whole.statements;
}

/** Batches as ingest hands them to an object. */
async function captured(model: DurableObjectStub<ModelObject>, id: string): Promise<BatchInput[]> {
  const inputs: BatchInput[] = [];
  const holder = {
    ingest: async (input: BatchInput): Promise<BatchReply> => {
      inputs.push(input);
      const { batchId, deduplicated, accepted, rejected, errors, ignored } = input;
      return {
        outcome: "stored",
        receipt: { batchId, deduplicated, accepted, rejected, errors, ignored, late: 0 },
      };
    },
  };
  const target = {
    foldingPlan: () => model.foldingPlan(),
    reference: (reference: string) => model.reference(reference),
    holderOf: () => holder,
  };
  const plans = new PlanCache(theKernel());
  const received = (batchId: string, rows: object[]): ReceivedBatch => ({
    ...{ content: { form: "json", body: { rows } }, batchId, bodyHash: hashes[batchId] },
    ...{ deduplicated: true, version: null },
  });
  const files = { put: () => Promise.reject(new Error("nothing is archived here")) };
  const sendRows = (batchId: string, rows: object[]) =>
    ingestPredictions({ name: id, files }, target, plans, received(batchId, rows), nowMs);
  const rows = makeRows(5, 40, startMs, 4 * HOUR_MS);
  await sendRows("p0", rows.slice(0, 30));
  await sendRows("p1", rows.slice(20));
  await ingestLabels(id, target, plans, received("l0", rows.slice(0, 30).map(labelOf)), nowMs);
  // Much later: what came before is rolled up.
  await sendRows("p2", makeRows(6, 5, startMs + 100 * DAY_MS));
  return inputs;
}

const hashes: Record<string, string> = Object.fromEntries(
  ["p0", "p1", "p2", "l0"].map((batchId, index) => [batchId, `${index}`.padStart(16, "0")]),
);

/** Half of them say when their prediction was made. */
const labelOf = ({ prediction_id, timestamp, approved }: Row, index: number) => ({
  ...{ prediction_id, label: approved, timestamp: Number(timestamp) + HOUR_MS },
  ...(index % 2 === 0 && { prediction_timestamp: timestamp }),
});

const take = (inputs: readonly BatchInput[]) => (store: BatchStore) => {
  for (const input of inputs) expect(takeBatch(store, input, nowMs, null).outcome).toMatch(/stored|repeated/);
};
const fold = (store: ModelStore): void => {
  while (foldGenerations(store, nowMs));
};
/** Tests whose nulls take the least time. */
const quicken = (store: ModelStore): unknown =>
  changePolicy(store, { features: { amount: { method: "ks" }, score: { method: "ks" } } }, nowMs);
/** The first window. */
const close = (store: ModelStore): void => {
  const closedMs = startMs + DAY_MS;
  while (closeWindows(store, theKernel(), { closedMs, nowMs }).unfinished);
};
const measure = async (store: ModelStore): Promise<void> => {
  const logs = windowLogs([async (asked) => pageOfLogs(store.sql, asked)]);
  while ((await measurePerformance(store, theKernel(), logs)).unfinished);
};
const judge = (store: ModelStore): void => {
  while (judgeWindows(store, theKernel(), nowMs).unfinished);
};
const inTurn =
  <Store>(...acts: ((store: Store) => unknown)[]) =>
  async (store: Store): Promise<void> => {
    for (const act of acts) await act(store);
  };
/** As if it had taken as many as a generation holds. */
const fill = (store: BatchStore): void => {
  if (store.state !== null) store.backlog.open.batches = pace.generationBatches;
};

function actsOfModel(
  [p0, p1, l0, p2]: BatchInput[],
  model: Model,
  other: string,
): Record<string, Act<ModelStore>> {
  const early = [p0, p1, l0];
  const { batchId: id, bodyHash, planVersion } = p0;
  const half = { id, part: "request" as const, bodyHash, said: null, bytes: new Uint8Array(9), planVersion };
  return {
    "takes a batch": { act: take([p0]) },
    "takes a batch into a new generation": {
      prepare: take([p0]),
      act: inTurn(
        (store: ModelStore) => {
          if (findReceipt(store, "predictions", "p1") === null) fill(store);
        },
        take([p1]),
      ),
    },
    "keeps half of an inference": { act: (store) => new Halves(store).offer(half, nowMs) },
    "takes an inference of which half waits": {
      prepare: (store) => new Halves(store).offer(half, nowMs),
      act: (store) => new Halves(store).takeBatch({ ...p0, joined: true }, nowMs, null),
    },
    "folds predictions and labels": { prepare: take(early), act: fold },
    "folds labels before their predictions": { prepare: inTurn(take([l0]), fold, take([p0, p1])), act: fold },
    "closes windows": { prepare: inTurn(quicken, take(early), fold), act: close },
    "measures performance": { prepare: inTurn(take(early), fold), act: measure },
    "judges performance": { prepare: inTurn(take(early), fold, measure, take([p2]), fold), act: judge },
    "tells of checks": {
      ...{ prepare: inTurn(quicken, take(early), fold, close), piecewise: true },
      act: (store) =>
        pushIntents(store.sql, { save: async () => undefined, decide: async () => undefined }, nowMs),
    },
    "rolls up and forgets": {
      prepare: inTurn(take([...early, p2]), fold),
      act: (store) => {
        while (forgetOld(store, nowMs));
      },
    },
    "changes the policy": { act: (store) => changePolicy(store, { minimumRows: 7 }, nowMs) },
    "changes the retention": {
      act: (store) => {
        const retention = { ...model.retention, daysMs: 90 * DAY_MS };
        return configureModel(store, "o", { ...model, retention }, nowMs);
      },
    },
    "begins to have shards": {
      act: (store) => store.configured.epochs.length === 1 && beginPlan(store, 2, nowMs),
    },
    "activates a reference": {
      prepare: take([p0]),
      act: (store) => {
        const fromMs = startMs + 150 * DAY_MS;
        if (answerActivation(store, other, fromMs) !== null) return;
        beginPlan(store, 1, nowMs);
        activateReference(store, other, fromMs, nowMs);
      },
    },
  };
}

/** Objects look at their state before they do anything. */
function loaded<Store extends BatchStore>(store: Store): Store {
  void store.state;
  return store;
}

/** Of an object that was never configured. */
const nothing: Dump = [];

test("a model's object", async () => {
  await createModel("plain");
  const stub = await objectOf("plain");
  const other = await pushReference("plain", 2);
  const inputs = await captured(stub, "plain");
  await runInDurableObject(stub, async (_: ModelObject, { storage }) => {
    const open = () => loaded(new ModelStore(storage));
    const { model } = open().configured;
    const before = dumpOf(storage);
    const declare = { act: (store: ModelStore) => configureModel(store, "o", model, nowMs) };
    await tryEach("declares a model", { storage, open, before: nothing }, declare);
    for (const [name, act] of Object.entries(actsOfModel(inputs, model, other)))
      await tryEach(name, { storage, open, before }, act);
    restore(storage, before);
  });
}, 120_000);

test("a shard, and the object that takes over what it has", async () => {
  await createModel("parted", { shards: 2 });
  const root = await objectOf("parted");
  const inputs = await captured(root, "parted");
  const contributions: Contribution[] = [];
  const model = {
    contribute: async (contribution: Contribution) => {
      contributions.push(structuredClone(contribution));
      return { outcome: "taken" as const, newestMs: contribution.newestMs };
    },
  };
  await runInDurableObject(await shardOf("parted", 0), async (_: ShardObject, { storage }) => {
    const open = () => loaded(new ShardStore(storage));
    const before = dumpOf(storage);
    const handAllOver = async (store: ShardStore): Promise<void> => {
      while ((await handOver(store, model, { nowMs, most: 1 })).unfinished);
    };
    const { organisationId, model: declared, shard, epochs } = open().configured;
    const orders = { organisationId, model: declared, shard, epochs, planVersion: 9 };
    const follow = { act: (store: ShardStore) => store.follow(orders) };
    await tryEach("follows its first orders", { storage, open, before: nothing }, follow);
    await tryEach("follows new orders", { storage, open, before }, follow);
    await tryEach("hands over", { storage, open, before }, { prepare: take(inputs), act: handAllOver });
    const old = {
      prepare: inTurn(take(inputs), handAllOver),
      act: (store: ShardStore) => forgetTaken(store, nowMs),
    };
    await tryEach("forgets", { storage, open, before }, old);
    restore(storage, before);
  });
  await runInDurableObject(root, async (_: ModelObject, { storage }) => {
    const open = () => loaded(new ModelStore(storage));
    const before = dumpOf(storage);
    const contribute = (store: ModelStore) => takeContribution(store, contributions[0], nowMs);
    await tryEach("takes a contribution", { storage, open, before }, { act: contribute });
    // The labels that do not say when their prediction was made were found in the shard.
    const seek = (store: ModelStore) =>
      placeSought(store, async ({ hi }) => new Float64Array(hi.length).fill(startMs), nowMs);
    await tryEach("places labels", { storage, open, before }, { prepare: contribute, act: seek });
    restore(storage, before);
  });
}, 120_000);

afterAll(() => {
  const statements = Object.values(tried).reduce((sum, count) => sum + count, 0);
  console.log(`tried ${JSON.stringify({ statements, acts: tried })}`);
});
