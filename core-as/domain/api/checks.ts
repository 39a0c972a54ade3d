import type { RankedDrift } from "../../ranked-drift.ts";
import type { AttributionCheck, Check, FeatureCheck, Status } from "../check.ts";
import type { Importances } from "../importances.ts";
import type { Series } from "../monitor.ts";
import type { PerformanceCheck } from "../performance-check.ts";
import type { QualityTest } from "../quality.ts";
import type { QualityEvidence } from "../quality-evidence.ts";

/** A check without its features' scores, for lists; of its quality tests those that are loud. */
export type CheckSummary = Omit<Check, "features" | "quality" | "attribution"> & {
  quality: HistoryQuality[];
  attribution?: Omit<AttributionCheck, "features">;
};
export type HistoryQuality = Pick<
  QualityTest,
  | "kind"
  | "subject"
  | "change"
  | "value"
  | "expected"
  | "status"
  | "effect"
  | "effectName"
  | "gate"
  | "adjustedP"
  | "reason"
>;

/** What others are told of a check. One of performance says so by its `kind`. */
export type ToldCheck = (CheckSummary & { features: HistoryFeature[] }) | PerformanceCheck;

/** GET …/drift/history?from&to → { checks } with the newest revision of each window, oldest first. */
export interface DriftHistory {
  checks: (CheckSummary & { features: HistoryFeature[] })[];
}
export type HistoryFeature = Pick<FeatureCheck, "name" | "m"> & {
  status: Status;
  effect: number;
  effectName: string;
  gate: { warning: number; drift: number };
  method: string;
  adjustedP: number;
  missing: number;
};

/** GET …/monitors → { series }: what is checked, in the order of the policy; the first is what the model is known by. */
export interface MonitorSeries extends Series {
  latest: CheckSummary | null;
}

/** GET …/checks/{check} and GET …/drift/detect (the open window; `complete: false`). `counts`: the flat vector of the window. */
export interface CheckDetail {
  check: Check;
  counts: number[];
  /** The earlier windows that it was compared with, where it was not the reference itself. */
  compared?: ComparedChunk[];
  /** What its quality tests were made of beside the counts. */
  quality?: QualityEvidence;
  /** The features by drift × importance, and where their importances come from. */
  ranking: RankedDrift[];
  importances: Importances | null;
}
export interface ComparedChunk {
  startMs: number;
  rows: number;
  /** The window's flat vector, in the cells of the check's reference. */
  counts: number[];
}
