/** Local files for the core's readers: read as streams or in parts, and never whole. */
import { createHash } from "node:crypto";
import { createReadStream, fstatSync, openSync, closeSync, readSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import type { ByteSource } from "#core/formats/tables/table.ts";
import { CommandError } from "./command-error.ts";
import { reasonOf } from "./output.ts";

const partBytes = 1 << 18;

export function openFile(path: string): ByteSource {
  const size = sizeOf(path);
  return {
    name: basename(path),
    size,
    stream: () =>
      Readable.toWeb(createReadStream(path, { highWaterMark: partBytes })) as ReadableStream<
        Uint8Array<ArrayBuffer>
      >,
    slice: (start, end) => Promise.resolve(readPart(path, start, Math.min(end, size))),
  };
}

function sizeOf(path: string): number {
  try {
    const file = openSync(path, "r");
    try {
      const about = fstatSync(file);
      if (about.isDirectory()) throw new CommandError(`${path} is a folder: name a file in it.`);
      if (!about.isFile())
        throw new CommandError(`${path} is no ordinary file: save what it gives, then compare that.`);
      return about.size;
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(`${path} cannot be read: ${reasonOf(cause)}.`);
  }
}

function readPart(path: string, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  const file = openSync(path, "r");
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of the whole file, in hex. `progress` hears the bytes read so far. */
export async function digestOf(source: ByteSource, progress: (bytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  const reader = source.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hash.digest("hex");
    hash.update(value);
    progress((read += value.length));
  }
}

/** A small text, such as a schema. */
export function readSmall(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError(`${path} cannot be read: ${reasonOf(cause)}.`);
  }
}

/** A schema of `mdt compare`, `{ "age": "numeric" }`; nothing where no file is named. */
export function typesIn(path: string | null): Record<string, string> {
  if (path === null) return {};
  const isText = (value: unknown): value is string => typeof value === "string";
  return namedValues(path, isText, 'column names and types: { "age": "numeric" }');
}

/** Numbers of at least 0 by feature; null where no file is named. */
export function importancesIn(path: string | null): Record<string, number> | null {
  if (path === null) return null;
  const isMeasure = (value: unknown): value is number =>
    typeof value === "number" && value >= 0 && value < Infinity;
  return namedValues(path, isMeasure, 'features and numbers of at least 0: { "age": 0.6 }');
}

/** The object that a JSON file holds. @param like how it should look, for whoever wrote it */
function namedValues<T>(path: string, is: (value: unknown) => value is T, like: string): Record<string, T> {
  let value: unknown;
  try {
    value = JSON.parse(readSmall(path));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(`${path} is no valid JSON: it should be an object of ${like}.`);
  }
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || !entries.every((entry): entry is [string, T] => is(entry[1])))
    throw new CommandError(`${path} should be an object of ${like}.`);
  return Object.fromEntries(entries);
}
