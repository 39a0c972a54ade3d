import type { Receipt } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import { writeDelta } from "#core/domain/wire.ts";
import type { RowError } from "#core/formats/row-reader.ts";
import type { ReceivedBatch } from "../http/batch-body.ts";
import { theKernel } from "../kernel.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";
import { type FileStore, putBatchFile } from "../archive/batch-file.ts";
import { foldRows, groupByPane, type ParsedRows } from "./fold-rows.ts";
import type { HeldReference, Plan, PlanCache } from "./plan-cache.ts";
import { readPredictions } from "./read-rows.ts";
import { sendBatch, type BatchTarget } from "./send-batch.ts";

/** Where the rows of models go that archive them. */
export interface RowsTo {
  name: string;
  files: FileStore;
}

/**
 * Rows to counts to the model's object: bytes never wait for one another, and only counts and logs travel on. Where the model archives
 * its rows, they are in the archive before they are counted.
 */
export async function ingestPredictions(
  { name, files }: RowsTo,
  target: BatchTarget,
  plans: PlanCache,
  batch: ReceivedBatch,
  nowMs: number,
): Promise<Receipt> {
  return sendBatch(name, target, plans, async (plan) => {
    const { input, rows } = await foldBatch(target, plans, plan, batch, nowMs);
    if (!plan.model.archive || input.accepted === 0) return input;
    const about = { batchId: batch.batchId, nowMs };
    return { ...input, archived: await putBatchFile(files, name, plan.model, about, rows) };
  });
}

async function foldBatch(
  target: BatchTarget,
  plans: PlanCache,
  plan: Plan,
  batch: ReceivedBatch,
  nowMs: number,
): Promise<{ input: BatchInput; rows: ParsedRows }> {
  const { content, bodyHash, batchId, deduplicated, version, joined } = batch;
  const rules = { nowMs, oldestMs: oldestMs(plan, nowMs) };
  const parsed = await readPredictions(theKernel(), plan.model, content, rules);
  const panes = groupByPane(parsed, plan);
  const references = new Map<string, HeldReference>();
  for (const id of new Set(panes.map(({ referenceId }) => referenceId)))
    if (id !== null) references.set(id, await plans.reference(plan, id, target));
  const rows = { ...parsed, version };
  const folded = foldRows(theKernel(), rows, panes, references, plan);
  const { parts, accepted, newestMs, windows, refusedWhole } = folded;
  const input: BatchInput = {
    kind: "predictions",
    batchId,
    deduplicated,
    bodyHash,
    planVersion: plan.planVersion,
    accepted,
    rejected: parsed.rejected,
    errors: listed(parsed.errors, parsed.lines),
    ignored: listedFields(parsed.ignored),
    newestMs,
    windows,
    joined,
    refusedWhole,
    payload: writeDelta(parts),
  };
  return { input, rows };
}

/** Rows older than the model's retention are refused, by the model's clock. */
export function oldestMs({ model, newestMs }: Plan, nowMs: number): number {
  const modelNowMs = model.clock === "wall" ? nowMs : newestMs;
  return modelNowMs === null ? -Infinity : modelNowMs - model.retention.daysMs;
}

/** As many fields as a receipt lists. A name that no model could have is cut. */
export const listedFields = (fields: readonly string[]): string[] =>
  fields.slice(0, limits.errorsListed).map((name) => name.slice(0, limits.nameLength));

/** As many as a receipt lists, in the order of the rows, with their lines where the batch came as lines. */
export function listed(errors: readonly RowError[], lines: Int32Array | null): RowError[] {
  const first = [...errors].sort((a, b) => a.row - b.row).slice(0, limits.errorsListed);
  return lines === null ? first : first.map((error) => ({ ...error, line: lines[error.row] }));
}
