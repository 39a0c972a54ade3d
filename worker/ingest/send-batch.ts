import type { Receipt } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import type { RowError } from "#core/formats/row-reader.ts";
import type { BatchInput, BatchReply } from "../objects/model/take-batch.ts";
import type { Plan, PlanCache, PlanSource } from "./plan-cache.ts";

/** A model's object, as ingest sees it. */
export interface BatchTarget extends PlanSource {
  ingest(input: BatchInput): Promise<BatchReply>;
}

/** Activations are rare: a plan that is stale three times in a row is not one. */
const staleTries = 3;

/** Folds by the isolate's plan and hands the batch to the object; folds again when the plan was old. */
export async function sendBatch(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  fold: (plan: Plan) => Promise<BatchInput>,
): Promise<Receipt> {
  let plan = await plans.get(name, target);
  for (let attempt = 0; attempt < staleTries; attempt++) {
    const input = await fold(plan);
    const reply = await target.ingest(input);
    if (reply.outcome === "stored" || reply.outcome === "repeated") {
      plan.newestMs = Math.max(plan.newestMs ?? -Infinity, input.newestMs ?? -Infinity);
      return reply.receipt;
    }
    if (reply.outcome !== "stale") throw problemOf(reply.outcome, input);
    plan = await plans.refresh(name, target);
  }
  throw new ProblemError(
    "unavailable",
    "The model's references change faster than rows can be counted; try again.",
  );
}

function problemOf(
  outcome: Exclude<BatchReply["outcome"], "stored" | "repeated" | "stale">,
  input: BatchInput,
) {
  switch (outcome) {
    case "reused":
      return new ProblemError(
        "batch_id_reused",
        `The id ${JSON.stringify(input.batchId)} was used for another body. Nothing of this one is counted.`,
      );
    case "empty":
      return new ProblemError(
        "no_valid_rows",
        input.rejected === 0
          ? "The batch has no rows."
          : `All ${input.rejected} rows are refused; the first ${input.errors.length} are listed.`,
        input.errors.map(issueOf),
      );
    case "busy":
      return new ProblemError(
        "too_busy",
        "The model has more to fold than it can take in; try again in a few seconds.",
      );
    case "too_large":
      return new ProblemError(
        "body_too_large",
        `The batch spreads over so many panes that it does not fit in ${limits.storedRowBytes} bytes; split it by time.`,
      );
    case "unknown":
      return new ProblemError("model_not_found", "There is no such model.");
  }
}

/** Where the row stands and why it is refused, in a problem's words. */
export const issueOf = ({
  row,
  field,
  code,
  message,
  line,
}: RowError): { path: string; message: string } => ({
  path: field === null ? `rows[${row}]` : `rows[${row}].${field}`,
  message: line === undefined ? `${code}: ${message}` : `${code}: line ${line}: ${message}`,
});
