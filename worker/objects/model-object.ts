import { DurableObject } from "cloudflare:workers";
import type {
  Activation,
  CheckDetail,
  FeatureWindows,
  Model,
  ModelUsage,
  MonitorSeries,
  Performance,
  PerformanceCheckDetail,
  Quality,
  ReferenceSummary,
} from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import type { CheckAttribution } from "#core/domain/check-attribution.ts";
import type { Importances } from "#core/domain/importances.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import type { Policy, PolicyInput } from "#core/domain/policy.ts";
import { checkReceivers } from "../checks/check-receivers.ts";
import type { Env } from "../env.ts";
import { theKernel } from "../kernel.ts";
import { updateModel } from "../store/models.ts";
import { Alarm } from "./alarm.ts";
import { Steps } from "./steps.ts";
import * as ledger from "./model/archive-ledger.ts";
import * as answers from "./model/answers.ts";
import { attributionOf } from "./model/attribution.ts";
import * as performanceAnswers from "./model/performance-answers.ts";
import type { CheckWithHistory } from "./model/checks.ts";
import { addReference, changePolicy, referenceText } from "./model/configure.ts";
import { type Contribution, type ContributionReply, takeContribution } from "./model/contributions.ts";
import { readCursor, writeCursor } from "./model/cursors.ts";
import { exportCells, exportChecks, type CellColumns, type ExportPage } from "./model/exports.ts";
import { featureWindowsOf } from "./model/feature-windows.ts";
import { Busyness } from "./model/growth.ts";
import type { HalfCounts, HalfInput, HalfReply, SentHalf } from "./model/halves.ts";
import { addHalves, Halves } from "./model/halves.ts";
import type { BatchKind } from "./model/deltas.ts";
import { foldGenerations } from "./model/fold.ts";
import { type AskedLabels, type LabelPage, pageOfLabels } from "./model/log-pages.ts";
import { type FoldingPlan, foldingPlanOf } from "./model/plan.ts";
import { PlanChanges } from "./model/plan-changes.ts";
import { type RoundPartners, workRound } from "./model/round.ts";
import { Shards } from "./model/shards.ts";
import type { ModelChange } from "./model/model-change.ts";
import { ModelStore } from "./model/model-store.ts";
import type { ModelState } from "./model/state.ts";
import { type PastStretch, pastWindow } from "./model/past-window.ts";
import { type AskedQuality, qualityOf } from "./model/quality-answers.ts";
import { problem, type Result } from "./result.ts";
import { sumUsage } from "./usage.ts";
import { type BatchInput, type BatchReply, findReceipt, type KnownReceipt } from "./model/take-batch.ts";
import { type Came, cameWith, isWorkLeft, leavesOpen, nextWakeMs } from "./model/wake.ts";
import { Watchers } from "./model/watchers.ts";

const unknownModel = () => problem("model_not_found", "There is no such model.");

/**
 * One model: takes batches, folds them when its alarm rings, checks the windows that close, and tells of the checks.
 * Everything it decides is a function in `model/` or `checks/`; this class holds the store, the clock and the alarm.
 */
export class ModelObject extends DurableObject<Env> {
  readonly #store: ModelStore;
  readonly #halves: Halves;
  readonly #shards: Shards;
  readonly #plan: PlanChanges;
  readonly #alarm: Alarm;
  readonly #watchers: Watchers;
  readonly #busyness = new Busyness(Date.now());
  /** Taken since the alarm rang. */
  #contributions = 0;
  /** End of the first open window that is estimated or judged when it has closed. */
  #waitingMs: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new ModelStore(ctx.storage);
    this.#halves = new Halves(this.#store);
    this.#shards = new Shards(env.SHARD, this.#store);
    this.#plan = new PlanChanges(this.#store, this.#shards);
    this.#alarm = new Alarm(ctx.storage, this.#store.usage);
    this.#watchers = new Watchers(env.ORGANISATION, this.#store);
  }

  // ---- configuration --------------------------------------------------------------------------------------

  async configure(input: { organisationId: string; model: Model }): Promise<Result<null>> {
    const configured = await this.#plan.configure(input.organisationId, input.model);
    if ("problem" in configured) return configured;
    if (configured.value.retentionChanged) await this.#arm(true);
    return { value: null };
  }

  /** Some of the model as it is now, which the list of models is told before the next change. */
  async change(change: ModelChange): Promise<Result<Model>> {
    const changed = await this.#plan.change(change, (organisationId, model) =>
      updateModel(this.env.DB, organisationId, model),
    );
    if ("problem" in changed) return changed;
    if (changed.value.retentionChanged) await this.#arm(true);
    return { value: changed.value.model };
  }

  setPolicy(input: PolicyInput): Result<{ version: number; policy: Policy }> {
    return changePolicy(this.#store, input, Date.now());
  }

  policy(): Result<{ version: number; policy: Policy }> {
    return this.#told(({ configVersion: version, policy }) => ({ version, policy }));
  }

  /** What is read of a model that there is. */
  #told<T>(read: (state: ModelState) => T): Result<T> {
    const { state } = this.#store;
    return state === null ? unknownModel() : { value: read(state) };
  }

  addReference(id: string, text: string, summary: ReferenceSummary): Result<ReferenceSummary> {
    return addReference(this.#store, id, text, summary);
  }

  /** A past stretch as a reference, as JSON and without its id; null where fewer rows came than these. */
  async pastWindow(asked: PastStretch, leastRows: number): Promise<Result<string | null>> {
    if (this.#store.state === null) return unknownModel();
    await this.#shards.gather();
    const made = pastWindow(this.#store, theKernel(), asked, leastRows, Date.now());
    if ("problem" in made) return made;
    return { value: made.value === null ? null : JSON.stringify(made.value) };
  }

  references(): Result<ReferenceSummary[]> {
    return this.#told(() => this.#store.references.list());
  }

  /** A reference as the JSON it was stored as. */
  reference(id: string): Result<string> {
    return this.#store.state === null ? unknownModel() : referenceText(this.#store, id);
  }

  async activate(referenceId: string, fromMs: number): Promise<Result<Activation[]>> {
    return this.#plan.activate(referenceId, fromMs);
  }

  // ---- batches --------------------------------------------------------------------------------------------

  /** A plan that is being changed is waited for. */
  async foldingPlan(): Promise<Result<FoldingPlan>> {
    await this.#plan.settle();
    return this.#told(foldingPlanOf);
  }

  async ingest(input: BatchInput): Promise<BatchReply> {
    const reply = this.#halves.takeBatch(input, Date.now(), this.#alarm.atMs);
    if (reply.outcome === "stored") await this.#arm(false, cameWith(input, reply.receipt));
    // Nothing is stored, but something is to be told with the next fold.
    if (reply.outcome === "empty" && this.#store.refused.size > 0) await this.#arm(false);
    // What is in the way is folded or forgotten by then.
    if (reply.outcome === "busy") await this.#alarm.by(Date.now() + reply.retryAfterMs);
    return reply;
  }

  /** One half of an inference that a logger tells in two. */
  offerHalf(half: HalfInput): HalfReply {
    return this.#halves.offer(half, Date.now());
  }

  async halves(): Promise<Result<HalfCounts>> {
    if (this.#store.state === null) return unknownModel();
    return { value: addHalves([this.#halves.counts(Date.now()), ...(await this.#shards.halves())]) };
  }

  async usage(): Promise<Result<ModelUsage>> {
    if (this.#store.state === null) return unknownModel();
    return { value: sumUsage([this.#store.tellUsage(), ...(await this.#shards.usage())]) };
  }

  // ---- for the shards -------------------------------------------------------------------------------------

  /** Takes over what a shard summed, once. */
  async contribute(contribution: Contribution): Promise<ContributionReply> {
    const reply = takeContribution(this.#store, contribution, Date.now());
    if (reply.outcome === "taken") {
      this.#contributions++;
      const { epochFromMs, ids } = contribution.remembered;
      const present = epochFromMs === this.#store.configured.epochs.at(-1)?.fromMs;
      this.#busyness.add(contribution.batches, present ? ids : 0);
      await this.#arm(false);
    }
    return reply.outcome === "taken" ? { ...reply, watched: this.#store.configured.watched } : reply;
  }

  /** What is remembered from when there were fewer shards. */
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

  // ---- archive --------------------------------------------------------------------------------------------

  /** What the archive is to be told behind the places up to which it has heard, and the other objects that take batches. */
  archiveRecords(told: ledger.ToldOf): Result<ledger.ArchiveTold & { others: string[] }> {
    return this.#told(() => ({ ...ledger.tellRecords(this.#store, told), others: this.#shards.names() }));
  }

  /** Labels of the panes that reach into a stretch, folded ones and those that wait to be. */
  archiveLabels(asked: AskedLabels): Result<LabelPage> {
    if (this.#store.state === null) return unknownModel();
    while (foldGenerations(this.#store, Date.now()));
    return { value: pageOfLabels(this.#store, asked) };
  }

  // ---- answers --------------------------------------------------------------------------------------------

  /** @param looked whether a dashboard asks, or may: it is hinted of what comes from now on, within seconds */
  async status(looked = false): Promise<answers.ModelStatus | null> {
    if (looked && this.#watchers.look(Date.now())) await this.#arm(false);
    const standing = await this.#shards.standing(looked);
    return this.#store.state === null ? null : answers.statusOf(this.#store, standing);
  }

  importances(): Importances | null {
    return this.#store.state === null ? null : answers.importancesAt(this.#store);
  }

  monitors(): Result<MonitorSeries[]> {
    return this.#told(() => answers.monitorsOf(this.#store));
  }

  history(asked: answers.AskedSeries): Result<CheckWithHistory[]> {
    return this.#told(() => answers.historyOf(this.#store, asked));
  }

  check(id: string): Result<CheckDetail | PerformanceCheckDetail> {
    return this.#store.state === null ? unknownModel() : answers.checkOf(this.#store, id);
  }

  attribution(id: string): Result<CheckAttribution> {
    return this.#store.state === null ? unknownModel() : attributionOf(this.#store, theKernel(), id);
  }

  async detect(series?: string): Promise<Result<CheckDetail>> {
    if (this.#store.state === null) return unknownModel();
    await this.#shards.gather();
    return answers.detectNow(this.#store, theKernel(), Date.now(), series);
  }

  quality(asked: AskedQuality): Result<Quality> {
    return this.#told(() => qualityOf(this.#store, theKernel(), asked));
  }

  async windows(feature: string, asked: answers.AskedSeries): Promise<Result<FeatureWindows>> {
    if (this.#store.state === null) return unknownModel();
    await this.#shards.gather();
    return featureWindowsOf(this.#store, feature, asked, Date.now());
  }

  performance(asked: { segment?: string; fromMs: number; toMs: number }): Result<Performance> {
    return this.#told(() => performanceAnswers.performanceOf(this.#store, asked));
  }

  performanceChecks(asked: { segment?: string; fromMs: number; toMs: number }): Result<PerformanceCheck[]> {
    return this.#told(() => performanceAnswers.performanceChecksOf(this.#store, asked));
  }

  exportChecks(fromMs: number, toMs: number): Result<ExportPage<Check[]>> {
    return this.#told(() => exportChecks(this.#store, fromMs, toMs));
  }

  exportCells(fromMs: number, toMs: number): Result<ExportPage<CellColumns>> {
    return this.#told(() => exportCells(this.#store, fromMs, toMs));
  }

  cursor(name: string): Result<string> {
    return this.#store.state === null ? unknownModel() : readCursor(this.#store.sql, name);
  }

  setCursor(name: string, position: string): Result<string> {
    return this.#store.state === null ? unknownModel() : writeCursor(this.#store.sql, name, position);
  }

  // ---- time -----------------------------------------------------------------------------------------------

  /** Cron's look: wakes what an alarm missed, here and in the shards. The alarm itself does the work. */
  async sweep(nowMs: number): Promise<void> {
    if (this.#store.state === null) return;
    this.#halves.forget(nowMs);
    await this.#alarm.look();
    await this.#arm(isWorkLeft(this.#store, nowMs));
    await this.#plan.settle();
    if (await this.#shards.sweep(nowMs)) return;
    console.error(`shards of ${this.#store.configured.model.id} did not know the plan and are told again`);
    await this.#plan.tellAgain();
  }

  /** The shards first: as long as they are there, it is known that they are. */
  async erase(): Promise<void> {
    await this.#shards.erase();
    await this.#alarm.cancel();
    await this.ctx.storage.deleteAll();
    this.#store.erased();
    this.#halves.reload();
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#alarm.rang(Date.now(), info?.scheduledTime);
    const steps = new Steps(this.#store.state?.model.id ?? "no model");
    const nowMs = Date.now();
    const part = this.#store.state !== null && leavesOpen(this.#store, nowMs);
    try {
      const round = { nowMs, arrived: this.#contributions > 0, part, waitingMs: this.#waitingMs };
      if (!part) this.#contributions = 0;
      if (this.#store.state !== null)
        this.#waitingMs = await workRound(this.#store, this.#partners(), steps.run, round);
    } finally {
      this.#alarm.failures = steps.failed ? this.#alarm.failures + 1 : 0;
      // What was left may be labels, or rows of windows that have closed.
      await this.#arm(steps.unfinished, part ? { labels: true, late: true } : undefined);
    }
  }

  #partners(): RoundPartners {
    return {
      kernel: theKernel(),
      shards: this.#shards,
      receivers: checkReceivers(this.env, this.#store.configured),
      tellArchive: () => ledger.tellArchive(this.#store, this.env.ARCHIVE, this.ctx.id.name),
      wantedFromMs: () => ledger.wantedFromMs(this.#store, this.env.ARCHIVE, this.ctx.id.name),
      hint: (types) => this.#watchers.hint(types),
      busyness: this.#busyness,
      grow: (shards) => this.#plan.grow(shards),
    };
  }

  async #arm(unfinished: boolean, came?: Came): Promise<void> {
    if (this.#store.state === null) return;
    const { failures } = this.#alarm;
    const held = { contributions: this.#contributions, waitingMs: this.#waitingMs, failures };
    const now = { nowMs: Date.now(), unfinished, ...(came && { came }) };
    await this.#alarm.by(nextWakeMs(this.#store, { ...now, ...held }));
  }
}
