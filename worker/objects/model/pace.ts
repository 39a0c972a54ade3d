import { limits, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";

/** How often a model's object works, and how much at a time. Every alarm costs rows written, so work is gathered. */
export const pace = {
  /** A generation is full at either: an alarm must be able to fold it well inside its CPU and memory. */
  generationBatches: 512,
  generationBytes: 16 * 1024 * 1024,
  /** Generations that a shard hands over in one alarm. */
  generationsPerAlarm: 4,
  /** Unfolded bytes past which the sender is asked to wait, and how fast they are folded at least. */
  backlogBytes: 256 * 1024 * 1024,
  foldedBytesPerSecond: 8 * 1024 * 1024,
  /** Ids past their horizon are forgotten by the next alarm, which rings within this where ids come as fast as that. */
  forgottenWithinMs: 10 * SECOND_MS,
  windowsPerAlarm: 16,
  performancePerAlarm: 8,
  judgementsPerAlarm: 64,
  intentsPerAlarm: 64,
  panesPerAlarm: 64,
  /** Roll-up and forgetting run when the model's clock has moved on by this. */
  forgetEveryMs: 60 * MINUTE_MS,
  /** Backoff of an alarm that failed, and of an intent that could not be pushed. */
  firstRetryMs: SECOND_MS,
  lastRetryMs: 5 * MINUTE_MS,
} as const;

/** Doubles from the first to the last. */
export function retryDelayMs(attempts: number): number {
  let delayMs: number = pace.firstRetryMs;
  for (let attempt = 0; attempt < attempts && delayMs < pace.lastRetryMs; attempt++) delayMs *= 2;
  return Math.min(delayMs, pace.lastRetryMs);
}

/** What there is to do, as the store tells it. */
export interface Due {
  nowMs: number;
  /** For how long what waits may gather (gathering.ts); null when nothing waits. */
  gatherMs: number | null;
  /** Work that was left because an alarm had done enough. */
  unfinished: boolean;
  /** When the first intent may be tried. */
  intentMs: number | null;
  /** End of the next window, where wall time closes windows. */
  nextCloseMs: number | null;
  /** Alarms that failed in a row. */
  failures: number;
}

/** When to wake next; null when nothing is due until something arrives. */
export function nextAlarmMs(due: Due): number | null {
  const times: number[] = [];
  if (due.unfinished) times.push(due.nowMs);
  if (due.gatherMs !== null) times.push(due.nowMs + due.gatherMs);
  if (due.intentMs !== null) times.push(Math.max(due.intentMs, due.nowMs));
  if (due.nextCloseMs !== null) times.push(Math.max(due.nextCloseMs, due.nowMs));
  if (times.length === 0) return null;
  const next = Math.min(...times);
  return due.failures > 0 ? Math.max(next, due.nowMs + retryDelayMs(due.failures - 1)) : next;
}

/** What waits to be folded. */
export interface Backlog {
  batches: number;
  bytes: number;
}

/** A generation that takes no more. */
export function isFull(open: Backlog): boolean {
  return open.batches >= pace.generationBatches || open.bytes >= pace.generationBytes;
}

/** What is in the way of another batch. */
export interface Load {
  /** Unfolded. */
  backlogBytes: number;
  /** Batch ids. */
  remembered: number;
  /** When the first of them may be forgotten. */
  forgetsAtMs: number | null;
  /** When folding goes on, if that is known. */
  foldsAtMs: number | null;
  nowMs: number;
}

/** How long a sender is asked to wait, because too much lies unfolded or too many ids are remembered; null when not at all. */
export function waitMs({ backlogBytes, remembered, forgetsAtMs, foldsAtMs, nowMs }: Load): number | null {
  if (remembered >= limits.dedupeBatchesMost)
    return Math.max(SECOND_MS, (forgetsAtMs ?? nowMs) - nowMs + pace.forgottenWithinMs);
  if (backlogBytes <= pace.backlogBytes) return null;
  const folds = Math.max(SECOND_MS, (foldsAtMs ?? nowMs) - nowMs);
  return folds + ((backlogBytes - pace.backlogBytes) / pace.foldedBytesPerSecond) * SECOND_MS;
}
