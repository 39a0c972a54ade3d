import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";

export interface GivenIds {
  /** `batch_id` of the body. */
  body: string | undefined;
  /** `?batch_id=` of the address. */
  query?: string | undefined;
  /** The headers `Idempotency-Key` and `ce-id`. */
  idempotencyKey?: string | undefined;
  ceId?: string | undefined;
}

/** The batch's id: what the sender gave, or one of ours, under which a retry would count again. */
export function chooseBatchId(
  given: GivenIds,
  newId: () => string,
): { batchId: string; deduplicated: boolean } {
  const ids = [given.body, given.query, given.idempotencyKey, given.ceId].filter((id) => id !== undefined);
  const [first] = ids;
  if (first === undefined) return { batchId: newId(), deduplicated: false };
  if (ids.some((id) => id !== first))
    throw new ProblemError(
      "batch_id_conflict",
      `Give one batch id, or the same everywhere: got ${ids.map((id) => JSON.stringify(id)).join(" and ")}.`,
    );
  if (first.length === 0 || first.length > limits.batchIdLength)
    throw new ProblemError("invalid_body", `A batch id has 1 to ${limits.batchIdLength} characters.`);
  return { batchId: first, deduplicated: true };
}
