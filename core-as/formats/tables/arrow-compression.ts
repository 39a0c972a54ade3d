/**
 * The compressions of Arrow's buffers, which Feather files have by default: LZ4 frames (github.com/lz4/lz4, doc/lz4_Frame_format.md
 * and lz4_Block_format.md; blocks may refer to those before them) and Zstandard by the package that Parquet uses too. Every length
 * is held against the bytes there are: damaged data throw and do not run away.
 */
import { CompressionType, setCompressionCodec } from "@uwdata/flechette";
import { compressors } from "hyparquet-compressors";

const damaged = (): Error => new Error("compressed data are damaged");
const mostBytes = 0x7fffffff;

export function lz4Frames(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (input.length < 11 || view.getUint32(0, true) !== 0x184d2204) throw damaged();
  const flags = input[4];
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  const blocks: { bytes: Uint8Array; stored: boolean }[] = [];
  for (;;) {
    if (at + 4 > input.length) throw damaged();
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (at + size > input.length) throw damaged();
    blocks.push({ bytes: input.subarray(at, at + size), stored: word >>> 31 === 1 });
    at += size + (flags & 16 ? 4 : 0);
  }
  // A first pass finds the length: frames need not say it.
  const length = blocks.reduce(
    (sum, { bytes, stored }) => sum + (stored ? bytes.length : unpack(bytes, null, 0)),
    0,
  );
  if (length > mostBytes) throw damaged();
  const output = new Uint8Array(length);
  let end = 0;
  for (const { bytes, stored } of blocks) {
    if (stored) output.set(bytes, end);
    end += stored ? bytes.length : unpack(bytes, output, end);
  }
  return output;
}

/** Unpacks a block behind what is there already, or only counts its bytes. */
function unpack(block: Uint8Array, output: Uint8Array | null, start: number): number {
  let [at, end] = [0, start];
  const extended = (length: number): number => {
    if (length !== 15) return length;
    let more: number;
    do {
      if (at >= block.length) throw damaged();
      more = block[at++];
      length += more;
    } while (more === 255);
    return length;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = extended(token >> 4);
    if (at + literals > block.length) throw damaged();
    output?.set(block.subarray(at, at + literals), end);
    [at, end] = [at + literals, end + literals];
    if (at === block.length) break; // the last sequence is literals only
    if (at + 2 > block.length) throw damaged();
    const offset = block[at] | (block[at + 1] << 8);
    at += 2;
    const match = extended(token & 15) + 4;
    if (output) {
      if (offset === 0 || offset > end) throw damaged();
      if (offset >= match) output.copyWithin(end, end - offset, end - offset + match);
      else for (let i = 0; i < match; i++) output[end + i] = output[end - offset + i];
    }
    end += match;
    if (end > mostBytes) throw damaged();
  }
  return end - start;
}

const unused = (): never => {
  throw new Error("nothing is written here");
};

/** For flechette, which knows no codec of its own. */
export function readCompressed(): void {
  setCompressionCodec(CompressionType.LZ4_FRAME, { decode: lz4Frames, encode: unused });
  setCompressionCodec(CompressionType.ZSTD, {
    // A copy begins where doubles may begin.
    decode: (input) => (compressors.ZSTD ?? unused)(input, 0).slice(),
    encode: unused,
  });
}
