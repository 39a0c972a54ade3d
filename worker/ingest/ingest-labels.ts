import type { Receipt } from "#core/domain/api.ts";
import { foldLabels } from "./fold-labels.ts";
import type { ReceivedBatch } from "../http/batch-body.ts";
import { listed, listedFields, oldestMs } from "./ingest-predictions.ts";
import { readLabels } from "./read-rows.ts";
import type { PlanCache } from "./plan-cache.ts";
import { sendBatch, type BatchTarget } from "./send-batch.ts";

/** Labels go to the object as they are; it joins them with the predictions it holds. */
export async function ingestLabels(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  { content, bodyHash, batchId, deduplicated, version }: ReceivedBatch,
  nowMs: number,
): Promise<Receipt> {
  return sendBatch(name, target, plans, async (plan) => {
    const parsed = await readLabels(plan.model, content, { nowMs, oldestMs: oldestMs(plan, nowMs) });
    return {
      kind: "labels",
      batchId,
      deduplicated,
      bodyHash,
      planVersion: plan.planVersion,
      accepted: parsed.labels.length,
      rejected: parsed.rejected,
      errors: listed(parsed.errors, parsed.lines),
      ignored: listedFields(parsed.ignored),
      newestMs: null,
      ...foldLabels(parsed, plan.model, { batchId, version, nowMs }),
    };
  });
}
