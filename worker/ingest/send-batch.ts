import type { Receipt } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits, SECOND_MS } from "#core/domain/limits.ts";
import type { RowError } from "#core/formats/row-reader.ts";
import type { BatchInput, BatchReply } from "../objects/model/take-batch.ts";
import type { Plan, PlanCache, PlanSource } from "./plan-cache.ts";

/** An object that takes batches. */
export interface BatchHolder {
  ingest(input: BatchInput): Promise<BatchReply>;
}

/** A model's objects, as ingest sees them. */
export interface BatchTarget<Holder extends BatchHolder = BatchHolder> extends PlanSource {
  /** The object that takes the batch when there are so many shards. */
  holderOf(batchId: string, shards: number): Holder;
}

/** Activations are rare: a plan that is stale three times in a row is not one. */
export const staleTries = 3;

/** Folds by the isolate's plan and hands the batch to its object; folds again when the plan was old. */
export async function sendBatch(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  fold: (plan: Plan) => Promise<BatchInput>,
): Promise<Receipt> {
  let plan = await plans.get(name, target);
  for (let attempt = 0; attempt < staleTries; attempt++) {
    const found = await foldByNow(plan, fold, () => plans.refresh(name, target));
    const { input } = found;
    plan = found.plan;
    const reply = await target.holderOf(input.batchId, plan.shards).ingest(input);
    if (reply.outcome === "stored" || reply.outcome === "repeated") {
      plan.newestMs = Math.max(plan.newestMs ?? -Infinity, input.newestMs ?? -Infinity);
      return reply.receipt;
    }
    if (reply.outcome !== "stale") throw problemOf(reply, input);
    plan = await plans.refresh(name, target);
  }
  throw planNeverRests();
}

/**
 * What is wrong with a body may be so by an old plan only: the model was deleted, and declared anew with other features. Then it
 * is folded again.
 */
async function foldByNow(
  plan: Plan,
  fold: (plan: Plan) => Promise<BatchInput>,
  refresh: () => Promise<Plan>,
): Promise<{ plan: Plan; input: BatchInput }> {
  try {
    return { plan, input: await fold(plan) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const now = await refresh();
    if (now.planVersion === plan.planVersion) throw error;
    return { plan: now, input: await fold(now) };
  }
}

export const planNeverRests = () =>
  new ProblemError(
    "unavailable",
    "The model's references or shards change faster than rows can be counted; try again.",
  );

/** Why nothing was taken, with the first reason: not everyone who reads a problem sees its list. */
function allRefused({ rejected, errors: [first] }: BatchInput): string {
  if (rejected === 0) return "The batch has no rows.";
  const why =
    first === undefined ? "" : `: ${first.field === null ? "" : `"${first.field}": `}${first.message}`;
  return rejected === 1
    ? `Its only row is refused${why}.`
    : `All ${rejected} rows are refused, the first${why}.`;
}

function problemOf(
  reply: Exclude<BatchReply, { outcome: "stored" | "repeated" | "stale" }>,
  input: BatchInput,
): ProblemError {
  switch (reply.outcome) {
    case "reused":
      return new ProblemError(
        "batch_id_reused",
        `The id ${JSON.stringify(input.batchId)} was used for another body. Nothing of this one is counted.`,
      );
    case "empty":
      return new ProblemError("no_valid_rows", allRefused(input), input.errors.map(issueOf));
    case "busy":
      return tooBusy("The model has more to fold than it can take in", reply.retryAfterMs);
    case "too_large":
      return new ProblemError(
        "body_too_large",
        `The batch spreads over so many panes that it does not fit in ${limits.storedRowBytes} bytes; split it by time.`,
      );
    case "unknown":
      return new ProblemError("model_not_found", "There is no such model.");
  }
}

/** With when to try again, which the header Retry-After says too. */
export const tooBusy = (what: string, retryAfterMs: number): ProblemError =>
  new ProblemError(
    "too_busy",
    `${what}; try again in ${Math.max(1, Math.ceil(retryAfterMs / SECOND_MS))} seconds.`,
    undefined,
    retryAfterMs,
  );

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
