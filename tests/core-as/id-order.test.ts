import fc from "fast-check";
import { expect, test } from "vitest";
import { orderOfIds } from "#core/domain/id-order.ts";

test("ids are ordered by both halves, and equal ones stay as they came, however many there are", () => {
  const half = fc.constantFrom(0, 1, 0x7ff, 0x800, 0x7fffffff, 0x80000000, 0xffffffff);
  const ids = fc.array(fc.tuple(half, half), { maxLength: 700, size: "max" });
  fc.assert(
    fc.property(ids, (given) => {
      const [hi, lo] = [0, 1].map((of) => Uint32Array.from(given, (id) => id[of]));
      const expected = Array.from(given.keys()).sort((a, b) => hi[a] - hi[b] || lo[a] - lo[b] || a - b);
      expect([...orderOfIds(hi, lo)]).toEqual(expected);
    }),
  );
});
