import type { Context } from "hono";
import type * as z from "zod";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { formOfType } from "#core/formats/media-types.ts";
import type { AppEnv } from "./context.ts";

export interface ReadBody<T> {
  value: T;
  /** SHA-256 of the body as sent, in hex. */
  bodyHash: string;
}

/**
 * Reads, inflates and checks a JSON body. Bytes are counted as they arrive: a Content-Length can lie, and a small gzip
 * can inflate to any size.
 */
export async function readJson<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
  { maxBytes = limits.bodyBytes }: { maxBytes?: number } = {},
): Promise<ReadBody<z.output<Schema>>> {
  const type = c.req.header("content-type");
  if (formOfType(type) !== "json")
    throw new ProblemError("unsupported_media_type", `Send application/json, not ${type}.`);
  const { plain, bodyHash } = await readBytes(c, maxBytes);
  return { value: parseBody(schema, plain), bodyHash };
}

/** Parses and checks a body's bytes. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, plain: Uint8Array): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(new TextDecoder().decode(plain)));
  if (!parsed.success) {
    const issues = parsed.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: path.join("."), message }));
    throw new ProblemError("invalid_body", "The body does not have the expected shape.", issues);
  }
  return parsed.data;
}

/** The body as sent, inflated, in a buffer of its own. */
export async function readBytes(
  c: Context<AppEnv>,
  maxBytes: number = limits.bodyBytes,
): Promise<{ plain: Uint8Array<ArrayBuffer>; bodyHash: string }> {
  const bytes = await readCapped(c.req.raw.body, maxBytes, limits.drainedBytes);
  const encoding = c.req.header("content-encoding")?.toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip")
    throw new ProblemError("unsupported_media_type", `Send gzip or no encoding, not ${encoding}.`);
  // Nothing that is taken begins with these two bytes but gzip: senders forget the header, proxies drop it.
  const packed = encoding === "gzip" || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  const plain = packed ? await inflate(bytes, Math.max(limits.inflatedBytes, maxBytes)) : bytes;
  return { plain, bodyHash: await sha256(bytes) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch (error) {
    // V8 names the place.
    const detail = error instanceof Error ? error.message : "The body cannot be read.";
    const missing = /[[,:]\s*-?(NaN|Infinity)\b/.test(text);
    throw new ProblemError(
      "malformed_json",
      missing ? `${detail}. NaN and Infinity are not JSON: a missing value is null.` : detail,
    );
  }
}

async function readCapped(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  drainBytes = maxBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body) {
    for await (const chunk of body) {
      length += chunk.length;
      // What is too much is read on and dropped: a sender in the middle of its body hears no answer, only a reset.
      if (length <= maxBytes) chunks.push(chunk);
      else if (length > drainBytes) break;
    }
  }
  if (length > maxBytes)
    throw new ProblemError(
      "body_too_large",
      `The body has more than ${maxBytes} bytes; send smaller batches.`,
    );
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** gzip undone, as far as the cap. */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await readCapped(stream, maxBytes);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("malformed_json", "The body should be gzip but cannot be inflated.");
  }
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
