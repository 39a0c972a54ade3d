import type { Receipt } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { valueOfText } from "#core/formats/field-kinds.ts";
import { type InferenceEvent, readHalf } from "#core/formats/inference/inference-events.ts";
import type { Half } from "#core/formats/inference/tensor.ts";
import { inflate } from "../http/body.ts";
import { theKernel } from "../kernel.ts";
import {
  type HalfInput,
  type HalfReply,
  joinedHash,
  type KeptHalf,
  type WaitingHalf,
} from "../objects/model/halves.ts";
import { ingestPredictions, type RowsTo } from "./ingest-predictions.ts";
import type { PlanCache } from "./plan-cache.ts";
import { type BatchHolder, type BatchTarget, planNeverRests, staleTries, tooBusy } from "./send-batch.ts";

/** An object that takes halves of inferences too. */
export interface HalfHolder extends BatchHolder {
  offerHalf(half: HalfInput): Promise<HalfReply>;
}

/** The receipt of an event: nothing is counted as long as its other half is missing. */
export interface EventReceipt extends Receipt {
  waitingFor?: "request" | "response";
}

/** Which events count: both halves joined, or one of them alone where the logger tells only that one. */
export type EventMode = "all" | "request" | "response";

/** Takes one half of an inference; with the second one both are counted, once. */
export async function ingestEvent(
  rowsTo: RowsTo,
  target: BatchTarget<HalfHolder>,
  plans: PlanCache,
  event: InferenceEvent,
  { mode, version, nowMs }: { mode: EventMode; version: string | null; nowMs: number },
): Promise<EventReceipt> {
  const { id, part, data } = event;
  const half = readHalf(part, data);
  const bodyHash = theKernel().fingerprint(data);
  const { model } = await plans.get(rowsTo.name, target);
  const answers = model.features.some(({ role }) => role !== "feature");
  const counted = mode === "all" && !answers ? "request" : mode;
  const alone = { [part]: half, [otherOf(part)]: null } as Record<"request" | "response", Half | null>;
  if (counted === part) {
    const said = [event.time];
    return ingestPredictions(
      rowsTo,
      target,
      plans,
      batchOf(id, alone, said, bodyHash, version, nowMs),
      nowMs,
    );
  }
  if (counted !== "all") return { ...nothingCounted, batchId: id };
  const bytes = await packed(data);
  const reply = await offerHalf(rowsTo.name, target, plans, { id, part, bodyHash, said: event.time, bytes });
  switch (reply.outcome) {
    case "waiting":
      return { ...nothingCounted, batchId: id, waitingFor: otherOf(part) };
    case "joined":
      return reply.receipt;
    case "meets": {
      const other = await unpacked(reply.other);
      const halves = { ...alone, [other.part]: readHalf(other.part, other.bytes) };
      const [request, response] = part === "request" ? [event.time, other.said] : [other.said, event.time];
      const hash =
        part === "request" ? joinedHash(bodyHash, other.bodyHash) : joinedHash(other.bodyHash, bodyHash);
      const batch = batchOf(id, halves, [request, response], hash, version, other.arrivedMs);
      return ingestPredictions(rowsTo, target, plans, { ...batch, joined: true }, nowMs);
    }
    default:
      throw problemOf(reply, id);
  }
}

/** To the object that the other half comes to, by the plan as it is now. */
async function offerHalf(
  name: string,
  target: BatchTarget<HalfHolder>,
  plans: PlanCache,
  half: KeptHalf,
): Promise<Exclude<HalfReply, { outcome: "stale" }>> {
  let plan = await plans.get(name, target);
  for (let attempt = 0; attempt < staleTries; attempt++) {
    const { planVersion, shards } = plan;
    const reply = await target.holderOf(half.id, shards).offerHalf({ ...half, planVersion });
    if (reply.outcome !== "stale") return reply;
    plan = await plans.refresh(name, target);
  }
  throw planNeverRests();
}

const otherOf = (part: "request" | "response") => (part === "request" ? "response" : "request");

const nothingCounted = {
  ...{ deduplicated: true, accepted: 0, rejected: 0, errors: [], late: 0, ignored: [] },
} satisfies Omit<Receipt, "batchId">;

/** Rows are of the time when they were asked for, else answered, else of the arrival of their first half. */
function batchOf(
  id: string,
  { request, response }: Record<"request" | "response", Half | null>,
  said: readonly (string | null)[],
  bodyHash: string,
  version: string | null,
  arrivedMs: number,
) {
  const text = said.find((time) => time !== null) ?? null;
  const timestamp =
    request?.timestamp ?? response?.timestamp ?? (text === null ? arrivedMs : valueOfText("time", text));
  const frame = { id: request?.id ?? response?.id ?? id, timestamp };
  return {
    content: { form: "inference" as const, inference: { request, response }, frame },
    ...{ bodyHash, batchId: id, deduplicated: true },
    version: version ?? response?.version ?? request?.version ?? null,
  };
}

/** Bodies past this wait packed. */
const packedFromBytes = 16 * 1024;

async function packed(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (data.length < packedFromBytes) return data;
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpacked(half: WaitingHalf): Promise<WaitingHalf> {
  const isPacked = half.bytes[0] === 0x1f && half.bytes[1] === 0x8b;
  return isPacked ? { ...half, bytes: await inflate(half.bytes, limits.inflatedBytes) } : half;
}

function problemOf(
  reply: Exclude<HalfReply, { outcome: "waiting" | "meets" | "joined" | "stale" }>,
  id: string,
): ProblemError {
  switch (reply.outcome) {
    case "reused":
      return new ProblemError(
        "batch_id_reused",
        `The id ${JSON.stringify(id)} was used for another body. Nothing of this one is counted.`,
      );
    case "busy":
      return tooBusy("Too many halves of inferences wait for their other half", reply.retryAfterMs);
    case "too_large":
      return new ProblemError(
        "body_too_large",
        `Half of an inference has at most ${limits.storedRowBytes} bytes, packed.`,
      );
    case "unknown":
      return new ProblemError("model_not_found", "There is no such model.");
  }
}
