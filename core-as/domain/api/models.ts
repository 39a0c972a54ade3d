import type { Status } from "../check.ts";
import type { Importances } from "../importances.ts";
import type { ModelConfig } from "../model.ts";
import type { PerformanceCheck } from "../performance-check.ts";
import type { Policy } from "../policy.ts";
import type { CheckSummary } from "./checks.ts";

export interface Model extends ModelConfig {
  createdAtMs: number;
}

/** GET /v1/models → { models: ModelSummary[] }; GET /v1/models/{model} → ModelDetail. */
export interface ModelSummary {
  model: Model;
  /** Status of the newest complete check; null before the first. */
  status: Status | null;
  latest: CheckSummary | null;
  /** The newest check of the performance of all rows; null before the first. */
  performance: Pick<PerformanceCheck, "id" | "windowEndMs" | "status" | "reason"> | null;
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
  /** Which features the model leans on, by the reference in force; null where nobody says. */
  importances: Importances | null;
}

/**
 * GET /v1/models/{model}/usage → what the objects that count the model's rows cost since they woke, in what the platform bills; its
 * archive is not among them.
 */
export interface ModelUsage {
  /** When the last of them woke, in epoch milliseconds: a later one means that counts began anew. */
  sinceMs: number;
  /** Batches stored since. */
  batches: number;
  /** Batches stored and not yet folded. */
  waiting: number;
  /** How often batches were folded since, each time as many as had gathered. */
  folds: number;
  /** Rows of SQLite written since, those of deletions and alarms included. */
  rowsWritten: number;
  alarmsSet: number;
  /** All that they store. */
  databaseBytes: number;
}

export interface Activation {
  referenceId: string;
  fromMs: number;
}
