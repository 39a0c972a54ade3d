import { limits } from "#core/domain/limits.ts";

const encoder = new TextEncoder();

/**
 * The same storage, which refuses to write what a row does not hold in production: the local runtime takes more, and what
 * passes every test there would fail where it matters. Nothing honest comes near; what could is refused at the door.
 */
export function guardRows(sql: SqlStorage): SqlStorage {
  const exec: SqlStorage["exec"] = (query, ...bindings) => {
    const bytes = bindings.reduce((sum: number, value) => sum + bytesOf(value), 0);
    if (bytes > limits.storedRowBytes)
      throw new RangeError(`a row of ${bytes} bytes is too large to store: ${query.slice(0, 60)}`);
    return sql.exec(query, ...bindings);
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
