import { sha256 } from "./body.ts";

/** Random credentials and how they are kept: hashed. They are long and random, so a plain hash cannot be guessed back. */

const encoder = new TextEncoder();

export function randomToken(bytes: number): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}

export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Null where it is none. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) =>
      char.charCodeAt(0),
    );
  } catch {
    return null; // a length that no bytes have
  }
}

/** Ids and secrets of URL-safe text without dashes, so that they can be joined and split. */
export function randomWord(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

export async function hashSecret(secret: string): Promise<string> {
  return sha256(encoder.encode(secret));
}

/** Compares without telling by its time how much is right. Hashing first makes the lengths equal. */
export async function sameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))),
  );
  return crypto.subtle.timingSafeEqual(left, right);
}
