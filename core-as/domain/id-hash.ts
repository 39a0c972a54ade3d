/**
 * A 64-bit hash of an id, as two unsigned 32-bit halves: MurmurHash3 (x86, 32 bits; Appleby, public domain) over the
 * UTF-16 code units, run with two seeds at once. Two million ids of one model collide with probability about 1e-7;
 * it is no defence against a sender who wants collisions among his own ids.
 */
export function hashId(id: string, into: Uint32Array): void {
  let first = 0x9747b28c;
  let second = 0x3c6ef372;
  const { length } = id;
  for (let index = 0; index < length; index += 2) {
    const low = id.charCodeAt(index);
    const high = index + 1 < length ? id.charCodeAt(index + 1) : 0;
    let block = Math.imul(low | (high << 16), 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    first ^= block;
    first = (Math.imul((first << 13) | (first >>> 19), 5) + 0xe6546b64) | 0;
    second ^= block;
    second = (Math.imul((second << 13) | (second >>> 19), 5) + 0xe6546b64) | 0;
  }
  into[0] = finish(first ^ length);
  // Both halves saw the same blocks: the second is mixed once more so that they do not move together.
  into[1] = finish(Math.imul(second ^ length, 0x85ebca6b) ^ first);
}

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
