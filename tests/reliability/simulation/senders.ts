import { ProblemError } from "#core/domain/errors.ts";
import { SECOND_MS } from "#core/domain/limits.ts";
import { holderOf, shardName } from "#core/domain/sharding.ts";
import { type EventReceipt, ingestEvent } from "../../../worker/ingest/ingest-event.ts";
import { ingestLabels } from "../../../worker/ingest/ingest-labels.ts";
import { ingestPredictions } from "../../../worker/ingest/ingest-predictions.ts";
import { PlanCache } from "../../../worker/ingest/plan-cache.ts";
import { theKernel } from "../../../worker/kernel.ts";
import { Fault, type Faults } from "./faults.ts";
import { halfOf } from "./inferences.ts";
import type { Platform } from "./platform.ts";
import { patienceMs, type SentBatch, type Sending } from "./scenario.ts";
import type { World } from "./world.ts";

/** A Worker's isolate: what it remembers of plans may be old, and is lost with it. */
export class Isolate {
  readonly #world: World;
  readonly #faults: () => Faults;
  readonly #skew: number;
  readonly #platform: Platform;
  #plans = new PlanCache(theKernel());

  constructor(world: World, faults: () => Faults, platform: Platform) {
    [this.#world, this.#faults, this.#platform] = [world, faults, platform];
    this.#skew = world.draw() * 2 - 1;
  }

  crash(): void {
    this.#plans = new PlanCache(theKernel());
  }

  take(modelName: string, { batch, part }: Sending): Promise<EventReceipt> {
    const env = this.#platform.env(alwaysThere);
    const model = env.MODEL.getByName(modelName);
    const target = {
      foldingPlan: () => model.foldingPlan(),
      reference: (id: string) => model.reference(id),
      holderOf: (batchId: string, shards: number) => {
        const holder = holderOf(batchId, shards);
        return holder === null ? model : env.SHARD.getByName(shardName(modelName, holder));
      },
    };
    const rowsTo = { name: modelName, files: env.ROWS };
    return this.#world.withSkew(this.#skew * this.#faults().skewMs, () => {
      const nowMs = Date.now();
      if (batch.kind === "inference")
        return ingestEvent(rowsTo, target, this.#plans, halfOf(batch, part), {
          ...{ mode: "all", version: null, nowMs },
        });
      const received = {
        content: { form: "json" as const, body: { rows: batch.rows } },
        ...{ batchId: batch.id, bodyHash: hashOf(batch.rows), deduplicated: true, version: null },
      };
      return batch.kind === "labels"
        ? ingestLabels(modelName, target, this.#plans, received, nowMs)
        : ingestPredictions(rowsTo, target, this.#plans, received, nowMs);
    });
  }
}

export const alwaysThere = { isAlive: () => true, durable: () => Promise.resolve() };

const hashOf = (rows: SentBatch["rows"]): string =>
  theKernel().fingerprint(new TextEncoder().encode(JSON.stringify(rows)));

/** Sends one batch until it is acknowledged, however often that takes. */
export async function deliver(
  world: World,
  {
    faults,
    ask,
    noteBug,
  }: { faults: () => Faults; ask: () => Promise<EventReceipt>; noteBug: (error: unknown) => void },
): Promise<EventReceipt> {
  for (;;) {
    const sendings = world.chance(faults().doubled) ? 2 : 1;
    const answers = Array.from({ length: sendings }, () => request(world, faults(), ask, noteBug));
    const receipt = await Promise.race([...answers, world.sleep(patienceMs(faults())).then(() => null)]);
    if (receipt !== null) return receipt;
    await world.sleep(world.between(0, 10 * SECOND_MS));
  }
}

/** Null when there is no answer, or one that says to try again. */
async function request(
  world: World,
  { dropped, unanswered, delayMs }: Faults,
  ask: () => Promise<EventReceipt>,
  noteBug: (error: unknown) => void,
): Promise<EventReceipt | null> {
  const [isDropped, isUnanswered] = [world.chance(dropped), world.chance(unanswered)];
  await world.sleep(world.between(0, delayMs));
  if (isDropped) return null;
  try {
    const receipt = await ask();
    await world.sleep(world.between(0, delayMs));
    return isUnanswered ? null : receipt;
  } catch (error) {
    const passes = error instanceof ProblemError && ["too_busy", "unavailable"].includes(error.code);
    if (!passes && !(error instanceof Fault)) noteBug(error);
    return null;
  }
}
