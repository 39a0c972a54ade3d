import { sha256 } from "./body.ts";

/** Random credentials and how they are kept: hashed. They are long and random, so a plain hash cannot be guessed back. */

const encoder = new TextEncoder();

export function randomToken(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
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
