import type { Context } from "hono";
import { PredictionBatch } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { readArrow } from "#core/formats/arrow.ts";
import type { BatchContent } from "#core/formats/batch-content.ts";
import { readBinaryColumns } from "#core/formats/binary-columns.ts";
import { readOpenInference } from "#core/formats/inference/open-inference.ts";
import { findRows } from "#core/formats/json-fast.ts";
import type { PredictionBody } from "#core/formats/json-rows.ts";
import {
  type BodyForm,
  charsetOf,
  formOfBytes,
  formOfType,
  isDocument,
  isLines,
} from "#core/formats/media-types.ts";
import { chooseBatchId } from "../ingest/batch-id.ts";
import { parseBody, readBytes } from "./body.ts";
import type { AppEnv } from "./context.ts";
import { hasRawTensors, inferenceContent, readInference } from "./inference-body.ts";

/** A batch as it came: what is in it, and under which id. */
export interface ReceivedBatch {
  content: BatchContent;
  /** Fingerprint of the body without its packing. */
  bodyHash: string;
  batchId: string;
  /** False when the server chose the id. */
  deduplicated: boolean;
  /** Model version that the batch was answered by, of the body or the query; null where the sender did not say. */
  version: string | null;
  /** Joined from two halves, of which one waits in the model's object. */
  joined?: boolean;
}

const taken =
  "application/json, application/x-ndjson, text/csv, application/vnd.apache.arrow.stream and application/vnd.mdt.columns are taken";

/** The body of a batch in any of its forms, with its id, whether that came in the body, a header or the query. */
export async function readBatch(c: Context<AppEnv>): Promise<ReceivedBatch> {
  const { plain, bodyHash } = await readBytes(c);
  return receivedOf(c, contentOf(c, plain), bodyHash);
}

/** The same for predictions, which also come as an inference server's bodies. */
export async function readPredictionBatch(c: Context<AppEnv>): Promise<ReceivedBatch> {
  const { plain, bodyHash } = await readBytes(c);
  if (hasRawTensors(c)) return receivedInference(c, readInference(c, plain), bodyHash);
  try {
    return receivedOf(c, contentOf(c, plain), bodyHash);
  } catch (error) {
    const other = error instanceof ProblemError && error.code === "invalid_body" && plain.length > 0;
    const inference = other ? readOpenInference(JSON.parse(new TextDecoder().decode(plain)), nothing) : null;
    if (inference === null) throw error;
    return receivedInference(c, inferenceContent(c, inference), bodyHash);
  }
}

/** What a body says of itself beside its rows. */
export interface Content {
  content: BatchContent;
  id?: string;
  version?: string;
}

const nothing = new Uint8Array();

function receivedOf(c: Context<AppEnv>, { content, id, version }: Content, bodyHash: string): ReceivedBatch {
  return { content, bodyHash, version: version ?? c.req.query("version") ?? null, ...batchIdOf(c, id) };
}

/** An inference's own id names the batch only where the sender gave no other. */
export function receivedInference(c: Context<AppEnv>, content: Content, bodyHash: string): ReceivedBatch {
  const given = batchIdOf(c);
  return receivedOf(c, given.deduplicated ? { ...content, id: undefined } : content, bodyHash);
}

function contentOf(c: Context<AppEnv>, plain: Uint8Array<ArrayBuffer>): Content {
  const form = formOf(c, plain);
  return form === "json" ? jsonOf(plain) : { content: tableOf(c, plain, form) };
}

/** @param body the id that the body itself gives */
export function batchIdOf(c: Context<AppEnv>, body?: string): { batchId: string; deduplicated: boolean } {
  const given = {
    body,
    query: c.req.query("batch_id"),
    idempotencyKey: c.req.header("idempotency-key"),
    ceId: c.req.header("ce-id"),
  };
  return chooseBatchId(given, () => crypto.randomUUID());
}

/**
 * What a body is: by its content type, which is overruled where the bytes can only be one other thing; where they cannot be
 * what it says, the sender is told what to do.
 */
export function formOf(c: Context<AppEnv>, plain: Uint8Array): BodyForm {
  const type = c.req.header("content-type");
  const certain = formOfBytes(plain);
  if (certain === "parquet")
    throw new ProblemError(
      "unsupported_media_type",
      "The body is Parquet, which the command reads (`mdt replay`, `mdt reference push`); here send Arrow.",
    );
  const form = certain ?? formOfType(type);
  if (form === null)
    throw new ProblemError("unsupported_media_type", `Say what the body is: ${taken}, not ${type}.`);
  if (form === "csv" && /^\s*[[{]/.test(new TextDecoder().decode(plain.subarray(0, 64))))
    throw new ProblemError(
      "malformed_table",
      "The content type says CSV, and the body begins like JSON: send it as application/json, or as application/x-ndjson where each line is a row.",
    );
  if (form === "ndjson" && isDocument(plain)) return "json";
  return form === "json" && isLines(plain) ? "ndjson" : form;
}

/** The rows of a body that is not JSON. */
export function tableOf(
  c: Context<AppEnv>,
  plain: Uint8Array<ArrayBuffer>,
  form: Exclude<BodyForm, "json">,
): BatchContent {
  switch (form) {
    case "arrow":
      return { form: "columns", columns: readArrow(plain) };
    case "columns":
      return { form: "columns", columns: readBinaryColumns(plain) };
    case "csv":
      return { form: "csv", bytes: plain, encoding: charsetOf(c.req.header("content-type")) };
    case "ndjson":
      return { form: "ndjson", bytes: plain };
  }
}

function jsonOf(plain: Uint8Array): Content {
  const frame = findRows(plain);
  const head = frame && PredictionBatch.safeParse(frame.head);
  if (frame && head?.success) {
    const parse = (): PredictionBody => parseBody(PredictionBatch, plain);
    const { batch_id: id, version } = head.data;
    return { content: { form: "json-text", text: frame.rows, parse }, id, version };
  }
  try {
    const body = parseBody(PredictionBatch, plain);
    return { content: { form: "json", body }, id: body.batch_id, version: body.version };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const text = new TextDecoder().decode(plain);
    throw new ProblemError(error.code, `${error.message} ${advice(error.code, text)}`.trim(), error.issues);
  }
}

/** What a sender can do whose JSON is none, or is no batch. */
function advice(code: ProblemError["code"], text: string): string {
  if (code === "invalid_body")
    return 'A batch is { "rows": [{ … }] } or { "columns": { … } }; rows alone go one a line as application/x-ndjson.';
  return /^\s*[^\s[{"]/.test(text) ? "Where the body is CSV, send it as text/csv." : "";
}
