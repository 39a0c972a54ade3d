/**
 * The kernel's memory, and the only TypeScript that touches it. Arrays are laid into an arena that begins at the module's
 * first free byte and is used anew by every call: nothing is kept, nothing leaks.
 */
export type Numbers = (...values: number[]) => number;

const pageBytes = 65536;
/**
 * 3,840 bytes: the C library copies 4 KB or 8 KB and more by an instruction that on some processors leaves what it has
 * written outside of the first-level cache, where it is then read from for half a nanosecond a value.
 */
const blockValues = 480;

/** Of several calls over one array, see assembly/counting/parts.ts. */
export const parts = { first: 1, last: 2, all: 3 } as const;

/** `parts` says whether it is the first block, the last one, or both. */
export type VisitBlock = (at: number, length: number, parts: number) => void;

export interface Arena {
  /** An export of the module. */
  call(name: string): Numbers;
  /** Runs one call with an arena of its own. */
  within<T>(work: () => T): T;
  /** Reserves bytes, 64-aligned; what lies there is left over from earlier calls. */
  reserve(bytes: number): number;
  /** Copies values in. */
  put(values: Float64Array): number;
  /**
   * Copies values (the given rows of them) in and visits them block by block, all at one place that stays in the nearest
   * cache, so that only reading them costs anything; no values are one empty block.
   */
  inBlocks(values: Float64Array, rows: Int32Array | undefined, visit: VisitBlock): void;
  /** Copies the values at the places (u32) that lie at `places`. */
  pick(values: Float64Array, places: number, count: number): number;
  putBytes(values: Uint8Array): number;
  /** The same with sixteen zero bytes behind, where a parser comes to rest. */
  putText(text: Uint8Array): number;
  putInts(values: Int32Array): number;
  /** Room for results (f64), zeroed. */
  room(length: number): number;
  /** Copies results (f64) out. */
  take(at: number, length: number): Float64Array;
  takeBytes(at: number, length: number): Uint8Array;
  takeInts(at: number, length: number): Int32Array;
  takeInt(at: number): number;
  /** One result (f64): cheaper than an array of few. */
  takeOne(at: number): number;
  /** Sets one result (f64) beforehand. */
  poke(at: number, value: number): void;
}

export function createArena(module: WebAssembly.Module): Arena {
  const { exports } = new WebAssembly.Instance(module, {});
  const memory = exports.memory as WebAssembly.Memory;
  const call = (name: string): Numbers => exports[name] as Numbers;
  const blockAt = (call("heapBase")() + 63) & ~63;
  const base = blockAt + blockValues * 8 + 64;
  let top = base;
  /** The whole memory as numbers; renewed when it grows, since growing detaches it. */
  let numbers = new Float64Array(memory.buffer);

  /** With an odd number of cache lines between arrays, so that they do not alias. */
  function reserve(bytes: number): number {
    const at = top;
    top = at + Math.ceil(bytes / 64) * 64 + 64;
    if (top > memory.buffer.byteLength) {
      memory.grow(Math.ceil((top - memory.buffer.byteLength) / pageBytes) + 16);
      numbers = new Float64Array(memory.buffer);
    }
    return at;
  }
  return {
    call,
    within(work) {
      top = base;
      return work();
    },
    reserve,
    put(values) {
      const at = reserve(values.length * 8);
      numbers.set(values, at / 8);
      return at;
    },
    inBlocks(values, rows, visit) {
      const length = rows ? rows.length : values.length;
      const first = blockAt / 8;
      // A view of it all is not needed where there is one block only.
      if (!rows && length <= blockValues) {
        numbers.set(values, first);
        visit(blockAt, length, parts.all);
        return;
      }
      for (let from = 0; ; from += blockValues) {
        const count = Math.min(blockValues, length - from);
        const isLast = from + count === length;
        if (rows) for (let i = 0; i < count; i++) numbers[first + i] = values[rows[from + i]];
        else numbers.set(values.subarray(from, from + count), first);
        visit(blockAt, count, (from === 0 ? parts.first : 0) | (isLast ? parts.last : 0));
        if (isLast) return;
      }
    },
    pick(values, places, count) {
      const at = reserve(count * 8);
      const listed = new Uint32Array(memory.buffer, places, count);
      for (let i = 0, to = at / 8; i < count; i++) numbers[to + i] = values[listed[i]];
      return at;
    },
    putBytes(values) {
      const at = reserve(values.length);
      new Uint8Array(memory.buffer, at, values.length).set(values);
      return at;
    },
    putText(text) {
      const at = reserve(text.length + 16);
      const bytes = new Uint8Array(memory.buffer, at, text.length + 16);
      bytes.set(text);
      bytes.fill(0, text.length);
      return at;
    },
    putInts(values) {
      const at = reserve(values.length * 4);
      new Int32Array(memory.buffer, at, values.length).set(values);
      return at;
    },
    room(length) {
      const at = reserve(length * 8);
      numbers.fill(0, at / 8, at / 8 + length);
      return at;
    },
    take: (at, length) => numbers.slice(at / 8, at / 8 + length),
    takeBytes: (at, length) => new Uint8Array(memory.buffer, at, length).slice(),
    takeInts: (at, length) => new Int32Array(memory.buffer, at, length).slice(),
    takeInt: (at) => new Int32Array(memory.buffer, at, 1)[0],
    poke: (at, value) => {
      numbers[at / 8] = value;
    },
    takeOne: (at) => numbers[at / 8],
  };
}

/** One NaN for all engines: its sign and payload are not specified. */
export function canonical(x: number): number {
  return Number.isNaN(x) ? NaN : x;
}
