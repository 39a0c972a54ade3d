/**
 * The kernel's memory, and the only TypeScript that touches it. Arrays are laid into an arena that begins at the module's
 * first free byte and is used anew by every call: nothing is kept, nothing leaks.
 */
export type Numbers = (...values: number[]) => number;

const pageBytes = 65536;
/** 256 KB: a part of every second-level cache, and long enough for what each block costs to begin. */
const blockValues = 32_768;

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
   * Copies values (the given rows of them) in and visits them block by block, all at one place that stays in the cache: what
   * is added up over values goes to memory once, not three times.
   */
  inBlocks(
    values: Float64Array,
    rows: Int32Array | undefined,
    visit: (at: number, length: number) => void,
  ): void;
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
  const base = (call("heapBase")() + 63) & ~63;
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
      const block = Math.min(length, blockValues);
      const at = reserve(block * 8);
      const first = at / 8;
      // A view of it all is not needed where there is one block only.
      if (!rows && length <= block) {
        numbers.set(values, first);
        visit(at, length);
        return;
      }
      for (let from = 0; from < length; from += block) {
        const count = Math.min(block, length - from);
        const into = numbers;
        if (rows) for (let i = 0; i < count; i++) into[first + i] = values[rows[from + i]];
        else into.set(values.subarray(from, from + count), first);
        visit(at, count);
      }
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
