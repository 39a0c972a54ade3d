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
  return { value: parsed(new TextDecoder().decode(body.subarray(0, end))), binary: body.subarray(end) };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const asJson = withoutBareWords(text);
    if (asJson === null) throw error;
    return parseJson(asJson);
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : "it cannot be read";
    throw malformedInference(`The body is not JSON: ${detail}.`);
  }
}

/**
 * Triton's server and clients write NaN, Infinity and -Infinity as they are (RapidJSON's kWriteNanAndInfFlag), and so does Python.
 * Nobody stands behind a logger to mend that, so they are what they mean: missing, and numbers too large for a double.
 * @returns null for text that has none
 */
function withoutBareWords(text: string): string | null {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const opens = indexOr(text.indexOf('"', at), text.length);
    parts.push(
      text
        .slice(at, opens)
        .replace(/-?\bNaN\b/g, "null")
        .replace(/\bInfinity\b/g, "1e999"),
    );
    at = endOfText(text, opens);
    parts.push(text.slice(opens, at));
  }
  const changed = parts.join("");
  return changed === text ? null : changed;
}

const indexOr = (index: number, otherwise: number): number => (index < 0 ? otherwise : index);

/** Behind the quote that closes what another one opens. */
function endOfText(text: string, opens: number): number {
  for (let at = opens + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
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
