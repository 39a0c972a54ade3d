import type * as z from "zod";
import type { PredictionBatch, Receipt } from "#core/domain/api.ts";
import type { Columns } from "#core/domain/columns.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { parsePredictionColumns } from "#core/formats/column-rows.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";
import { foldRows, groupByPane } from "./fold-rows.ts";
import type { Plan, PlanCache } from "./plan-cache.ts";
import { sendBatch, type BatchTarget } from "./send-batch.ts";

export interface ReceivedBatch {
  body: z.output<typeof PredictionBatch>;
  bodyHash: string;
  batchId: string;
  deduplicated: boolean;
}

/** The same as raw columns. */
export type ReceivedColumns = Omit<ReceivedBatch, "body"> & { columns: Columns };

/** Rows to counts to the model's object: bytes never wait for one another, and only counts and logs travel on. */
export async function ingestPredictions(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  batch: ReceivedBatch | ReceivedColumns,
  nowMs: number,
): Promise<Receipt> {
  if ("columns" in batch) checkRows(batch.columns.rows);
  else checkRowCount(batch.body);
  return sendBatch(name, target, plans, async (plan) => foldBatch(target, plans, plan, batch, nowMs));
}

async function foldBatch(
  target: BatchTarget,
  plans: PlanCache,
  plan: Plan,
  batch: ReceivedBatch | ReceivedColumns,
  nowMs: number,
): Promise<BatchInput> {
  const { bodyHash, batchId, deduplicated } = batch;
  const { features } = plan.model;
  const rules = { nowMs, oldestMs: oldestMs(plan, nowMs) };
  const parsed =
    "columns" in batch
      ? parsePredictionColumns(features, batch.columns, rules)
      : parsePredictionRows(features, batch.body, rules);
  const panes = groupByPane(parsed, plan);
  const folders = new Map();
  for (const id of new Set(panes.map(({ referenceId }) => referenceId)))
    if (id !== null) folders.set(id, await plans.folder(plan, id, target));
  const { payload, accepted, refused, newestMs, windows } = foldRows(parsed, panes, folders, plan);
  return {
    kind: "predictions",
    batchId,
    deduplicated,
    bodyHash,
    planVersion: plan.planVersion,
    accepted,
    rejected: parsed.rejected + refused.length,
    errors: [...parsed.errors, ...refused].sort((a, b) => a.row - b.row).slice(0, limits.errorsListed),
    ignored: parsed.ignored,
    newestMs,
    windows,
    payload,
  };
}

/** Rows older than the model's retention are refused, by the model's clock. */
export function oldestMs({ model, newestMs }: Plan, nowMs: number): number {
  const modelNowMs = model.clock === "wall" ? nowMs : newestMs;
  return modelNowMs === null ? -Infinity : modelNowMs - limits.retention.daysMs;
}

/** The same number of values in every column, and no more rows than a batch may have. */
export function checkRowCount(body: ReceivedBatch["body"]): void {
  const lengths =
    "rows" in body ? [body.rows.length] : Object.values(body.columns).map((column) => column.length);
  const rows = Math.max(0, ...lengths);
  checkRows(rows);
  if (lengths.some((length) => length !== rows))
    throw new ProblemError("invalid_body", "Columns of a batch have the same number of values.");
}

function checkRows(rows: number): void {
  if (rows > limits.rowsPerBatch)
    throw new ProblemError(
      "too_many_rows",
      `The batch has ${rows} rows; at most ${limits.rowsPerBatch} are taken.`,
    );
}
