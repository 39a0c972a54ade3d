const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Text that is UTF-8, as all JSON is (RFC 8259); null where it is not. What stood in for other bytes would be text that nobody sent,
 * and of a category one more.
 */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null; // told by who knows what it is
  }
}
