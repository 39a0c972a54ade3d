import type { Context } from "hono";
import { valueOfText } from "#core/formats/field-kinds.ts";
import {
  type InferenceEvent,
  partOfType,
  readBinaryEvent,
  readStructuredEvent,
  structuredType,
} from "#core/formats/inference/inference-events.ts";
import { splitBody } from "#core/formats/inference/json-and-bytes.ts";
import { readOpenInference } from "#core/formats/inference/open-inference.ts";
import { type Inference, malformedInference } from "#core/formats/inference/tensor.ts";
import { chooseBatchId } from "../ingest/batch-id.ts";
import { readBytes } from "./body.ts";
import type { Content } from "./batch-body.ts";
import type { AppEnv } from "./context.ts";

/** The header that says how long the JSON is that raw tensors follow. */
const lengthHeader = "inference-header-content-length";

export const hasRawTensors = (c: Context<AppEnv>): boolean => c.req.header(lengthHeader) !== undefined;

/** A request, a response or both, as Open Inference V2 writes them. */
export function readInference(c: Context<AppEnv>, plain: Uint8Array): Content {
  const given = c.req.header(lengthHeader);
  if (given !== undefined && !/^\d{1,9}$/.test(given.trim()))
    throw malformedInference(`Inference-Header-Content-Length is no number of bytes: ${given.slice(0, 40)}.`);
  const { value, binary } = splitBody(plain, given === undefined ? null : Number(given));
  const inference = readOpenInference(value, binary);
  if (inference === null)
    throw malformedInference(
      'Send { "request": { "inputs": […] }, "response": { "outputs": […] } }, or one of the two as the server had it.',
    );
  return inferenceContent(c, inference);
}

/** Ids are those of the body; a time it does not have comes from the query or a header, else it is now. */
export function inferenceContent(c: Context<AppEnv>, inference: Inference): Content {
  const { request, response } = inference;
  const id = request?.id ?? response?.id ?? null;
  const said = c.req.query("timestamp") ?? c.req.header("ce-time");
  const timestamp =
    request?.timestamp ??
    response?.timestamp ??
    (said === undefined ? Date.now() : valueOfText("time", said));
  const version = response?.version ?? request?.version ?? undefined;
  return {
    content: { form: "inference", inference, frame: { id, timestamp } },
    id: id ?? undefined,
    version,
  };
}

const isStructured = (c: Context<AppEnv>): boolean =>
  c.req.header("ce-type") === undefined &&
  (c.req.header("content-type") ?? "").toLowerCase().startsWith(structuredType);

/** Half of an inference, as a logger's CloudEvent. Events of other types are batches whose id is the event's. */
export const isInferenceEvent = (c: Context<AppEnv>): boolean =>
  isStructured(c) || partOfType(c.req.header("ce-type")) !== null;

export async function readEvent(c: Context<AppEnv>): Promise<InferenceEvent> {
  const { plain } = await readBytes(c);
  const event = isStructured(c)
    ? readStructuredEvent(plain)
    : readBinaryEvent((name) => c.req.header(name), plain);
  chooseBatchId({ body: event.id }, () => "");
  return event;
}

/** Brokers say that they understand replies, or have put their own mark on the event. */
export const isFromBroker = (c: Context<AppEnv>): boolean =>
  /\breply\b/.test(c.req.header("prefer") ?? "") || c.req.header("ce-knativearrivaltime") !== undefined;
