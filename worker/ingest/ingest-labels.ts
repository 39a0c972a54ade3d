import type { Receipt } from "#core/domain/api.ts";
import { parseLabelRows } from "#core/formats/json-rows.ts";
import { foldLabels } from "./fold-labels.ts";
import { checkRowCount, oldestMs, type ReceivedBatch } from "./ingest-predictions.ts";
import type { PlanCache } from "./plan-cache.ts";
import { sendBatch, type BatchTarget } from "./send-batch.ts";

/** Labels go to the object as they are; it joins them with the predictions it holds. */
export async function ingestLabels(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  { body, bodyHash, batchId, deduplicated }: ReceivedBatch,
  nowMs: number,
): Promise<Receipt> {
  checkRowCount(body);
  return sendBatch(name, target, plans, async (plan) => {
    const parsed = parseLabelRows(body, { nowMs, oldestMs: oldestMs(plan, nowMs) });
    return {
      kind: "labels",
      batchId,
      deduplicated,
      bodyHash,
      planVersion: plan.planVersion,
      accepted: parsed.labels.length,
      rejected: parsed.rejected,
      errors: parsed.errors,
      ignored: parsed.ignored,
      newestMs: null,
      ...foldLabels(parsed, plan.model, nowMs),
    };
  });
}
