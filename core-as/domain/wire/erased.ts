import type { Hashed } from "../erasures.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** What one erasure names. */
export interface Erased {
  predictionIds: Hashed[];
  subjects: Hashed[];
}

export function writeErased({ predictionIds, subjects }: Erased): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("erased", 16 + 8 * (predictionIds.length + subjects.length));
  for (const values of [predictionIds, subjects]) {
    writer.varint(values.length);
    for (const { hi, lo } of values) {
      writer.u32(hi);
      writer.u32(lo);
    }
  }
  return writer.finish();
}

export function readErased(bytes: Uint8Array): Erased {
  const reader = new ByteReader(bytes, "erased");
  const read = (): Hashed[] =>
    Array.from({ length: reader.count(8) }, () => {
      const fixed = reader.raw(8);
      const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.byteLength);
      return { hi: view.getUint32(0, true), lo: view.getUint32(4, true) };
    });
  const erased = { predictionIds: read(), subjects: read() };
  reader.end();
  return erased;
}
