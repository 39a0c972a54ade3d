import { DurableObject } from "cloudflare:workers";
import type {
  Activation,
  CheckDetail,
  FeatureWindows,
  LiveHint,
  Model,
  MonitorSeries,
  Performance,
  PerformanceCheckDetail,
  Quality,
  ReferenceSummary,
} from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import type { Policy, PolicyInput } from "#core/domain/policy.ts";
import { closeWindows } from "../checks/close-windows.ts";
import { judgeWindows } from "../checks/judge-performance.ts";
import { measurePerformance } from "../checks/measure-performance.ts";
import { pushIntents, type CheckReceivers } from "../checks/push-intents.ts";
import type { Env } from "../env.ts";
import { theKernel } from "../kernel.ts";
import { upsertCheck } from "../store/checks.ts";
import * as answers from "./model/answers.ts";
import type { CheckWithHistory } from "./model/checks.ts";
import { activateReference, addReference, changePolicy, configureModel } from "./model/configure.ts";
import { readCursor, writeCursor } from "./model/cursors.ts";
import { exportCells, exportChecks, type CellColumns, type ExportPage } from "./model/exports.ts";
import { featureWindowsOf } from "./model/feature-windows.ts";
import { foldGenerations } from "./model/fold.ts";
import { forgetOld } from "./model/forget.ts";
import { type HalfCounts, type HalfInput, type HalfReply, Halves } from "./model/halves.ts";
import { firstIntent } from "./model/intents.ts";
import { ModelStore } from "./model/model-store.ts";
import { type PastStretch, pastWindow } from "./model/past-window.ts";
import { nextAlarmMs } from "./model/pace.ts";
import { type AskedQuality, qualityOf } from "./model/quality-answers.ts";
import { problem, type Result } from "./result.ts";
import { planVersionOf } from "./model/batch-store.ts";
import { ownWindowLogs } from "./model/window-logs.ts";
import { takeBatch, type BatchInput, type BatchReply } from "./model/take-batch.ts";

const unknownModel = () => problem("model_not_found", "There is no such model.");

/** What a Worker needs to fold rows for this model, and keeps for a while. */
export interface FoldingPlan {
  model: Model;
  activations: Activation[];
  planVersion: string;
  /** Event time come so far; old rows are refused by it on a replay's clock. */
  newestMs: number | null;
}

/**
 * One model: takes batches, folds them when its alarm rings, checks the windows that close, and tells of the checks.
 * Everything it decides is a function in `model/` or `checks/`; this class holds the store, the clock and the alarm.
 */
export class ModelObject extends DurableObject<Env> {
  readonly #store: ModelStore;
  readonly #halves: Halves;
  /** The pending alarm; undefined before it was looked up, null when there is none. */
  #alarmMs: number | null | undefined;
  #failures = 0;
  /** End of the first open window with labels: it is judged when it has closed. */
  #judgeMs: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new ModelStore(ctx.storage);
    this.#halves = new Halves(this.#store);
  }

  // ---- configuration --------------------------------------------------------------------------------------

  async configure(input: { organisationId: string; model: Model }): Promise<Result<null>> {
    const configured = configureModel(this.#store, input.organisationId, input.model, Date.now());
    if ("problem" in configured) return configured;
    if (configured.value.retentionChanged) await this.#arm(true);
    return { value: null };
  }

  setPolicy(input: PolicyInput): Result<{ version: number; policy: Policy }> {
    return changePolicy(this.#store, input, Date.now());
  }

  policy(): Result<{ version: number; policy: Policy }> {
    const { state } = this.#store;
    return state === null
      ? unknownModel()
      : { value: { version: state.configVersion, policy: state.policy } };
  }

  addReference(id: string, text: string, summary: ReferenceSummary): Result<ReferenceSummary> {
    return addReference(this.#store, id, text, summary);
  }

  /** A past stretch as a reference, as JSON and without its id; null where fewer rows came than these. */
  pastWindow(asked: PastStretch, leastRows: number): Result<string | null> {
    if (this.#store.state === null) return unknownModel();
    const made = pastWindow(this.#store, theKernel(), asked, leastRows, Date.now());
    if ("problem" in made) return made;
    return { value: made.value === null ? null : JSON.stringify(made.value) };
  }

  references(): Result<ReferenceSummary[]> {
    return this.#store.state === null ? unknownModel() : { value: this.#store.references.list() };
  }

  /** A reference as the JSON it was stored as. */
  reference(id: string): Result<string> {
    if (this.#store.state === null) return unknownModel();
    const text = this.#store.references.text(id);
    return text === null
      ? problem("reference_not_found", `The model has no reference ${id}.`)
      : { value: text };
  }

  activate(referenceId: string, fromMs: number): Result<Activation[]> {
    return activateReference(this.#store, referenceId, fromMs, Date.now());
  }

  // ---- batches --------------------------------------------------------------------------------------------

  foldingPlan(): Result<FoldingPlan> {
    const { state } = this.#store;
    if (state === null) return unknownModel();
    const { model, activations, newestMs } = state;
    return { value: { model, activations, newestMs, planVersion: planVersionOf(state) } };
  }

  async ingest(input: BatchInput): Promise<BatchReply> {
    const reply = takeBatch(this.#store, input, Date.now());
    if (reply.outcome === "stored") {
      // With the batch or not at all: nothing waits in between.
      if (input.joined) this.#halves.drop(input.batchId);
      await this.#arm(false);
    }
    // Nothing is stored, but something is to be told with the next fold.
    if (reply.outcome === "empty" && this.#store.refused.size > 0) await this.#arm(false);
    return reply;
  }

  /** One half of an inference that a logger tells in two. */
  offerHalf(half: HalfInput): HalfReply {
    return this.#halves.offer(half, Date.now());
  }

  halves(): Result<HalfCounts> {
    return this.#store.state === null ? unknownModel() : { value: this.#halves.counts(Date.now()) };
  }

  // ---- answers --------------------------------------------------------------------------------------------

  status(): answers.ModelStatus | null {
    return this.#store.state === null ? null : answers.statusOf(this.#store);
  }

  monitors(): Result<MonitorSeries[]> {
    return this.#store.state === null ? unknownModel() : { value: answers.monitorsOf(this.#store) };
  }

  history(asked: answers.AskedSeries): Result<CheckWithHistory[]> {
    return this.#store.state === null ? unknownModel() : { value: answers.historyOf(this.#store, asked) };
  }

  check(id: string): Result<CheckDetail | PerformanceCheckDetail> {
    return this.#store.state === null ? unknownModel() : answers.checkOf(this.#store, id);
  }

  detect(series?: string): Result<CheckDetail> {
    return this.#store.state === null
      ? unknownModel()
      : answers.detectNow(this.#store, theKernel(), Date.now(), series);
  }

  quality(asked: AskedQuality): Result<Quality> {
    if (this.#store.state === null) return unknownModel();
    return { value: qualityOf(this.#store, theKernel(), asked) };
  }

  windows(feature: string, asked: answers.AskedSeries): Result<FeatureWindows> {
    if (this.#store.state === null) return unknownModel();
    return featureWindowsOf(this.#store, feature, asked, Date.now());
  }

  performance(asked: { segment?: string; fromMs: number; toMs: number }): Result<Performance> {
    if (this.#store.state === null) return unknownModel();
    return { value: answers.performanceOf(this.#store, asked) };
  }

  performanceChecks(asked: { segment?: string; fromMs: number; toMs: number }): Result<PerformanceCheck[]> {
    return this.#store.state === null
      ? unknownModel()
      : { value: answers.performanceChecksOf(this.#store, asked) };
  }

  exportChecks(fromMs: number, toMs: number): Result<ExportPage<Check[]>> {
    return this.#store.state === null ? unknownModel() : { value: exportChecks(this.#store, fromMs, toMs) };
  }

  exportCells(fromMs: number, toMs: number): Result<ExportPage<CellColumns>> {
    return this.#store.state === null ? unknownModel() : { value: exportCells(this.#store, fromMs, toMs) };
  }

  cursor(name: string): Result<string> {
    if (this.#store.state === null) return unknownModel();
    const position = readCursor(this.#store.sql, name);
    return position === null
      ? problem("cursor_not_found", `There is no cursor ${name}.`)
      : { value: position };
  }

  setCursor(name: string, position: string): Result<string> {
    if (this.#store.state === null) return unknownModel();
    writeCursor(this.#store.sql, name, position);
    return { value: position };
  }

  // ---- time -----------------------------------------------------------------------------------------------

  /** Cron's look: wakes what an alarm missed. The alarm itself does the work. */
  async sweep(nowMs: number): Promise<void> {
    if (this.#store.state === null) return;
    this.#halves.forget(nowMs);
    this.#alarmMs = await this.ctx.storage.getAlarm();
    await this.#arm(false);
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#alarmMs = null;
    this.#store.reload();
    this.#store.receipts.reload();
    this.#store.refused.clear();
    this.#halves.reload();
  }

  override async alarm(): Promise<void> {
    this.#alarmMs = null;
    let [unfinished, failed] = [false, false];
    // Each step alone: what cannot be evaluated must not stop rows from being folded. The platform drops an alarm
    // after six failures, so nothing is thrown; the log has the cause and the next alarm tries again.
    const step = async (name: string, work: () => boolean | Promise<boolean>): Promise<void> => {
      try {
        unfinished = (await work()) || unfinished;
      } catch (error) {
        failed = true;
        console.error(`${name} failed for ${this.#store.state?.model.id}`, error);
      }
    };
    try {
      if (this.#store.state !== null) await this.#work(step);
    } finally {
      this.#failures = failed ? this.#failures + 1 : 0;
      await this.#arm(unfinished || failed);
    }
  }

  async #work(step: (name: string, work: () => boolean | Promise<boolean>) => Promise<void>): Promise<void> {
    const nowMs = Date.now();
    const hints: LiveHint["type"][] = [];
    await step("folding", () => {
      if (this.#store.backlog.all.batches > 0) hints.push("ingest");
      return foldGenerations(this.#store, nowMs);
    });
    await step("checking", () => {
      // The watermark counts rows that are not folded: windows close only when all are.
      if (this.#store.backlog.all.batches > 0) return true;
      return closeWindows(this.#store, theKernel(), nowMs).unfinished;
    });
    await step("measuring performance", async () => {
      const logs = ownWindowLogs(this.#store.sql);
      const { windows, unfinished } = await measurePerformance(this.#store, theKernel(), logs);
      if (windows.length > 0) hints.push("performance");
      return unfinished;
    });
    await step("judging performance", () => {
      const { unfinished, waitingMs } = judgeWindows(this.#store, theKernel(), nowMs);
      this.#judgeMs = waitingMs;
      return unfinished;
    });
    await step("forgetting", () => forgetOld(this.#store, nowMs));
    await step("telling", () => pushIntents(this.#store.sql, this.#receivers(), nowMs));
    await step("hinting", async () => {
      for (const type of hints) await this.#hint(type);
      return false;
    });
  }

  #organisation() {
    return this.env.ORGANISATION.getByName(this.#store.configured.organisationId);
  }

  #receivers(): CheckReceivers {
    const { model, organisationId, policy } = this.#store.configured;
    return {
      save: (check) => upsertCheck(this.env.DB, organisationId, check),
      decide: async (check) => {
        await this.#organisation().onCheck({ model: { id: model.id, name: model.name }, check, policy });
      },
    };
  }

  async #hint(type: LiveHint["type"]): Promise<void> {
    const { model, newestMs } = this.#store.configured;
    await this.#organisation().hint({ type, modelId: model.id, id: model.id, revision: newestMs ?? 0 });
  }

  async #arm(unfinished: boolean): Promise<void> {
    const { state } = this.#store;
    if (state === null) return;
    const { clock, latenessMs } = state.model;
    const ends = [...state.nextEnds.values(), ...(this.#judgeMs === null ? [] : [this.#judgeMs])];
    const nowMs = Date.now();
    const nextMs = nextAlarmMs({
      nowMs,
      clock,
      unfolded: this.#store.backlog.all.batches + this.#store.refused.size,
      unfinished,
      intentMs: firstIntent(this.#store.sql)?.nextAttemptMs ?? null,
      nextCloseMs: clock === "replay" || ends.length === 0 ? null : Math.min(...ends) + latenessMs,
      failures: this.#failures,
    });
    if (nextMs === null) return;
    this.#alarmMs ??= await this.ctx.storage.getAlarm();
    if (this.#alarmMs !== null && this.#alarmMs <= nextMs) return;
    this.#alarmMs = nextMs;
    await this.ctx.storage.setAlarm(nextMs);
  }
}
