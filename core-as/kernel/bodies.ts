/** Bodies of requests told apart, without a look at what is in them. */
import { hashId } from "../domain/id-hash.ts";
import type { Arena } from "./arena.ts";
import type { Kernel } from "./api.ts";

export const laneCount = 16;
/** A word to each lane. */
export const blockBytes = 4 * laneCount;
/** As much lies in the module's memory at once: few calls, and what is copied stays in the nearest cache. */
const chunkBytes = 16 * 1024;

export function bodies({ call, within, reserve, room, lay, takeInts }: Arena): Pick<Kernel, "fingerprint"> {
  const mix = call("mix");
  return {
    fingerprint: (bytes) =>
      within(() => {
        const lanes = room(laneCount / 2);
        const at = reserve(chunkBytes);
        for (let from = 0; from < bytes.length; from += chunkBytes) {
          const chunk = bytes.subarray(from, from + chunkBytes);
          const padded = Math.ceil(chunk.length / blockBytes) * blockBytes;
          lay(chunk, at, padded);
          mix(at, at + padded, lanes);
        }
        return mixLanes(takeInts(lanes, laneCount), bytes.length);
      }),
  };
}

/** The lanes and the length in 16 hex digits. */
export function mixLanes(lanes: Int32Array, length: number): string {
  const words = [...lanes, length];
  hashId(String.fromCharCode(...words.flatMap((word) => [word & 0xffff, word >>> 16])), halves);
  return Array.from(halves, (half) => half.toString(16).padStart(8, "0")).join("");
}
const halves = new Uint32Array(2);
