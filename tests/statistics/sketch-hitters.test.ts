/** Heavy hitters: what is guaranteed in any order, what is exact, and what depends on the order; and the bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "#core/domain/wire/bytes.ts";
import * as heavy from "#core/methods/sketches/heavy-hitters.ts";
import { readHitters, writeHitters } from "#core/methods/sketches/hitters-bytes.ts";
import { seededUniform } from "../core-as/seeded.ts";

const category = fc.oneof(
  fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", ""),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const batch = fc.array(category, { maxLength: 60 });
const counters = fc.integer({ min: 1, max: 12 });

function exactOf(batches: string[][]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of batches.flat()) {
    const text = each.replace(/\p{Surrogate}/gu, "\ufffd");
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Everything that heavy-hitters.ts promises of a summary, however it came about. */
function expectGuarantees(hitters: heavy.HeavyHitters, exact: Map<string, number>): void {
  const rows = [...exact.values()].reduce((sum, count) => sum + count, 0);
  const sum = [...hitters.counts.values()].reduce((total, count) => total + count, 0);
  expect(hitters.rows).toBe(rows);
  expect(hitters.counts.size).toBeLessThanOrEqual(hitters.k);
  expect(hitters.slack * (hitters.k + 1)).toBeLessThanOrEqual(rows - sum);
  for (const each of hitters.counts.keys()) expect(exact.has(each)).toBe(true);
  for (const [each, count] of exact) {
    const { low, high } = heavy.hitsOf(hitters, each);
    expect(low).toBeLessThanOrEqual(count);
    expect(high).toBeGreaterThanOrEqual(count);
    if (count * (hitters.k + 1) > rows) expect(hitters.counts.has(each)).toBe(true);
  }
}

describe("heavy hitters", () => {
  it("hold their guarantees in any order and any tree of merges", () => {
    fc.assert(
      fc.property(
        fc.array(batch, { maxLength: 6 }),
        counters,
        fc.infiniteStream(fc.nat()),
        (batches, k, turns) => {
          let left = batches.map((each) => heavy.hittersOf(each, k));
          left.push(heavy.emptyHitters(k));
          const turn = (): number => Number(turns.next().value);
          while (left.length > 1) {
            const [first] = left.splice(turn() % left.length, 1);
            const [second] = left.splice(turn() % left.length, 1);
            left = [...left, heavy.mergeHitters(first, second)];
          }
          expectGuarantees(left[0], exactOf(batches));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("merge to the same from either side, and an empty one changes nothing", () => {
    fc.assert(
      fc.property(batch, batch, counters, counters, (x, y, k, l) => {
        const [a, c] = [heavy.hittersOf(x, k), heavy.hittersOf(y, l)];
        const [one, other] = [heavy.mergeHitters(a, c), heavy.mergeHitters(c, a)];
        expect(one).toEqual(other);
        expect([...one.counts]).toEqual([...other.counts]);
        expect(heavy.mergeHitters(a, heavy.emptyHitters(k))).toEqual(a);
        expectGuarantees(one, exactOf([x, y]));
        expect(heavy.hittersOf(x.slice().reverse(), k)).toEqual(a);
      }),
    );
  });

  it("are exact, and associate, while there are counters for all", () => {
    fc.assert(
      fc.property(batch, batch, batch, (x, y, z) => {
        const [a, c, d] = [x, y, z].map((each) => heavy.hittersOf(each, 200));
        const left = heavy.mergeHitters(heavy.mergeHitters(a, c), d);
        expect(left).toEqual(heavy.mergeHitters(a, heavy.mergeHitters(c, d)));
        expect(left.slack).toBe(0);
        expect(new Map(left.counts)).toEqual(exactOf([x, y, z]));
      }),
    );
  });

  it("do not associate once counters were given up: the guarantees hold, the counts differ", () => {
    const [a, c, d] = ["u", "v", "w"].map((each) => heavy.hittersOf([each], 1));
    const left = heavy.mergeHitters(heavy.mergeHitters(a, c), d);
    const right = heavy.mergeHitters(a, heavy.mergeHitters(c, d));
    expect([...left.counts]).toEqual([["w", 1]]);
    expect([...right.counts]).toEqual([["u", 1]]);
    for (const each of [left, right]) expectGuarantees(each, exactOf([["u", "v", "w"]]));
  });

  it("find what is frequent among many rare ones", () => {
    const uniform = seededUniform(5);
    const row = (): string => {
      const u = uniform();
      return u < 0.2 ? "often" : u < 0.25 ? "sometimes" : `rare ${Math.floor(uniform() * 1e6)}`;
    };
    const shards = Array.from({ length: 20 }, () => Array.from({ length: 2000 }, row));
    const merged = shards.map((shard) => heavy.hittersOf(shard, 50)).reduce(heavy.mergeHitters);
    expect(heavy.frequentCategories(merged, 0.03).map((each) => each.category)).toEqual([
      "often",
      "sometimes",
    ]);
    expectGuarantees(merged, exactOf(shards));
  });

  it("come back from their bytes; equal ones have equal bytes", () => {
    fc.assert(
      fc.property(batch, counters, (x, k) => {
        const hitters = heavy.hittersOf(x, k);
        const bytes = writeHitters(hitters);
        expect(readHitters(bytes)).toEqual(hitters);
        expect(writeHitters(heavy.hittersOf(x.slice().reverse(), k))).toEqual(bytes);
      }),
    );
    const odd = heavy.hittersOf(["\ufeffmark", "mark", "\ud800", "é", "\0"]);
    expect(readHitters(writeHitters(odd))).toEqual(odd);
    expect(odd.counts.has("\ufffd")).toBe(true);
  });

  it("refuse damaged bytes and impossible counts", () => {
    const hitters = heavy.hittersOf(["a", "a", "b", "c", "d", "long name"], 3);
    const bytes = writeHitters(hitters);
    for (let length = 0; length < bytes.length; length++)
      expect(() => readHitters(bytes.subarray(0, length))).toThrow(WireError);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(() => readHitters(damaged)).toThrow(WireError);
    }
    const listed = (pairs: [string, number][]): Uint8Array =>
      writeHitters({ k: 3, rows: 9, slack: 1, counts: new Map(pairs) });
    expect(readHitters(listed([["a", 5]])).rows).toBe(9);
    for (const pairs of [
      [["a", 6]],
      [
        ["b", 1],
        ["a", 1],
      ],
      [
        ["a", 1],
        ["b", 1],
        ["c", 1],
        ["d", 1],
      ],
      [["a", 0]],
    ] as [string, number][][])
      expect(() => readHitters(listed(pairs))).toThrow(WireError);
    expect(() => heavy.emptyHitters(0)).toThrow(RangeError);
    expect(() => heavy.hittersOfCounts([["a", 1.5]])).toThrow(RangeError);
    expect(() => heavy.hittersOfCounts([["a", -1]])).toThrow(RangeError);
  });
});
