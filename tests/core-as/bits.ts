/** Hashes of results, bit for bit: what every engine has to reproduce. */
export type Hashable = number | string | boolean | null | undefined | Float64Array | object;

/** FNV-1a over the eight bytes of every number; one NaN for all, and for what is null. */
export function hash(results: readonly Hashable[]): string {
  const numbers = results.flatMap(flat);
  const bytes = new Uint8Array(Float64Array.from(numbers, (x) => (Number.isNaN(x) ? NaN : x)).buffer);
  let state = 0x811c9dc5;
  for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193);
  return (state >>> 0).toString(16).padStart(8, "0");
}

function flat(result: Hashable): number[] {
  if (typeof result === "number") return [result];
  if (typeof result === "boolean") return [result ? 1 : 0];
  if (typeof result === "string") return [...result].map((letter) => letter.codePointAt(0) ?? 0);
  if (result === null || result === undefined) return [NaN];
  if (ArrayBuffer.isView(result)) return Array.from(result as unknown as ArrayLike<number>);
  if (result instanceof Map) return [...result].flatMap(flat);
  return Object.values(result).flatMap((part) => flat(part as Hashable));
}
