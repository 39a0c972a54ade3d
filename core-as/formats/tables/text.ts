/** The bytes of a file, gzip undone, and its text piece by piece. What the text is written in: `encoding.ts`. */
import { gunzip } from "./gunzip.ts";
import { decoderFor, encodingOf } from "./encoding.ts";
import { type ByteSource, type ReadOptions, unreadable } from "./table.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const largestWhole = 0x7fffffff;

/** The bytes as stored, or unpacked where they are gzip, as a stream. `progress` hears bytes as stored. */
export async function* bytesOf(
  source: ByteSource,
  progress?: ReadOptions["progress"],
): AsyncGenerator<Bytes, void, void> {
  const start = await source.slice(0, 2);
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  let outside = false;
  async function* stored(): AsyncGenerator<Bytes, void, void> {
    let read = 0;
    const reader = source.stream().getReader();
    try {
      for (;;) {
        // A source that fails and a listener that stops us by throwing are no faults of the gzip data.
        outside = true;
        const { done, value } = await reader.read();
        if (done) return void (outside = false);
        read += value.length;
        await progress?.(read);
        outside = false;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined); // already failed or closed: nothing is left to stop
    }
  }
  if (!packed) return yield* stored();
  const unpacked = gunzip(stored());
  try {
    for (;;) {
      const { done, value } = await unpacked.next().catch((cause: unknown) => {
        if (outside) throw cause;
        throw unreadable(
          source.name,
          "its gzip data are cut off or damaged. Copy the file again; gzip -t says whether it is whole.",
        );
      });
      if (done) return;
      yield value;
    }
  } finally {
    await unpacked.return();
  }
}

/** The text in pieces of whole characters, without a byte order mark. The pieces depend on the source, their sum does not. */
export async function* textOf(
  source: ByteSource,
  remarks: string[],
  { progress, encoding }: ReadOptions = {},
): AsyncGenerator<string, void, void> {
  let start: Bytes | null = new Uint8Array();
  let decoder = decoderFor("utf-8");
  for await (const bytes of bytesOf(source, progress)) {
    let piece = bytes;
    if (start !== null) {
      piece = join(start, bytes);
      start = piece;
      if (piece.length < 4) continue;
      [start, decoder] = [null, decoderFor(encoding ?? encodingOf(piece), source.name)];
    }
    const text = decoder.decode(piece);
    if (text !== "") yield text;
  }
  if (start !== null) decoder = decoderFor(encoding ?? encodingOf(start), source.name);
  const rest = decoder.decode(start ?? new Uint8Array()) + decoder.end();
  if (rest !== "") yield rest;
  remarks.push(...decoder.remarks(source.name));
}

export function join(first: Bytes, second: Bytes): Bytes {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** All bytes in one piece, unpacked; for formats that are not read from front to back. */
export async function wholeOf(source: ByteSource, progress?: ReadOptions["progress"]): Promise<Bytes> {
  const parts: Bytes[] = [];
  let size = 0;
  for await (const bytes of bytesOf(source, progress)) {
    parts.push(bytes);
    size += bytes.length;
    if (size > largestWhole)
      throw unreadable(
        source.name,
        "it is larger than 2 GB, which is too much for this format: write Parquet.",
      );
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
