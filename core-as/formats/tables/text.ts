/** The text of a file, piece by piece: gzip undone, byte order marks heeded. Text that is no UTF-8 is read as Windows-1252. */
import { type ByteSource, unreadable } from "./table.ts";

/** The bytes as stored, or unpacked where they are gzip. `progress` hears bytes as stored. */
export async function* bytesOf(
  source: ByteSource,
  progress?: (bytes: number) => void | Promise<void>,
): AsyncGenerator<Uint8Array, void, void> {
  const start = await source.slice(0, 2);
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  let read = 0;
  const counted = source.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const reader = (packed ? counted.pipeThrough(new DecompressionStream("gzip")) : counted).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await progress?.(read);
      yield value;
    }
  } catch (cause) {
    if (packed && read > 0) throw unreadable(source.name, "its gzip data are cut off or damaged.");
    throw cause;
  } finally {
    await reader.cancel().catch(() => undefined); // already failed or closed: nothing is left to stop
  }
}

export async function* textOf(
  source: ByteSource,
  remarks: string[],
  progress?: (bytes: number) => void | Promise<void>,
): AsyncGenerator<string, void, void> {
  let decoder: TextDecoder | null = null;
  for await (const bytes of bytesOf(source, progress)) {
    if (decoder === null) {
      const encoding = encodingOf(bytes);
      if (encoding === "windows-1252")
        remarks.push(`${source.name} is no UTF-8: it was read as Windows-1252.`);
      decoder = new TextDecoder(encoding);
    }
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  try {
    // The chunk may end inside a character: as part of a stream that is no fault.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252"; // not swallowed: the caller is told, and the text is read as what it most likely is
  }
}
