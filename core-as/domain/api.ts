/**
 * The shapes of the HTTP API, once, for the Worker that answers, the client that asks and the dashboard that shows.
 * Fields of data rows are snake_case, as columns are in files and SQL; configuration and results are camelCase.
 * Times in replies are epoch milliseconds of the model's clock; in requests ISO 8601 or epoch milliseconds.
 */
import "./schema-settings.ts";
import * as z from "zod";
import type { Check, FeatureCheck, Status } from "./check.ts";
import type { RowError } from "../formats/row-reader.ts";
import { parseTimestamp } from "../formats/timestamp.ts";
import type { Incident } from "./incident.ts";
import { limits } from "./limits.ts";
import type { ModelConfig, Task } from "./model.ts";
import type { Series } from "./monitor.ts";
import type { PerformanceCheck } from "./performance-check.ts";
import type { PerformanceWindow, ReferencePerformance } from "./performance.ts";
import type { Policy } from "./policy.ts";
import type { QualityTest } from "./quality.ts";
import type { QualityEvidence } from "./quality-evidence.ts";

/** Epoch milliseconds, or ISO 8601, in UTC where it has no offset. Read it with `parseTimestamp`. */
export const Time = z
  .union([z.number(), z.string()])
  .refine((time) => !Number.isNaN(parseTimestamp(time)), "neither ISO 8601 nor epoch milliseconds");

// ---- rows ---------------------------------------------------------------------------------------------------

/**
 * POST /v1/models/{model}/predictions — rows `{ prediction_id?, timestamp, <feature>: value … }`, or the same as
 * columns of equal length. A missing value is null or left out. Fields the model does not know are ignored and listed.
 */
export const PredictionBatch = z.union([
  z.object({
    batch_id: z.string().min(1).max(limits.batchIdLength).optional(),
    version: z.string().max(limits.idLength).optional(),
    rows: z.array(z.unknown()),
  }),
  z.object({
    batch_id: z.string().min(1).max(limits.batchIdLength).optional(),
    version: z.string().max(limits.idLength).optional(),
    columns: z.record(z.string(), z.array(z.unknown())),
  }),
]);

/** POST /v1/models/{model}/labels — fields `prediction_id`, `label`, `timestamp?` (when it was known), `prediction_timestamp?`. */
export const LabelBatch = PredictionBatch;

/** The answer to a batch: 200, and everything in it is stored. A retry gets the first receipt again. */
export interface Receipt {
  batchId: string;
  /** False when the server chose the id: then a retry would count again. */
  deduplicated: boolean;
  accepted: number;
  rejected: number;
  /** The first 100. */
  errors: RowError[];
  /** Accepted rows whose window had closed already. */
  late: number;
  /** Fields that the model does not know. */
  ignored: string[];
}

// ---- models -------------------------------------------------------------------------------------------------

export interface Model extends ModelConfig {
  createdAtMs: number;
}

/** GET /v1/models → { models: ModelSummary[] }; GET /v1/models/{model} → ModelDetail. */
export interface ModelSummary {
  model: Model;
  /** Status of the newest complete check; null before the first. */
  status: Status | null;
  latest: CheckSummary | null;
  /** Newest first checks' statuses for a sparkline, oldest first, at most 30. */
  recent: { windowEndMs: number; status: Status }[];
  openIncidents: number;
  /** Event time come so far; null before the first row. */
  watermarkMs: number | null;
  rows: number;
}

export interface ModelDetail extends ModelSummary {
  activations: Activation[];
  configVersion: number;
  policy: Policy;
}

export interface Activation {
  referenceId: string;
  fromMs: number;
}

// ---- references ---------------------------------------------------------------------------------------------

/**
 * A past stretch of whole windows: of one segment, or of all rows with the references of their segments.
 */
export const PastWindowBody = z.object({
  from: Time,
  to: Time,
  segment: z.string().max(limits.segmentKeyLength).default(""),
});
export type PastWindowBody = z.output<typeof PastWindowBody>;

/**
 * POST …/references — `{ profile }`, or `{ rows | columns }` to profile on the server, with their labels in the field
 * `label` where those are known, or `{ window }` to take what came in a past stretch; → 201 ReferenceSummary. Profiles of
 * segments are pushed first, with their key.
 */
export const ReferenceBody = z.union([
  z.object({ window: PastWindowBody }),
  z.object({ profile: z.unknown(), segment: z.string().max(limits.segmentKeyLength).optional() }),
  z.object({ rows: z.array(z.unknown()), version: z.string().max(limits.idLength).optional() }),
  z.object({
    columns: z.record(z.string(), z.array(z.unknown())),
    version: z.string().max(limits.idLength).optional(),
  }),
]);

/** POST …/references/{id}/activate — from on a window boundary. */
export const ActivateBody = z.object({ from: Time });

export interface ReferenceSummary {
  id: string;
  /** The segment whose rows it is made of; "" for all rows. */
  segment: string;
  rows: number;
  fromMs: number | null;
  toMs: number | null;
  features: number;
  chunks: number;
  /** Of cells laid out from sketches: how far an edge may lie from where rows would have put it, relative to it. */
  edgesWithin?: number;
  createdAtMs: number;
}

// ---- drift --------------------------------------------------------------------------------------------------

/** A check without its features' scores, for lists; of its quality tests those that are loud. */
export type CheckSummary = Omit<Check, "features" | "quality"> & { quality: HistoryQuality[] };
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
}
export interface ComparedChunk {
  startMs: number;
  rows: number;
  /** The window's flat vector, in the cells of the check's reference. */
  counts: number[];
}

/**
 * GET …/windows?feature=&from=&to= → counts of one feature for each window, newest revision. Windows of a time without a
 * reference have no counts, and what their sketch tells.
 */
export interface FeatureWindows {
  feature: string;
  windows: {
    windowStartMs: number;
    windowEndMs: number;
    referenceId: string | null;
    rows: number;
    counts: number[];
    sketch?: SketchedFeature;
  }[];
}

/** A feature's rows as they were sketched. */
export type SketchedFeature =
  | {
      kind: "numeric";
      missing: number;
      negInf: number;
      posInf: number;
      /** Exact; null without a finite value. */
      min: number | null;
      max: number | null;
      /** The value with at least this share of the finite values at or below it, and certain bounds of it. */
      quantiles: { share: number; value: number; low: number; high: number }[];
    }
  | {
      kind: "categories";
      missing: number;
      /** The most frequent, with the number of their rows, which is exact. */
      values: { value: string; count: number }[];
      /** Rows with a value that is not listed. */
      unlisted: number;
      /** Different values: counted where `complete`, else estimated. */
      distinct: number;
      /** False where there are more values than are kept, chosen by their hash: then frequent ones may be missing. */
      complete: boolean;
    };

// ---- performance --------------------------------------------------------------------------------------------

/** GET …/performance?segment&from&to: windows that begin in the range, oldest first. */
export interface Performance {
  task: Task;
  /** In the order of the confusion matrices. */
  classes: readonly string[];
  /** What the windows are held against: the reference in force now, where it came with labels. */
  reference: (ReferencePerformance & { referenceId: string }) | null;
  /** `check`: the newest of the window; null before it was judged. */
  windows: (PerformanceWindow & { check: PerformanceCheck | null })[];
}

/** GET …/performance/checks?segment&from&to: the newest revision of each window's check, oldest first. */
export interface PerformanceChecks {
  checks: PerformanceCheck[];
}

/** GET …/checks/{check} of a check of performance: with the reference it holds all it was made of. */
export interface PerformanceCheckDetail {
  check: PerformanceCheck;
}

// ---- incidents, channels, keys ------------------------------------------------------------------------------

/** GET /v1/incidents?model=&state= → { incidents: Incident[] }, newest first. POST …/{id}/acknowledge, …/{id}/resolve. */
export interface Incidents {
  incidents: Incident[];
}

export const eventTypes = [
  "drift.detected",
  "drift.resolved",
  "performance.degraded",
  "performance.recovered",
  "retraining.requested",
] as const;
export type EventType = (typeof eventTypes)[number];

export const ChannelInput = z.object({
  name: z.string().min(1).max(limits.nameLength),
  kind: z.literal("webhook"),
  url: z.url(),
  events: z
    .array(z.enum(eventTypes))
    .min(1)
    .default([...eventTypes]),
});
export interface Channel extends z.output<typeof ChannelInput> {
  id: string;
  createdAtMs: number;
  /** Only in the reply to its creation: `whsec_…` of Standard Webhooks. */
  secret?: string;
  state: "active" | "disabled";
}

export interface Delivery {
  id: string;
  channelId: string;
  event: EventType | "test";
  state: "pending" | "delivered" | "parked";
  attempts: number;
  nextAttemptAtMs: number | null;
  createdAtMs: number;
  deliveredAtMs: number | null;
  lastStatus: number | null;
  lastError: string | null;
}

/** The body of a webhook: Standard Webhooks' `type`, `timestamp`, `data`. */
export interface WebhookEvent {
  type: EventType | "test";
  timestamp: string;
  data: {
    model: { id: string; name: string };
    incident: Omit<Incident, "entries"> | null;
    check: ToldCheck | null;
    /** For retraining.requested: the event time to train on. */
    training?: { fromMs: number; toMs: number };
  };
}

export const scopes = ["ingest", "read", "admin"] as const;
export type Scope = (typeof scopes)[number];
export const KeyInput = z.object({
  name: z.string().min(1).max(limits.nameLength),
  scopes: z.array(z.enum(scopes)).min(1),
  /** Only this model; left out: all. */
  modelId: z.string().optional(),
});
export interface Key {
  id: string;
  name: string;
  scopes: Scope[];
  modelId: string | null;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  /** Only in the reply to its creation. */
  secret?: string;
}

/** POST /v1/session { token } → cookie; GET → who; DELETE → signed out. */
export const SessionInput = z.object({ token: z.string().min(1).max(200) });
export interface Session {
  organisation: { id: string; name: string };
  member: { id: string; name: string; role: "owner" | "admin" | "editor" | "viewer" };
  expiresAtMs: number;
}

/** GET, PUT …/cursors/{name}: where a replaying sender resumes; opaque to us. */
export const CursorInput = z.object({ position: z.string().max(1000) });

/** What /v1/live sends: a hint to refetch, never the data. */
export interface LiveHint {
  type: "check" | "incident" | "ingest" | "performance";
  modelId: string;
  id: string;
  revision: number;
}
