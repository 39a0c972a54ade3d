import type { Receipt } from "../api.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** The memory of one folded batch: who it was, what its body was, and what its sender was told. */
export interface StoredReceipt {
  /** 64-bit hash of kind and batch id (see id-hash.ts). */
  hi: number;
  lo: number;
  /** Fingerprint of the body, in 16 hex digits. */
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
  const { reader, count } = openReceipts(bytes);
  const receipts = Array.from({ length: count }, () => readRest(reader, reader.u32(), reader.u32()));
  reader.end();
  return receipts;
}

/** The first receipt under a hash. The others are stepped over: a segment holds thousands, and making each takes milliseconds. */
export function findStoredReceipt(bytes: Uint8Array, hi: number, lo: number): StoredReceipt | null {
  const { reader, count } = openReceipts(bytes);
  for (let index = 0; index < count; index++) {
    const [ownHi, ownLo] = [reader.u32(), reader.u32()];
    if (ownHi === hi && ownLo === lo) return readRest(reader, hi, lo);
    skipRest(reader);
  }
  return null;
}

/** The hashes alone, in order: `hi` and `lo` by turns. */
export function receiptHashes(bytes: Uint8Array): Uint32Array {
  const { reader, count } = openReceipts(bytes);
  const hashes = new Uint32Array(2 * count);
  for (let index = 0; index < hashes.length; index += 2) {
    hashes[index] = reader.u32();
    hashes[index + 1] = reader.u32();
    skipRest(reader);
  }
  reader.end();
  return hashes;
}

function openReceipts(bytes: Uint8Array): { reader: ByteReader; count: number } {
  const reader = new ByteReader(bytes, "receipts");
  return { reader, count: reader.count(21) };
}

/** What follows the hash. */
function readRest(reader: ByteReader, hi: number, lo: number): StoredReceipt {
  let bodyHash = "";
  for (const byte of reader.raw(bodyHashDigits / 2)) bodyHash += byte.toString(16).padStart(2, "0");
  const [accepted, rejected, late] = [reader.varint(), reader.varint(), reader.varint()];
  const [errors, ignored] = [reader.text(), reader.text()];
  return {
    ...{ hi, lo, bodyHash, accepted, rejected, late },
    errors: errors === "" ? [] : (JSON.parse(errors) as Receipt["errors"]),
    ignored: ignored === "" ? [] : (JSON.parse(ignored) as string[]),
  };
}

function skipRest(reader: ByteReader): void {
  reader.skip(bodyHashDigits / 2);
  for (let number = 0; number < 3; number++) reader.varint();
  for (let text = 0; text < 2; text++) reader.skip(reader.varint());
}
