/** A small drift history for tests: days of verdicts written as words. */
import type { DriftHistory, HistoryFeature } from "#core/domain/api.ts";
import { checkId, type Status } from "#core/domain/check.ts";

export const DAY_MS = 86_400_000;
export const firstDayMs = Date.UTC(2001, 0, 29);

type HistoryCheck = DriftHistory["checks"][number];

export function feature(name: string, status: Status, effect: number): HistoryFeature {
  return {
    name,
    status,
    effect,
    effectName: "ks gap",
    gate: { warning: 0.05, drift: 0.1 },
    method: "ad",
    adjustedP: status === "drift" ? 1e-9 : 0.5,
    m: 1000,
    missing: 0,
  };
}

export function day(index: number, features: HistoryFeature[], windowMs = DAY_MS): HistoryCheck {
  const windowStartMs = firstDayMs + index * windowMs;
  const windowEndMs = windowStartMs + windowMs;
  return {
    id: checkId("flights", "default", windowEndMs, 0),
    modelId: "flights",
    monitor: "default",
    windowStartMs,
    windowEndMs,
    revision: 0,
    referenceId: "ref-1",
    configVersion: 1,
    periodMs: 86_400_000,
    seed: 7,
    rows: 1000,
    complete: true,
    status: "ok",
    errors: 0,
    worst: null,
    reason: "",
    family: { size: features.length, correction: "bh", level: { warning: 0.03, drift: 0.003 } },
    features,
    quality: [],
  };
}
