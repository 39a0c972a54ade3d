import { limits } from "#core/domain/limits.ts";
import type { Usage } from "./usage.ts";

const encoder = new TextEncoder();

/**
 * The same storage, which refuses to write what a row does not hold in production: the local runtime takes more, and what
 * passes every test there would fail where it matters. Nothing honest comes near; what could is refused at the door.
 * @param usage counts what is written
 */
export function guardRows(sql: SqlStorage, usage?: Usage): SqlStorage {
  const exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
    const bytes = bindings.reduce((sum: number, value) => sum + bytesOf(value), 0);
    if (bytes > limits.storedRowBytes)
      throw new RangeError(`a row of ${bytes} bytes is too large to store: ${query.slice(0, 60)}`);
    const cursor = sql.exec<T>(query, ...bindings);
    // A statement that writes has run whole when its cursor is there.
    if (usage) usage.rowsWritten += cursor.rowsWritten;
    return cursor;
  };
  return new Proxy(sql, {
    get(target, name) {
      if (name === "exec") return exec;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function bytesOf(value: unknown): number {
  if (typeof value === "string")
    // Counted exactly only where it may matter.
    return value.length * 3 < limits.storedRowBytes / 2 ? value.length : encoder.encode(value).length;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return 8;
}
