import type { LiveHint } from "#core/domain/api.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { canClose, closeWindows } from "../../checks/close-windows.ts";
import { canEstimate, estimateWindows, firstToEstimateMs } from "../../checks/estimate-windows.ts";
import { judgeWindows } from "../../checks/judge-performance.ts";
import { measurePerformance } from "../../checks/measure-performance.ts";
import { pushIntents, type CheckReceivers } from "../../checks/push-intents.ts";
import { foldGenerations } from "./fold.ts";
import { forgetLabels } from "./forget-labels.ts";
import { forgetOld } from "./forget.ts";
import { placeSought } from "./label-joins.ts";
import type { Busyness } from "./growth.ts";
import { pageOfLogs } from "./log-pages.ts";
import { countNextDuplicates } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { shardsMade } from "./plan.ts";
import type { Step } from "../steps.ts";
import type { Shards } from "./shards.ts";
import { type ReadLogs, windowLogs } from "./window-logs.ts";

/** Whom a round works with. */
export interface RoundPartners {
  kernel: Kernel;
  shards: Shards;
  receivers: CheckReceivers;
  tellArchive: () => Promise<boolean>;
  /** From when on the archive wants labels. */
  wantedFromMs: () => Promise<number>;
  hint: (types: ReadonlySet<LiveHint["type"]>) => Promise<void>;
  busyness: Busyness;
  grow: (shards: number) => Promise<void>;
}

export interface Round {
  nowMs: number;
  /** Whether shards have handed something over since the last one. */
  arrived: boolean;
  /** Only a full generation is folded, and nothing is computed from it yet (gathering.ts). */
  part: boolean;
  /** What the last one told. */
  waitingMs: number | null;
}

/**
 * What a model's object does when its alarm rings. Each step alone: what cannot be evaluated must not stop rows from being
 * folded.
 * @returns the end of the first open window that is estimated or judged when it has closed
 */
export async function workRound(
  store: ModelStore,
  { kernel, shards, receivers, tellArchive, wantedFromMs, hint, busyness, grow }: RoundPartners,
  step: Step,
  { nowMs, arrived, part, waitingMs: knownMs }: Round,
): Promise<number | null> {
  const hints: LiveHint["type"][] = [];
  await step("archiving", tellArchive);
  let more = false;
  await step("folding", () => {
    const { batches } = store.backlog.all;
    if (arrived || batches > 0) hints.push("ingest");
    more = foldGenerations(store, nowMs, part ? "full" : "all");
    busyness.add(batches - store.backlog.all.batches, 0);
    if (!part && !more) store.foldedAllMs = nowMs;
    return more;
  });
  await step("growing", async () => {
    const made = shardsMade(store.configured);
    if (made === 1) busyness.add(0, store.receipts.size());
    if (busyness.wantsMore(made, nowMs)) await grow(made * 2);
    return false;
  });
  if (part || more) {
    await step("hinting", async () => {
      await hint(new Set(hints));
      return false;
    });
    return knownMs;
  }
  let counting = false;
  await step("counting duplicates", () => {
    const closedMs = store.closedUntilMs(nowMs);
    counting = closedMs !== null && countNextDuplicates(store.sql, closedMs);
    return counting;
  });
  let gatheredMs: number | null = null;
  await step("checking", async () => {
    // One pane a round: whatever comes is taken in between.
    if (counting) return true;
    // The watermark counts rows that are not folded: windows close only when all are, those of the shards too. What comes
    // while these are gathered may be newer than what is missing, and closes nothing yet.
    if (store.backlog.all.batches > 0) return true;
    const closedMs = store.closedUntilMs(nowMs);
    if (closedMs === null || !(canClose(store, closedMs) || canEstimate(store, closedMs))) return false;
    await shards.gather();
    gatheredMs = closedMs;
    return closeWindows(store, kernel, { closedMs, nowMs }).unfinished;
  });
  await step("estimating performance", () => {
    if (gatheredMs === null) return false;
    const { windows, unfinished } = estimateWindows(store, kernel, gatheredMs);
    if (windows > 0) hints.push("performance");
    return unfinished;
  });
  await step("looking for labels' predictions", () => placeSought(store, shards.seekPanes(), nowMs));
  await step("measuring performance", async () => {
    const own: ReadLogs = async (asked) => pageOfLogs(store.sql, asked);
    const logs = windowLogs([own, ...shards.readLogs()]);
    const { windows, unfinished } = await measurePerformance(store, kernel, logs);
    if (windows.length > 0) hints.push("performance");
    return unfinished;
  });
  const ends: number[] = [];
  await step("judging performance", () => {
    const { unfinished, waitingMs } = judgeWindows(store, kernel, nowMs);
    if (waitingMs !== null) ends.push(waitingMs);
    return unfinished;
  });
  await step("forgetting", () => forgetOld(store, nowMs));
  await step("forgetting labels", async () => {
    await forgetLabels(store, nowMs, wantedFromMs);
    return false;
  });
  await step("telling", () => pushIntents(store.sql, receivers, nowMs));
  await step("hinting", async () => {
    await hint(new Set(hints));
    return false;
  });
  const toEstimateMs = firstToEstimateMs(store, nowMs);
  if (toEstimateMs !== null) ends.push(toEstimateMs);
  return ends.length === 0 ? null : Math.min(...ends);
}
