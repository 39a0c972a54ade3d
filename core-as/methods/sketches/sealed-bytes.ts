/**
 * Stored sketches end with a checksum. A flipped bit inside a number would leave a buffer that still parses and a sketch
 * that is merely wrong; with the checksum it is refused. CRC-32 (the polynomial of IEEE 802.3) finds every burst of up to
 * 32 bits, and lets any other damage pass once in four billion times. It is no defence against forgery.
 */
import { ByteReader, type ByteWriter, type WireKind } from "../../domain/wire/bytes.ts";

const checksumBytes = 4;

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest >>> 0;
});

export function checksum(bytes: Uint8Array): number {
  let rest = -1;
  for (const byte of bytes) rest = (rest >>> 8) ^ remainders[(rest ^ byte) & 255];
  return ~rest >>> 0;
}

/** What was written, with its checksum. */
export function sealed(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  writer.u32(checksum(writer.finish()));
  return writer.finish();
}

/** A reader of what was sealed, the checksum verified and out of sight. */
export function opened(bytes: Uint8Array, kind: WireKind): ByteReader {
  // The header first: of a buffer of another kind that is the better thing to say.
  const whole = new ByteReader(bytes, kind);
  if (whole.left < checksumBytes) throw whole.refuse("ends inside its checksum");
  const content = bytes.subarray(0, bytes.length - checksumBytes);
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(content.length, true);
  if (stored !== checksum(content)) throw whole.refuse("is damaged: its checksum does not match");
  return new ByteReader(content, kind);
}
