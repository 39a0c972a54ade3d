/** Fingerprints of bodies: the kernel's and the twin's to the last bit, and another one for every body that is another. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { twin } from "#core/twin/twin.ts";
import { kernel } from "./kernels.ts";

/** Around the blocks and the chunks that bytes are taken in. */
const lengths = [...Array.from({ length: 200 }, (_, length) => length), 16_383, 16_384, 16_385, 50_001];
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 2654435761) >>> 21);

it("is the twin's at every length and offset", () => {
  for (const length of lengths) {
    const bytes = bytesOf(length + 5).subarray(length % 5);
    expect(kernel.fingerprint(bytes)).toBe(twin.fingerprint(bytes));
  }
});

it("has 16 digits, and changes with every single bit and with zeros behind", () => {
  const seen = new Set<string>();
  const [body, zeros] = [bytesOf(300), new Uint8Array(300)];
  for (const bytes of [body, zeros])
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const other = Uint8Array.from(bytes);
      other[bit >> 3] ^= 1 << (bit & 7);
      seen.add(kernel.fingerprint(other));
    }
  for (let length = 0; length <= zeros.length; length++)
    seen.add(kernel.fingerprint(zeros.subarray(0, length)));
  seen.add(kernel.fingerprint(body));
  expect(seen.size).toBe(2 * 2400 + 301 + 1);
  for (const digits of seen) expect(digits).toMatch(/^[0-9a-f]{16}$/);
});

it("tells bodies apart in which two places changed or changed places", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 400 }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, first, second, change) => {
        const [a, b] = [first % bytes.length, second % bytes.length];
        const swapped = Uint8Array.from(bytes);
        [swapped[a], swapped[b]] = [bytes[b], bytes[a]];
        const changed = Uint8Array.from(bytes);
        changed[a] ^= change;
        changed[b] ^= change;
        for (const other of [swapped, changed])
          expect(kernel.fingerprint(other) === kernel.fingerprint(bytes)).toBe(
            Buffer.compare(other, bytes) === 0,
          );
      },
    ),
    { numRuns: 3000 },
  );
});
