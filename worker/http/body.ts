import type { Context } from "hono";
import type * as z from "zod";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { utf8 } from "#core/domain/utf8.ts";
import { formOfType } from "#core/formats/media-types.ts";
import { theKernel } from "../kernel.ts";
import type { AppEnv } from "./context.ts";
import { unknownFields } from "./unknown-fields.ts";

export interface ReadBody<T> {
  value: T;
  /** Fingerprint of the body without its packing. */
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
  const given = parseJson(plain);
  const value = checked(schema, given);
  const unknown = unknownFields(given, value);
  if (unknown.length > 0)
    throw invalidBody(
      unknown.map((path) => ({ path, message: "there is no such field here, or it cannot be set" })),
    );
  return { value, bodyHash };
}

/** Parses and checks a body's bytes; what it does not know, it leaves out. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, plain: Uint8Array): z.output<Schema> {
  return checked(schema, parseJson(plain));
}

function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalidBody(parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })));
}

const mostIssues = 20;

/** The first of them in a sentence: not everyone who reads a problem sees its list. */
function invalidBody(issues: { path: string; message: string }[]): ProblemError {
  const [{ path, message }] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const detail = path === "" ? "The body does not have the expected shape." : `"${path}": ${message}${more}.`;
  return new ProblemError("invalid_body", detail, issues.slice(0, mostIssues));
}

/**
 * The body inflated, at the beginning of a buffer. Its hash is that of what was inflated: a retry that packs the same rows anew
 * sends other bytes, since gzip's header holds the time, and is the same body.
 */
export async function readBytes(
  c: Context<AppEnv>,
  maxBytes: number = limits.bodyBytes,
): Promise<{ plain: Uint8Array<ArrayBuffer>; bodyHash: string }> {
  const toldBytes = Number(c.req.header("content-length") ?? 0);
  const bytes = await readCapped(c.req.raw.body, { maxBytes, drainBytes: limits.drainedBytes, toldBytes });
  const encoding = c.req.header("content-encoding")?.toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip")
    throw new ProblemError("unsupported_media_type", `Send gzip or no encoding, not ${encoding}.`);
  // Nothing that is taken begins with these two bytes but gzip: senders forget the header, proxies drop it.
  const packed = encoding === "gzip" || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  const plain = packed ? await inflate(bytes, Math.max(limits.inflatedBytes, maxBytes)) : bytes;
  return { plain, bodyHash: theKernel().fingerprint(plain) };
}

function parseJson(plain: Uint8Array): unknown {
  const text = utf8(plain);
  if (text === null)
    throw new ProblemError(
      "malformed_json",
      "The body is not UTF-8, which JSON is: encode its text as UTF-8.",
    );
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

interface ReadLimits {
  maxBytes: number;
  /** Past the most, as much is read and dropped. */
  drainBytes: number;
  /** What the sender says: then one buffer is enough. */
  toldBytes: number;
}

/**
 * Into a buffer of our own, and as few reads as fill it: where a stream hands out its own, a body of a megabyte comes in
 * hundreds of pieces, which take longer than counting its rows.
 */
async function readCapped(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, drainBytes, toldBytes }: ReadLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader({ mode: "byob" });
  // One more than is told, since a read that is not filled has seen the end.
  const firstBytes = toldBytes > 0 ? toldBytes + 1 : leastBytes;
  let held = new Uint8Array(Math.min(firstBytes, maxBytes + 1));
  let length = 0;
  for (;;) {
    // What is too much is read on and dropped: a sender in the middle of its body hears no answer, only a reset.
    const at = length <= maxBytes ? length : 0;
    if (at === held.length) held = grown(held, maxBytes + 1);
    const { value, done } = await reader.readAtLeast(held.length - at, held.subarray(at));
    // The buffer that was given is gone; what is read lies in the one that comes back.
    if (value) held = new Uint8Array(value.buffer);
    length += value?.length ?? 0;
    if (done || length > drainBytes) break;
  }
  if (length > maxBytes) {
    await reader.cancel();
    throw new ProblemError(
      "body_too_large",
      `The body has more than ${maxBytes} bytes; send smaller batches.`,
    );
  }
  return held.subarray(0, length);
}

const leastBytes = 64 * 1024;

/** Four times as long, with what it holds; no longer than the most. */
function grown(held: Uint8Array<ArrayBuffer>, mostBytes: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(Math.min(4 * held.length, mostBytes));
  longer.set(held);
  return longer;
}

/** gzip undone, as far as the cap. */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await readCapped(stream, { maxBytes, drainBytes: maxBytes, toldBytes: 4 * bytes.length });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("malformed_json", "The body should be gzip but cannot be inflated.");
  }
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
