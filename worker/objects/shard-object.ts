import { DurableObject } from "cloudflare:workers";
import type { ModelUsage } from "#core/domain/api.ts";
import { earlierHolders, type Holder, shardName } from "#core/domain/sharding.ts";
import { readLog } from "#core/domain/wire.ts";
import type { Env } from "../env.ts";
import { Alarm } from "./alarm.ts";
import { planVersionOf } from "./model/batch-store.ts";
import type { BatchKind } from "./model/deltas.ts";
import { Halves, type HalfCounts, type HalfInput, type HalfReply, type SentHalf } from "./model/halves.ts";
import {
  type ArchiveTold,
  tellArchive,
  tellRecords,
  type ToldOf,
  wantedFromMs,
} from "./model/archive-ledger.ts";
import { forgetLabels, hasOldLabels } from "./model/forget-labels.ts";
import { gatherMs } from "./model/gathering.ts";
import { panesHolding } from "./model/label-joins.ts";
import {
  type AskedLabels,
  type LabelPage,
  type LogPage,
  type LogPlace,
  pageOfLabels,
  pageOfLogs,
} from "./model/log-pages.ts";
import { nextAlarmMs, pace } from "./model/pace.ts";
import {
  findReceipt,
  type KnownReceipt,
  replyOfReceipt,
  type BatchInput,
  type BatchReply,
} from "./model/take-batch.ts";
import { type Came, cameWith } from "./model/wake.ts";
import { problem, type Result } from "./result.ts";
import { forgetTaken } from "./shard/forget-taken.ts";
import { handOver } from "./shard/hand-over.ts";
import { ShardStore, type ShardOrders } from "./shard/shard-store.ts";

const unknownShard = () => problem("model_not_found", "This shard was told of no model.");

/**
 * One shard of a model: takes batches, keeps their receipts and logs, and hands their counts over to the model's object
 * when its alarm rings. What it is to do the model's object tells it; it decides nothing about windows.
 */
export class ShardObject extends DurableObject<Env> {
  readonly #store: ShardStore;
  readonly #halves: Halves;
  readonly #alarm: Alarm;
  /** Whether somebody may look at the model on a dashboard, as far as this was told. */
  #watched = false;
  /** The hand-over under way; the next one follows it. */
  #handing: Promise<boolean> = Promise.resolve(false);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new ShardStore(ctx.storage);
    this.#halves = new Halves(this.#store);
    this.#alarm = new Alarm(ctx.storage, this.#store.usage);
  }

  /** Orders of the model's object; see ../model/plan.ts. */
  async follow(orders: ShardOrders): Promise<void> {
    if (this.#store.follow(orders)) return;
    await this.erase();
    this.#store.follow(orders);
  }

  // ---- batches --------------------------------------------------------------------------------------------

  async ingest(input: BatchInput): Promise<BatchReply> {
    const { state } = this.#store;
    if (state === null) return { outcome: "stale" };
    const { kind, batchId, deduplicated, planVersion } = input;
    if (
      deduplicated &&
      planVersion === planVersionOf(state) &&
      findReceipt(this.#store, kind, batchId) === null
    ) {
      const known = await this.#askEarlier(batchId, (holder) => holder.recall(kind, batchId));
      if (known !== null) return replyOfReceipt(known, input);
    }
    // The same batch, or another plan, may have come while this one waited: it is looked at anew, and nothing waits from here.
    const reply = this.#halves.takeBatch(input, Date.now(), this.#alarm.atMs);
    const came = reply.outcome === "stored" ? cameWith(input, reply.receipt) : undefined;
    if (reply.outcome === "stored" || this.#store.refused.size > 0) await this.#arm(false, came);
    // What is in the way is folded or forgotten by then.
    if (reply.outcome === "busy") await this.#alarm.by(Date.now() + reply.retryAfterMs);
    if (input.joined && (reply.outcome === "stored" || reply.outcome === "repeated"))
      await this.#dropEarlierHalf(batchId);
    return reply;
  }

  async offerHalf(half: HalfInput): Promise<HalfReply> {
    const known = this.#halves.find(half, Date.now());
    // The loss of this object may have come between the join and that.
    if (known?.outcome === "joined") await this.#dropEarlierHalf(half.id);
    if (known !== null) return known.outcome === "unknown" ? { outcome: "stale" } : known;
    const earlier = await this.#askEarlier(half.id, (holder) => holder.findHalf(half));
    return earlier ?? this.#halves.offer(half, Date.now());
  }

  /** The half that waited for one which was joined may lie in an object that took it in an earlier epoch. */
  async #dropEarlierHalf(id: string): Promise<void> {
    await this.#askEarlier(id, (holder) => holder.dropHalf(id));
  }

  /** The first answer of the objects that may have taken the id in an earlier epoch, newest first. */
  async #askEarlier<T>(
    batchId: string,
    ask: (holder: EarlierHolder) => Promise<T | null>,
  ): Promise<T | null> {
    const { epochs, shard: own } = this.#store.configured;
    const known = { own, remembered: this.#store.receipts.size(), nowMs: Date.now() };
    for (const holder of earlierHolders(batchId, epochs, known)) {
      const answer = await ask(this.#holder(holder));
      if (answer !== null) return answer;
    }
    return null;
  }

  #holder(holder: Holder): EarlierHolder {
    return holder === null
      ? this.env.MODEL.getByName(this.#modelName)
      : this.env.SHARD.getByName(shardName(this.#modelName, holder));
  }

  get #modelName(): string {
    const { organisationId, model } = this.#store.configured;
    return `${organisationId}/${model.id}`;
  }

  // ---- for shards of later epochs -------------------------------------------------------------------------

  recall(kind: BatchKind, batchId: string): KnownReceipt | null {
    return this.#store.state === null ? null : findReceipt(this.#store, kind, batchId);
  }

  findHalf(half: SentHalf): HalfReply | null {
    return this.#store.state === null ? null : this.#halves.find(half, Date.now());
  }

  dropHalf(id: string): null {
    if (this.#store.state !== null) this.#halves.drop(id);
    return null;
  }

  // ---- for the model's object -----------------------------------------------------------------------------

  /**
   * Everything that was accepted, handed over or not.
   * @param looked whether a dashboard asks: the model's object hears of what comes from now on within seconds
   */
  async standing(looked = false): Promise<{ rows: number; newestMs: number | null } | null> {
    const { state } = this.#store;
    if (state === null) return null;
    if (looked && !this.#watched) {
      this.#watched = true;
      await this.#arm(false);
    }
    return { rows: state.rows, newestMs: state.newestMs };
  }

  usage(): ModelUsage | null {
    return this.#store.state === null ? null : this.#store.tellUsage();
  }

  halves(): HalfCounts {
    return this.#store.state === null ? { waiting: 0, unjoined: 0 } : this.#halves.counts(Date.now());
  }

  /** What was taken before this call is the model's when it returns. */
  async handOver(): Promise<void> {
    while (await this.#handOver(pace.generationsPerAlarm));
  }

  /** One at a time: @returns whether more waits. */
  #handOver(most: number): Promise<boolean> {
    const work = async (): Promise<boolean> => {
      if (this.#store.state === null) return false;
      const model = this.env.MODEL.getByName(this.#modelName);
      const handed = await handOver(this.#store, model, { nowMs: Date.now(), most });
      const { orphaned, unfinished } = handed;
      this.#watched = handed.watched ?? this.#watched;
      if (orphaned) await this.erase();
      return unfinished;
    };
    this.#handing = this.#handing.then(work, work);
    return this.#handing;
  }

  // ---- for the archive ------------------------------------------------------------------------------------

  archiveRecords(told: ToldOf): Result<ArchiveTold> {
    return this.#store.state === null ? unknownShard() : { value: tellRecords(this.#store, told) };
  }

  /** Labels of the panes that reach into a stretch; those that wait are handed over before. */
  async archiveLabels(asked: AskedLabels): Promise<Result<LabelPage>> {
    if (this.#store.state === null) return unknownShard();
    await this.handOver();
    return { value: pageOfLabels(this.#store, asked) };
  }

  logs(asked: { fromMs: number; toMs: number; after: LogPlace | null }): LogPage {
    return this.#store.state === null ? { parts: [], next: null } : pageOfLogs(this.#store.sql, asked);
  }

  /** @param ids by writeLog */
  panesHolding(ids: Uint8Array, fromMs: number): Float64Array {
    const log = readLog(ids);
    return this.#store.state === null
      ? new Float64Array(log.hi.length).fill(NaN)
      : panesHolding(this.#store, log, fromMs);
  }

  async erase(): Promise<void> {
    await this.#alarm.cancel();
    await this.ctx.storage.deleteAll();
    this.#store.erased();
    this.#halves.reload();
  }

  // ---- time -----------------------------------------------------------------------------------------------

  /** Cron's look: wakes what an alarm missed. @returns the version of the plan that is followed, if any */
  async sweep(nowMs: number): Promise<number | null> {
    if (this.#store.state === null) return null;
    this.#halves.forget(nowMs);
    await this.#alarm.look();
    await this.#arm(hasOldLabels(this.#store, nowMs));
    return this.#store.configured.planVersion;
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#alarm.rang(Date.now(), info?.scheduledTime);
    let [unfinished, failed] = [false, false];
    // The platform drops an alarm after six failures, so nothing is thrown; the next one tries again.
    try {
      if (this.#store.state !== null) await tellArchive(this.#store, this.env.ARCHIVE, this.ctx.id.name);
      unfinished = await this.#handOver(pace.generationsPerAlarm);
      if (this.#store.state !== null) await this.#forget(Date.now());
    } catch (error) {
      failed = true;
      console.error(`handing over failed for ${this.ctx.id.name}`, error);
    } finally {
      this.#alarm.failures = failed ? this.#alarm.failures + 1 : 0;
      await this.#arm(unfinished || failed);
    }
  }

  async #forget(nowMs: number): Promise<void> {
    forgetTaken(this.#store, nowMs);
    await forgetLabels(this.#store, nowMs, () =>
      wantedFromMs(this.#store, this.env.ARCHIVE, this.ctx.id.name),
    );
  }

  async #arm(unfinished: boolean, came: Came = { labels: false, late: false }): Promise<void> {
    const { state, backlog, refused } = this.#store;
    if (state === null) return;
    const { clock, windowMs } = state.model;
    const waits = backlog.all.batches + refused.size > 0;
    const gathering = {
      ...{ clock, windowMs, backlog: backlog.all, ...came, sharded: true },
      ...{ watched: this.#watched, pressing: refused.size > 0 },
    };
    await this.#alarm.by(
      nextAlarmMs({
        nowMs: Date.now(),
        gatherMs: waits ? gatherMs(gathering) : null,
        unfinished,
        intentMs: null,
        nextCloseMs: null,
        failures: this.#alarm.failures,
      }),
    );
  }
}

/** What is asked of an object that took batches in an earlier epoch. */
interface EarlierHolder {
  recall(kind: BatchKind, batchId: string): Promise<KnownReceipt | null>;
  findHalf(half: SentHalf): Promise<HalfReply | null>;
  dropHalf(id: string): Promise<null>;
}
