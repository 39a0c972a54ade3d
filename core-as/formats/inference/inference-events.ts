/**
 * CloudEvents of an inference logger (KServe's, Seldon's): the request and the response of one inference are two events of one id. An event is
 * told by headers with the body as its data, or as one JSON document. What the data's content type says is not looked at: the
 * logger writes the request's type on the response, too, and a request may come as a form.
 *
 * Source: CloudEvents 1.0, "HTTP Protocol Binding" and "JSON Event Format"; kserve/kserve, pkg/logger.
 */
import { parseJson, splitBody } from "./json-and-bytes.ts";
import { readKserveV1 } from "./kserve-v1.ts";
import { readOpenInference } from "./open-inference.ts";
import { type Half, isObject, malformedInference } from "./tensor.ts";

export type Part = "request" | "response";

export interface InferenceEvent {
  id: string;
  part: Part;
  /** When it was, as text; null where it is not said. */
  time: string | null;
  data: Uint8Array<ArrayBuffer>;
}

export const structuredType = "application/cloudevents+json";

/** The part of an inference that a type of events tells of; null for other types. */
export function partOfType(type: string | undefined): Part | null {
  const [, part = null] = /\.inference\.(request|response)$/.exec(type ?? "") ?? [];
  return part as Part | null;
}

/** @param header reads a header by its name in small letters */
export function readBinaryEvent(
  header: (name: string) => string | undefined,
  data: Uint8Array<ArrayBuffer>,
): InferenceEvent {
  const part = partOfType(header("ce-type"));
  const id = header("ce-id");
  if (part === null || id === undefined)
    throw malformedInference(
      "The event needs ce-type (….inference.request or ….inference.response) and ce-id.",
    );
  return { id, part, time: header("ce-time") ?? null, data };
}

export function readStructuredEvent(body: Uint8Array): InferenceEvent {
  const value = parseJson(new TextDecoder().decode(body));
  if (!isObject(value)) throw malformedInference("An event is a JSON object.");
  const { id, type, time, data, data_base64: packed } = value;
  const part = typeof type === "string" ? partOfType(type) : null;
  if (part === null || typeof id !== "string")
    throw malformedInference(
      'The event needs "type" (….inference.request or ….inference.response) and "id".',
    );
  return { id, part, time: typeof time === "string" ? time : null, data: dataOf(data, packed) };
}

/** Data of a content type that is not JSON is text, or base64. */
function dataOf(data: unknown, packed: unknown): Uint8Array<ArrayBuffer> {
  if (typeof packed !== "string")
    return new Uint8Array(
      new TextEncoder().encode(typeof data === "string" ? data : JSON.stringify(data ?? null)),
    );
  try {
    return Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  } catch {
    throw malformedInference('"data_base64" is no base64.');
  }
}

/** What was asked, or what was answered, by either protocol. */
export function readHalf(part: Part, data: Uint8Array): Half {
  const { value, binary } = splitBody(data, null);
  // Tensors are a list under the name that TensorFlow has for columns.
  const found = readOpenInference(value, binary)?.[part] ?? readKserveV1(value, part);
  if (found === null)
    throw malformedInference(
      part === "request"
        ? 'The request has neither "instances" (V1) nor "inputs" (V2).'
        : 'The response has neither "predictions" (V1) nor "outputs" (V2).',
    );
  return found;
}
