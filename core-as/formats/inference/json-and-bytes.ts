/**
 * A body that is JSON, or JSON with raw tensors behind it (the binary extension of Open Inference). How long the JSON is says a
 * header; loggers drop it, and then the JSON is as long as its braces.
 */
import { malformedInference } from "./tensor.ts";

const [quote, backslash, open, close] = [0x22, 0x5c, 0x7b, 0x7d];

/** @param jsonBytes length of the JSON, where it is known */
export function splitBody(
  body: Uint8Array,
  jsonBytes: number | null,
): { value: unknown; binary: Uint8Array } {
  if (jsonBytes !== null && jsonBytes > body.length)
    throw malformedInference(
      `Inference-Header-Content-Length is ${jsonBytes}, the body has ${body.length} bytes.`,
    );
  const end = jsonBytes ?? endOfJson(body);
  const text = new TextDecoder().decode(body.subarray(0, end));
  try {
    return { value: JSON.parse(text), binary: body.subarray(end) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : "it cannot be read";
    const missing = /[[,:]\s*-?(NaN|Infinity)\b/.test(text)
      ? " NaN and Infinity are not JSON: a missing value is null."
      : "";
    throw malformedInference(`The body is not JSON: ${detail}.${missing}`);
  }
}

/** Where the first object ends; the body's end where it does not. */
function endOfJson(body: Uint8Array): number {
  let [depth, inText] = [0, false];
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === open) depth++;
    else if (byte === close && --depth === 0) return onlyBlank(body, at + 1) ? body.length : at + 1;
  }
  return body.length;
}

/** White space behind the JSON belongs to it. */
function onlyBlank(body: Uint8Array, from: number): boolean {
  for (let at = from; at < body.length; at++)
    if (body[at] !== 0x20 && body[at] !== 0x0a && body[at] !== 0x0d && body[at] !== 0x09) return false;
  return true;
}
