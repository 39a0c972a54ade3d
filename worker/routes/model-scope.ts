import type { Context } from "hono";
import { ProblemError } from "#core/domain/errors.ts";
import { holderOf, shardName } from "#core/domain/sharding.ts";
import { parseTimestamp } from "#core/formats/timestamp.ts";
import type { HalfHolder } from "../ingest/ingest-event.ts";
import type { BatchTarget } from "../ingest/send-batch.ts";
import type { AppEnv } from "../http/context.ts";

/** Which model a request is about: the id from its path, the organisation from its credential only. */
export function modelNameOf(c: Context<AppEnv>): string {
  return `${c.get("actor").organisationId}/${c.req.param("model") ?? ""}`;
}

/** The model's object. Of a model that does not exist it is empty, and answers so. */
export function modelObjectOf(c: Context<AppEnv>) {
  return c.env.MODEL.getByName(modelNameOf(c));
}

/** The objects that take the model's batches. */
export function batchTargetOf(c: Context<AppEnv>): BatchTarget<HalfHolder> {
  const name = modelNameOf(c);
  const model = modelObjectOf(c);
  return {
    foldingPlan: () => model.foldingPlan(),
    reference: (id) => model.reference(id),
    holderOf: (batchId, shards) => {
      const holder = holderOf(batchId, shards);
      return holder === null ? model : c.env.SHARD.getByName(shardName(name, holder));
    },
  };
}

/** ISO 8601 or epoch milliseconds, as a query or a body has them. A time without a zone is UTC. */
export function readTime(value: string | number, name: string): number {
  const time = parseTimestamp(typeof value === "string" && /^-?\d{5,}$/.test(value) ? Number(value) : value);
  if (Number.isNaN(time))
    throw new ProblemError(
      "invalid_time",
      `"${name}" is neither ISO 8601 nor epoch milliseconds: ${JSON.stringify(value)}.`,
    );
  return time;
}

/** `from` and `to` of a query: [from, to) in event time, each open when left out. */
export function readRange(c: Context<AppEnv>): { fromMs: number; toMs: number } {
  const { from, to } = c.req.query();
  return {
    fromMs: from === undefined ? Number.MIN_SAFE_INTEGER : readTime(from, "from"),
    toMs: to === undefined ? Number.MAX_SAFE_INTEGER : readTime(to, "to"),
  };
}
