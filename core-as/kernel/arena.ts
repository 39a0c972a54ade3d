/**
 * The kernel's memory, and the only TypeScript that touches it. Arrays are laid into an arena that begins at the module's
 * first free byte and is used anew by every call: nothing is kept, nothing leaks.
 */
export type Numbers = (...values: number[]) => number;

const pageBytes = 65536;
/**
 * 4,032 bytes: the C library copies 4 KB or 8 KB and more by an instruction that on some processors leaves what it has
 * written outside of the first-level cache, where it is then read from for half a nanosecond a value.
 */
const blockValues = 504;

/** Of several calls over one array, see assembly/counting/parts.ts. */
export const parts = { first: 1, last: 2, all: 3 } as const;

/** `parts` says whether it is the first block, the last one, or both. */
export type VisitBlock = (at: number, length: number, parts: number) => void;

export interface Arena {
  /** An export of the module. */
  call(name: string): Numbers;
  /** Runs one call with an arena of its own. */
  within<T>(work: () => T): T;
  /** Reserves bytes, 64-aligned, with 64 behind that nobody has; what lies there is left over from earlier calls. */
  reserve(bytes: number): number;
  /** Copies values in. */
  put(values: Float64Array): number;
  /**
   * Copies values (the given rows of them) in and visits them block by block, all at one place that stays in the nearest
   * cache, so that only reading them costs anything; no values are one empty block.
   */
  inBlocks(values: Float64Array, rows: Int32Array | undefined, visit: VisitBlock): void;
  /** Copies the values at the places (i32) that lie at `places`. */
  pick(values: Float64Array, places: number, count: number): number;
  putBytes(values: Uint8Array): number;
  /** The same with sixteen zero bytes behind, where a parser comes to rest. */
  putText(text: Uint8Array): number;
  /** Bytes to a place that was reserved, with zeros behind as far as `length`. */
  lay(values: Uint8Array, at: number, length: number): void;
  putInts(values: Int32Array): number;
  /** Room for results (f64), zeroed. */
  room(length: number): number;
  /** Copies results (f64) out. */
  take(at: number, length: number): Float64Array;
  /** Copies columns of results (f64) of one length out, into one buffer: it takes one allocation. */
  takeColumns(at: readonly number[], length: number): Float64Array[];
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
  // The whole memory three times, renewed when it grows, since growing detaches them: asking the memory for its buffer is
  // a call into the engine, and so is making a view, as long as counting thirty cells.
  let numbers = new Float64Array(memory.buffer);
  let ints = new Int32Array(memory.buffer);
  let bytes = new Uint8Array(memory.buffer);

  /** With an odd number of cache lines between arrays, so that they do not alias. */
  function reserve(size: number): number {
    const at = top;
    top = at + Math.ceil(size / 64) * 64 + 64;
    if (top > bytes.length) {
      memory.grow(Math.ceil((top - bytes.length) / pageBytes) + 16);
      numbers = new Float64Array(memory.buffer);
      ints = new Int32Array(memory.buffer);
      bytes = new Uint8Array(memory.buffer);
    }
    return at;
  }
  function lay(values: Uint8Array, at: number, length: number): void {
    bytes.set(values, at);
    bytes.fill(0, at + values.length, at + length);
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
      const [from, to] = [places / 4, at / 8];
      for (let i = 0; i < count; i++) numbers[to + i] = values[ints[from + i]];
      return at;
    },
    putBytes(values) {
      const at = reserve(values.length);
      bytes.set(values, at);
      return at;
    },
    putText(text) {
      const at = reserve(text.length + 16);
      lay(text, at, text.length + 16);
      return at;
    },
    lay,
    putInts(values) {
      const at = reserve(values.length * 4);
      ints.set(values, at / 4);
      return at;
    },
    room(length) {
      const at = reserve(length * 8);
      numbers.fill(0, at / 8, at / 8 + length);
      return at;
    },
    take: (at, length) => numbers.slice(at / 8, at / 8 + length),
    takeColumns(at, length) {
      const all = new Float64Array(at.length * length);
      at.forEach((from, index) => all.set(numbers.subarray(from / 8, from / 8 + length), index * length));
      return at.map((_, index) => all.subarray(index * length, (index + 1) * length));
    },
    takeBytes: (at, length) => bytes.slice(at, at + length),
    takeInts: (at, length) => ints.slice(at / 4, at / 4 + length),
    takeInt: (at) => ints[at / 4],
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
