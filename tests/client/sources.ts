import type { ByteSource } from "#core/formats/tables/table.ts";

/** A text as a file. */
export function sourceOf(text: string, name = "rows.csv"): ByteSource {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    size: bytes.length,
    stream: () => new Blob([bytes]).stream(),
    slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
}
