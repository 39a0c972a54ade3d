import { DurableObject } from "cloudflare:workers";
import type { ArchiveErasure, Model } from "#core/domain/api.ts";
import type { ArchiveSettings } from "#core/domain/archive.ts";
import { Erasures } from "#core/domain/erasures.ts";
import { HOUR_MS, limits, MINUTE_MS } from "#core/domain/limits.ts";
import type { Erased } from "#core/domain/wire.ts";
import schema from "../../sql/object/archive.sql";
import { deleteDoomed } from "../archive/collect.ts";
import { forgetsMore } from "../archive/due.ts";
import { prefixOf } from "../archive/keys.ts";
import { type ArchiveSource, labelsOfHour, sourceNamed } from "../archive/labels.ts";
import {
  burstMs,
  eraseDue,
  nextCompactionMs,
  pauseMs,
  stepMs,
  tend,
  type TendDeps,
} from "../archive/tend.ts";
import type { Env } from "../env.ts";
import { findModel } from "../store/models.ts";
import { Alarm } from "./alarm.ts";
import { countRows, type FilesPage, filesOf, hoursOf, type ListedHour } from "./archive/answers.ts";
import * as erasures from "./archive/erasures.ts";
import { nextDoomedMs, nextGarbageMs } from "./archive/garbage.ts";
import { takeRecords } from "./archive/records.ts";
import { firstChangedHour, hoursBefore } from "./archive/hours.ts";
import { heardOf, listSources, saveSettings } from "./archive/sources.ts";
import { ArchiveStore } from "./archive/store.ts";
import type { ToldOf } from "./model/archive-ledger.ts";
import { retryDelayMs } from "./model/pace.ts";
import { problem, type Result } from "./result.ts";

/** How often old left-over files are looked for, at most. */
const collectEveryMs = 6 * HOUR_MS;
/** A replay passes a month in a minute: what it has left behind is not to fill a laptop's disk first. */
const forgetSoonMs = MINUTE_MS;

/**
 * The archive of one model: knows which files in the bucket count, compacts them, erases and forgets. It hears of batches from
 * the objects that take them, under whatever names those have; rows themselves never pass through here but to be compacted.
 * What it decides are functions in `archive/` beside it and in `worker/archive`; this class holds the store, the clock and the alarm.
 */
export class ArchiveObject extends DurableObject<Env> {
  readonly #store: ArchiveStore;
  readonly #alarm: Alarm;
  readonly #failed = new Map<number, number>();
  /** The model's shards, as it told last. */
  #others: readonly string[] = [];
  /** What changes files waits for what changes them already. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new ArchiveStore(ctx.storage, schema);
    this.#alarm = new Alarm(ctx.storage);
  }

  get #name(): string {
    return this.ctx.id.name ?? this.ctx.id.toString();
  }

  // ---- what counts ----------------------------------------------------------------------------------------

  /** An object that takes the model's batches has something to tell. @returns how far it is heard now */
  async hear(source: string): Promise<ToldOf> {
    await this.#listen(source);
    return this.#heard(source);
  }

  /** Hears an object, and says from which hour on its labels are still to be put beside their rows; null where all are. */
  async labelsWantedFromMs(source: string): Promise<number | null> {
    await this.#listen(source);
    return firstChangedHour(this.#store.sql);
  }

  /** Hears every object that takes batches: the model's own, which knows the others. */
  async hearAll(): Promise<void> {
    this.#others = await this.#listen(this.#name);
    for (const other of this.#others) await this.#listen(other);
  }

  /** Hears what an object has to tell. @returns the other objects that it knows */
  async #listen(source: string): Promise<string[]> {
    for (;;) {
      const told = this.#heard(source);
      const reply = await this.#sourceOf(source).archiveRecords(told);
      // An object that is gone has nothing to tell, and neither has what is left of an earlier model of the same id.
      if ("problem" in reply || reply.value.createdAtMs < (told.createdAtMs ?? 0)) return [];
      const { createdAtMs, archive, more, records, labelled, others } = reply.value;
      // A model that never said that its rows are archived has no archive.
      if (records.length === 0 && archive === null && told.createdAtMs === null) return others ?? [];
      const nowMs = Date.now();
      this.#store.transaction(() => {
        this.#store.begin(this.#name, createdAtMs, nowMs);
        if (archive !== null) saveSettings(this.#store.sql, archive);
        takeRecords(this.#store.sql, source, reply.value, nowMs);
      });
      if (records.length + labelled.length > 0)
        await this.#alarm.by(nowMs + (this.#hasOld() ? forgetSoonMs : limits.archive.settleMs));
      if (!more) return others ?? [];
    }
  }

  /** Whether rows are past their retention, by the event time that was heard of. */
  #hasOld(): boolean {
    const { state, sql } = this.#store;
    if (state === null || state.newestMs === null || state.settings === null) return false;
    const beforeMs = state.newestMs - state.settings.retentionMs;
    return forgetsMore(state.forgotMs, beforeMs) && hoursBefore(sql, beforeMs - HOUR_MS, 1).length > 0;
  }

  #sourceOf(source: string): ArchiveSource {
    return sourceNamed(this.env, this.#name, source);
  }

  #heard(source: string): ToldOf {
    const createdAtMs = this.#store.state?.createdAtMs ?? null;
    return { ...heardOf(this.#store.sql, source), createdAtMs };
  }

  /** Objects that may have labels of archived rows. */
  #sources(): string[] {
    return [...new Set([this.#name, ...this.#others, ...listSources(this.#store.sql)])];
  }

  // ---- answers --------------------------------------------------------------------------------------------

  /** The hours that hold rows, whatever was taken up to now. */
  async hours(fromMs: number, toMs: number): Promise<{ hours: ListedHour[]; more: boolean }> {
    await this.hearAll();
    const most = limits.archive.hoursListed;
    const hours = hoursOf(this.#store.sql, fromMs, toMs, most + 1);
    return { hours: hours.slice(0, most), more: hours.length > most };
  }

  /** The files to be read for the hours in [from, to). @param fresh hears of the latest batches before */
  async files(fromMs: number, toMs: number, fresh: boolean): Promise<FilesPage & { sources: string[] }> {
    if (fresh) await this.hearAll();
    const prefix = prefixOf(this.#name, this.#store.state?.createdAtMs ?? 0);
    return { ...filesOf(this.#store.sql, prefix, fromMs, toMs), sources: this.#sources() };
  }

  /** How rows are archived, or were when they last were; null where none ever was. */
  settings(): ArchiveSettings | null {
    return this.#store.state?.settings ?? null;
  }

  async rows(fromMs: number, toMs: number): Promise<number> {
    await this.hearAll();
    return countRows(this.#store.sql, fromMs, toMs);
  }

  // ---- erasure --------------------------------------------------------------------------------------------

  /** Erases, and answers when it is done or when a reply has waited long enough. The same again goes on with the same. */
  async erase(
    id: string,
    erased: Erased,
    { createdAtMs, archive }: Pick<Model, "createdAtMs" | "archive">,
  ): Promise<Result<ArchiveErasure>> {
    await this.hearAll();
    const { sql } = this.#store;
    const nowMs = Date.now();
    // Rows may be on their way that were asked to be erased before the first of them was counted.
    if (archive) this.#store.begin(this.#name, createdAtMs, nowMs);
    if (this.#store.state === null) return problem("archive_off", "No row of this model was ever archived.");
    erasures.askErasure(sql, id, erased, nowMs);
    await this.#alarm.by(nowMs);
    while (erasures.findErasure(sql, id)?.doneMs === null) {
      if (Date.now() - nowMs > limits.archive.erasureReplyMs) break;
      await this.#exclusive(async () => {
        const deps = await this.#deps(Date.now());
        if (deps !== null) await eraseDue(deps, deps.clock() + burstMs);
      });
    }
    return this.erasure(id);
  }

  erasure(id: string): Result<ArchiveErasure> {
    const found = erasures.findErasure(this.#store.sql, id);
    if (found === null) return problem("erasure_not_found", `There is no erasure ${id}.`);
    return { value: erasures.shown(found) };
  }

  erasures(): ArchiveErasure[] {
    return erasures.listErasures(this.#store.sql, limits.pageSize).map(erasures.shown);
  }

  // ---- time -----------------------------------------------------------------------------------------------

  /** The model is gone, and so are its rows. */
  async end(createdAtMs: number): Promise<void> {
    const nowMs = Date.now();
    this.#store.end(this.#name, createdAtMs, nowMs);
    await this.#alarm.by(nowMs);
  }

  /** Cron's look: hears what nobody told, and wakes what an alarm missed. */
  async sweep(): Promise<void> {
    await this.hearAll();
    await this.#alarm.look();
    if (this.#store.state === null) return;
    // One is always pending while it is not ringing: it was lost, and what is due is not to wait for hours.
    await this.#alarm.by(Date.now() + (this.#alarm.atMs === null ? 0 : collectEveryMs));
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#alarm.rang(Date.now(), info?.scheduledTime);
    let nextMs: number | null = null;
    try {
      const nowMs = Date.now();
      const unfinished = await this.#exclusive(async () => {
        if (await deleteDoomed(this.#store, this.env.ROWS, nowMs)) return true;
        const deps = await this.#deps(nowMs);
        if (deps === null) return false;
        const more = await tend(deps);
        nextMs = more ? null : nextCompactionMs(deps);
        return more;
      });
      this.#alarm.failures = 0;
      if (unfinished) nextMs = Date.now() + pauseMs;
    } catch (error) {
      // Whatever was begun is named in the manifest and goes on from there.
      console.error(`the archive of ${this.#name} could not be tended; trying again`, error);
      nextMs = Date.now() + retryDelayMs(this.#alarm.failures++);
    } finally {
      await this.#alarm.by(this.#nextMs(nextMs));
    }
  }

  #nextMs(workMs: number | null): number | null {
    const { state, sql } = this.#store;
    const times = [workMs, nextDoomedMs(sql)];
    if (state !== null) times.push(nextGarbageMs(sql), Date.now() + collectEveryMs);
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#busy.then(work, work);
    this.#busy = mine.catch(() => undefined); // whoever asked for the work hears of its failure
    return mine;
  }

  /** Null when there is nothing to do: no row was archived, or the model is gone. */
  async #deps(nowMs: number): Promise<TendDeps | null> {
    await this.hearAll();
    const { state, sql } = this.#store;
    if (state === null) return null;
    const [organisationId, modelId] = this.#name.split("/");
    const model = await findModel(this.env.DB, organisationId, modelId);
    if (model?.createdAtMs !== state.createdAtMs) {
      this.#store.end(this.#name, state.createdAtMs, nowMs);
      return null;
    }
    const sources = this.#sources().map((source) => this.#sourceOf(source));
    return {
      ...{ store: this.#store, state, nowMs, failed: this.#failed },
      model: { ...model, archive: model.archive ?? state.settings },
      files: this.env.ROWS,
      prefix: prefixOf(this.#name, state.createdAtMs),
      partBytes: limits.archive.partBytes,
      stepMs,
      labels: (hourMs) => labelsOfHour(sources, hourMs),
      erasures: new Erasures(erasures.allErased(sql)),
      searched: erasures.lastErasure(sql),
      mark: () => crypto.randomUUID(),
      hearAll: () => this.hearAll(),
      clock: () => Date.now(),
    };
  }
}
