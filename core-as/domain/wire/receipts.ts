import type { Receipt } from "../api.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** The memory of one folded batch: who it was, what its body was, and what its sender was told. */
export interface StoredReceipt {
  /** 64-bit hash of kind and batch id (see id-hash.ts). */
  hi: number;
  lo: number;
  /** The first 64 bits of the body's SHA-256, in hex. */
  bodyHash: string;
  accepted: number;
  rejected: number;
  late: number;
  /** Empty for most batches, and then two bytes. */
  errors: Receipt["errors"];
  ignored: string[];
}

const bodyHashDigits = 16;

export function writeReceipts(receipts: readonly StoredReceipt[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("receipts", 16 + receipts.length * 24);
  writer.varint(receipts.length);
  for (const receipt of receipts) {
    writer.u32(receipt.hi);
    writer.u32(receipt.lo);
    if (!/^[0-9a-f]{16}$/.test(receipt.bodyHash)) throw new RangeError("a body hash has 16 hex digits");
    for (let digit = 0; digit < bodyHashDigits; digit += 2)
      writer.u8(Number.parseInt(receipt.bodyHash.slice(digit, digit + 2), 16));
    writer.varint(receipt.accepted);
    writer.varint(receipt.rejected);
    writer.varint(receipt.late);
    writer.text(receipt.errors.length > 0 ? JSON.stringify(receipt.errors) : "");
    writer.text(receipt.ignored.length > 0 ? JSON.stringify(receipt.ignored) : "");
  }
  return writer.finish();
}

export function readReceipts(bytes: Uint8Array): StoredReceipt[] {
  const reader = new ByteReader(bytes, "receipts");
  const receipts = Array.from({ length: reader.count(21) }, () => {
    const fixed = reader.raw(16);
    const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.byteLength);
    let bodyHash = "";
    for (let index = 8; index < 16; index++) bodyHash += fixed[index].toString(16).padStart(2, "0");
    const [accepted, rejected, late] = [reader.varint(), reader.varint(), reader.varint()];
    const [errors, ignored] = [reader.text(), reader.text()];
    return {
      hi: view.getUint32(0, true),
      lo: view.getUint32(4, true),
      bodyHash,
      accepted,
      rejected,
      late,
      errors: errors === "" ? [] : (JSON.parse(errors) as Receipt["errors"]),
      ignored: ignored === "" ? [] : (JSON.parse(ignored) as string[]),
    };
  });
  reader.end();
  return receipts;
}
