/**
 * Whatever the order of batches, retries, other bodies, labels, compactions and erasures, and wherever any of them is cut off: the
 * archive holds every row that was counted exactly once, nothing else, and in the end no file that nobody names.
 */
import { abortAllDurableObjects, env, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Receipt } from "#core/domain/api.ts";
import { Erasures, hashedValue } from "#core/domain/erasures.ts";
import { type ArchiveSource, labelsOfHour, sourceNamed } from "../../worker/archive/labels.ts";
import { prefixOf } from "../../worker/archive/keys.ts";
import { tend, type TendDeps } from "../../worker/archive/tend.ts";
import { holderOf, shardName } from "#core/domain/sharding.ts";
import { ingestPredictions } from "../../worker/ingest/ingest-predictions.ts";
import { thePlans } from "../../worker/ingest/plans.ts";
import type { BatchHolder, BatchTarget } from "../../worker/ingest/send-batch.ts";
import type { BatchInput, BatchReply } from "../../worker/objects/model/take-batch.ts";
import type { ArchiveObject } from "../../worker/objects/archive-object.ts";
import * as erasures from "../../worker/objects/archive/erasures.ts";
import { partsBetween } from "../../worker/objects/archive/hours.ts";
import { pendingLots } from "../../worker/objects/archive/pending.ts";
import { ArchiveStore } from "../../worker/objects/archive/store.ts";
import { findModel } from "../../worker/store/models.ts";
import schema from "../../sql/object/archive.sql";
import { archivedRows, archiveOf } from "./archive-scenario.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  objectOf,
  ringAll,
  type Row,
  startMs,
} from "./model-scenario.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

class Crash extends Error {}

/** A bucket that does `ops` more things and then, in the middle of the next one, nothing ever again. */
function dyingBucket(ops: number, done: boolean): R2Bucket {
  let left = ops;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left-- > 0) return work();
    if (left === -1 && done) await work();
    throw new Crash("the power is gone");
  };
  return new Proxy(env.ROWS, {
    get: (bucket, name: keyof R2Bucket) =>
      typeof bucket[name] === "function"
        ? (...args: unknown[]) =>
            step(() => (bucket[name] as (...given: unknown[]) => Promise<unknown>)(...args))
        : bucket[name],
  });
}

/** Each is an object to ring. */
const mostShards = 4;

/** Batches over four hours; two rows of batch 3 are refused. */
const batches: Row[][] = Array.from({ length: 5 }, (_, batch) =>
  Array.from({ length: 6 }, (_, row) => ({
    prediction_id: `p-${batch}-${row % 5}`,
    timestamp: startMs + ((batch + (row % 5)) % 4) * HOUR_MS + row * 1000,
    amount: batch === 3 && row < 2 ? "refused" : batch * 100 + row,
    channel: "web",
    score: 0.25,
    approved: false,
    customer: `c-${(batch + row) % 4}`,
  })),
);
const accepted = (rows: readonly Row[]): Row[] => rows.filter(({ amount }) => typeof amount === "number");

type Step =
  | { do: "send"; batch: number; other: boolean; cut: "no" | "before" | "after" }
  | { do: "fold" }
  | { do: "lose" }
  | { do: "grow" }
  | { do: "label"; batch: number; late: boolean }
  | { do: "tend"; ops: number; done: boolean; far: boolean }
  | { do: "erase"; batch: number; row: number; subject: boolean; ops: number };

const batchIndex = fc.nat(batches.length - 1);
const ops = fc.oneof(fc.nat(6), fc.constant(1000));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      batch: batchIndex,
      other: fc.nat(4).map((n) => n === 0),
      cut: fc.constantFrom("no" as const, "no" as const, "before" as const, "after" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Step>({ do: "fold" }, { do: "fold" }, { do: "lose" }, { do: "grow" }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("label" as const), batch: batchIndex, late: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("tend" as const), ops, done: fc.boolean(), far: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ do: fc.constant("erase" as const), batch: batchIndex, row: fc.nat(5), subject: fc.boolean(), ops },
    }),
  },
);

/** What should be there, by the batch that counted. */
class Expected {
  readonly counted = new Map<number, Row[]>();
  readonly labels = new Map<string, { timeMs: number; label: boolean }>();
  readonly erasedIds = new Set<string>();
  readonly erasedSubjects = new Set<string>();

  rows(labelled: boolean): unknown[][] {
    return [...this.counted.values()]
      .flat()
      .filter(
        ({ prediction_id: id, customer }) =>
          !this.erasedIds.has(id!) && !this.erasedSubjects.has(String(customer)),
      )
      .map(({ amount, prediction_id: id, timestamp }) => [
        ...[amount, timestamp],
        labelled ? this.labels.get(id!)?.label : undefined,
      ])
      .sort();
  }
}

class World {
  readonly id: string;
  readonly expected = new Expected();
  #shards = 1;
  constructor(id: string) {
    this.id = id;
  }

  async take(step: Step): Promise<void> {
    if (step.do === "send") return this.send(step);
    if (step.do === "fold") return this.fold();
    if (step.do === "grow") return this.grow();
    if (step.do === "lose") return abortAllDurableObjects();
    if (step.do === "label") return this.label(step);
    if (step.do === "tend") return this.tend(step.ops, step.done, step.far);
    return this.erase(step);
  }

  async fold(): Promise<void> {
    await ringAll(this.id, this.#shards === 1 ? 0 : this.#shards);
  }

  async grow(): Promise<void> {
    this.#shards = Math.min(mostShards, this.#shards * 2);
    await ask("PATCH", `/v1/models/${this.id}`, { shards: this.#shards });
  }

  async send({ batch, other, cut }: Step & { do: "send" }): Promise<void> {
    // Another body under the same id: the same rows, and one less.
    const rows = other ? batches[batch].slice(1) : batches[batch];
    const object = await objectOf(this.id);
    const ingest = async (holder: BatchHolder, input: BatchInput): Promise<BatchReply> => {
      if (cut === "before") throw new Crash("before it is counted");
      const reply = await holder.ingest(input);
      if (cut === "no") return reply;
      if (reply.outcome === "stored") this.expected.counted.set(batch, accepted(rows));
      throw new Crash("before it is acknowledged");
    };
    const target: BatchTarget = {
      foldingPlan: () => object.foldingPlan(),
      reference: (id) => object.reference(id),
      holderOf: (batchId, shards) => {
        const holder = holderOf(batchId, shards);
        const found = holder === null ? object : env.SHARD.getByName(shardName(object.name ?? "", holder));
        return { ingest: (input) => ingest(found, input) };
      },
    };
    const content = { form: "json" as const, body: { rows } };
    const received = { content, bodyHash: `${other ? 1 : 0}`.padEnd(16, `${batch}`), batchId: `b-${batch}` };
    try {
      const to = { name: object.name ?? "", files: env.ROWS };
      const all = { ...received, deduplicated: true, version: "v1" };
      const receipt: Receipt = await ingestPredictions(to, target, thePlans(), all, Date.now());
      // A retry gets the first receipt: whichever body that was, it is this one, or the id would be refused.
      expect(receipt.accepted).toBe(accepted(rows).length);
      this.expected.counted.set(batch, accepted(rows));
    } catch (error) {
      const refused = error instanceof Error && "code" in error && error.code === "batch_id_reused";
      if (!refused && !(error instanceof Crash)) throw error;
    }
  }

  async label({ batch, late }: Step & { do: "label" }): Promise<void> {
    const timeMs = startMs + (late ? 2 : 1) * DAY_MS;
    const label = late;
    for (const { prediction_id: id } of batches[batch]) {
      const known = this.expected.labels.get(id!);
      if (known === undefined || known.timeMs < timeMs) this.expected.labels.set(id!, { timeMs, label });
    }
    const rows = batches[batch]
      // Some name the time of their prediction, others are looked for.
      .map(({ prediction_id: id, timestamp }, index) => ({
        ...{ prediction_id: id, label, timestamp: timeMs },
        ...(index % 2 === 0 ? { prediction_timestamp: timestamp } : {}),
      }));
    const path = `/v1/models/${this.id}/labels`;
    const { status } = await call("POST", path, { batch_id: `l-${batch}-${late}`, rows });
    expect(status).toBe(200);
  }

  async tend(ops: number, done: boolean, far: boolean): Promise<void> {
    if (far) vi.setSystemTime(Date.now() + 3 * DAY_MS);
    const archive = await archiveOf(this.id);
    await archive.hearAll();
    await this.#inside(dyingBucket(ops, done), async (deps) => {
      deps.store.sql.exec("update hour set changed_ms = 0, since_ms = 0 where changed_ms is not null");
      while (await tend(deps));
    });
  }

  async erase({ batch, row, subject, ops }: Step & { do: "erase" }): Promise<void> {
    const { prediction_id: id, customer } = batches[batch][row];
    await (await archiveOf(this.id)).hearAll();
    const predictionIds = subject ? [] : [hashedValue(id!)];
    const subjects = subject ? [hashedValue(String(customer))] : [];
    await this.#inside(dyingBucket(ops, ops % 2 === 0), async (deps) => {
      erasures.askErasure(
        deps.store.sql,
        `e-${subject ? customer : id}`,
        { predictionIds, subjects },
        Date.now(),
      );
      if (subject) this.expected.erasedSubjects.add(String(customer));
      else this.expected.erasedIds.add(id!);
      await tend({ ...deps, ...erasedIn(deps.store.sql) });
    });
  }

  /** Runs on the archive's own storage, with a bucket that may die on the way. */
  async #inside(files: R2Bucket, work: (deps: TendDeps) => Promise<void>): Promise<void> {
    const object = await objectOf(this.id);
    const model = await findModel(env.DB, "main", this.id);
    if (model === null) throw new Error("the model is gone");
    await runInDurableObject(await archiveOf(this.id), async (instance: ArchiveObject, { storage }) => {
      const store = new ArchiveStore(storage, schema);
      const { state } = store;
      if (state === null) return;
      try {
        await work({
          ...{ store, files, model, state, nowMs: Date.now(), ...erasedIn(storage.sql) },
          prefix: prefixOf(object.name ?? "", model.createdAtMs),
          labels: (hourMs) => labelsOfHour(this.#sources(object.name ?? ""), hourMs),
          mark: () => crypto.randomUUID(),
          partBytes: 1500,
          failed: new Map(),
          hearAll: () => instance.hearAll(),
          // A step reads two batch files, a burst has two steps.
          stepMs: 1000,
          clock: () => (clockMs += 600),
        });
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    });
  }

  /** Stubs of this moment: within an object none of another's are of use. */
  #sources(name: string): ArchiveSource[] {
    const shards =
      this.#shards === 1 ? [] : Array.from({ length: this.#shards }, (_, n) => shardName(name, n));
    return [name, ...shards].map((source) => sourceNamed(env, name, source));
  }

  async partKeys(): Promise<string[]> {
    return runInDurableObject(await archiveOf(this.id), (_: ArchiveObject, { storage }) => {
      expect([...pendingLots(storage.sql)]).toEqual([]);
      return [...partsBetween(storage.sql, 0, Infinity).values()]
        .flatMap((parts) => parts.map(({ key }) => key))
        .sort();
    });
  }

  /** @param settled labels that had to be looked for are in their hours too */
  async check(settled = false): Promise<void> {
    const rows = await archivedRows(this.id);
    const seen = rows.map(({ amount, timestamp, label }) => [amount, timestamp, settled ? label : undefined]);
    expect(seen.sort()).toEqual(this.expected.rows(settled));
  }
}

const erasedIn = (sql: SqlStorage) => ({
  erasures: new Erasures(erasures.allErased(sql)),
  searched: erasures.lastErasure(sql),
});

let run = 0;
let clockMs = 0;

test("the archive holds every counted row exactly once", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const unforeseen: unknown[] = [];
  vi.spyOn(console, "error").mockImplementation((...said: unknown[]) => {
    if (!said.some((one) => one instanceof Crash)) unforeseen.push(said);
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const world = new World(`archive-${run++}`);
      await createModel(world.id, { archive: { subject: "customer" } });
      for (const one of steps) {
        await world.take(one);
        await world.check();
        expect(unforeseen).toEqual([]);
      }
      await world.fold();
      for (const _ of ["compacts", "deletes what that replaced"]) await world.tend(1000, false, true);
      await world.check(true);
      const { objects } = await env.ROWS.list({ prefix: `main/${world.id}/` });
      // Everything is compacted, and old: nothing is left that nobody names.
      expect(objects.map(({ key }) => key).sort()).toEqual(await world.partKeys());
    }),
    { numRuns: Number(env.TEST_RUNS || 4) },
  );
}, 3_600_000);
