import type * as z from "zod";
import type { PredictionBatch, Receipt } from "#core/domain/api.ts";
import type { Columns } from "#core/domain/columns.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import { parsePredictionColumns } from "#core/formats/column-rows.ts";
import { parsePredictionText } from "#core/formats/json-fast.ts";
import { type ParsedPredictions, parsePredictionRows } from "#core/formats/json-rows.ts";
import type { TimeRules } from "#core/formats/row-reader.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";
import { theKernel } from "../kernel.ts";
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

/** The same as JSON whose rows are not parsed. */
export type ReceivedText = Omit<ReceivedBatch, "body"> & {
  /** The array of rows. */
  text: Uint8Array;
  /** Parses and checks the whole body: what it throws is the sender's fault. */
  parse: () => ReceivedBatch["body"];
};

/** Rows to counts to the model's object: bytes never wait for one another, and only counts and logs travel on. */
export async function ingestPredictions(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  batch: ReceivedBatch | ReceivedColumns | ReceivedText,
  nowMs: number,
): Promise<Receipt> {
  if ("columns" in batch) checkRows(batch.columns.rows);
  else if ("body" in batch) checkRowCount(batch.body);
  return sendBatch(name, target, plans, async (plan) => foldBatch(target, plans, plan, batch, nowMs));
}

async function foldBatch(
  target: BatchTarget,
  plans: PlanCache,
  plan: Plan,
  batch: ReceivedBatch | ReceivedColumns | ReceivedText,
  nowMs: number,
): Promise<BatchInput> {
  const { bodyHash, batchId, deduplicated } = batch;
  const { features } = plan.model;
  const rules = { nowMs, oldestMs: oldestMs(plan, nowMs) };
  const parsed =
    "columns" in batch
      ? parsePredictionColumns(features, batch.columns, rules)
      : "text" in batch
        ? parseText(features, batch, rules)
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

/** By the kernel, or where it does not take the rows, by `JSON.parse`: the result is the same. */
function parseText(features: readonly Feature[], batch: ReceivedText, rules: TimeRules): ParsedPredictions {
  const quick = parsePredictionText(theKernel(), features, batch.text, rules);
  if (quick !== null) {
    checkRows(quick.columns.rows);
    return quick;
  }
  const body = batch.parse();
  checkRowCount(body);
  return parsePredictionRows(features, body, rules);
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
