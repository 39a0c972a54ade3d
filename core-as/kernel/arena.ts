/**
 * The kernel's memory, and the only TypeScript that touches it. Arrays are laid into an arena that begins at the module's
 * first free byte and is used anew by every call: nothing is kept, nothing leaks.
 */
export type Numbers = (...values: number[]) => number;

const pageBytes = 65536;

export interface Arena {
  /** An export of the module. */
  call(name: string): Numbers;
  /** Runs one call with an arena of its own. */
  within<T>(work: () => T): T;
  /** Reserves bytes, 64-aligned; what lies there is left over from earlier calls. */
  reserve(bytes: number): number;
  /** Copies values in. */
  put(values: Float64Array): number;
  /** Copies the values at the given places in, without an array between. */
  putRows(values: Float64Array, rows: Int32Array): number;
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
    putRows(values, rows) {
      const at = reserve(rows.length * 8);
      const into = numbers;
      const first = at / 8;
      for (let i = 0; i < rows.length; i++) into[first + i] = values[rows[i]];
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
    takeOne: (at) => numbers[at / 8],
  };
}

/** One NaN for all engines: its sign and payload are not specified. */
export function canonical(x: number): number {
  return Number.isNaN(x) ? NaN : x;
}
