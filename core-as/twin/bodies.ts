/** A body's fingerprint, word by word. */
import { blockBytes, laneCount, mixLanes } from "../kernel/bodies.ts";

export function fingerprint(bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil(bytes.length / blockBytes) * blockBytes);
  padded.set(bytes);
  const words = new DataView(padded.buffer);
  const lanes = new Int32Array(laneCount);
  for (let at = 0; at < padded.length; at += 4) {
    const lane = (at / 4) % laneCount;
    const product = Math.imul(lanes[lane] ^ words.getInt32(at, true), 0x01000193);
    lanes[lane] = product ^ (product >>> 16);
  }
  return mixLanes(lanes, bytes.length);
}
