import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, limits } from "#core/domain/limits.ts";
import { earlierHolders, holderOf, isShardCount } from "#core/domain/sharding.ts";

const counts = [1, 2, 4, 8, 16, 32];
const id = fc.string({ minLength: 1, maxLength: 40 });

describe("the shard of a batch", () => {
  test("is the same every time, and among those that there are", () => {
    fc.assert(
      fc.property(id, fc.constantFrom(...counts.slice(1)), (batchId, shards) => {
        const holder = holderOf(batchId, shards)!;
        expect(holder).toBe(holderOf(batchId, shards));
        expect(holder >= 0 && holder < shards).toBe(true);
      }),
    );
    expect(holderOf("any", 1)).toBeNull();
  });

  test("after a doubling is the one before, or the one that was split from it", () => {
    fc.assert(
      fc.property(id, fc.constantFrom(2, 4, 8, 16), (batchId, shards) => {
        expect(holderOf(batchId, shards * 2)! % shards).toBe(holderOf(batchId, shards));
      }),
    );
  });

  test("spreads ids evenly", () => {
    const taken = new Float64Array(32);
    for (let batch = 0; batch < 32_000; batch++) taken[holderOf(`batch-${batch}`, 32)!]++;
    // 31 degrees of freedom: 70 is far beyond the 99.99 % quantile.
    expect(taken.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(70);
  });

  test("is one of a power of two", () => {
    const found = Array.from({ length: 100 }, (_, shards) => shards).filter(isShardCount);
    expect(found).toEqual(counts);
    expect([1.5, -2, NaN, Infinity].filter(isShardCount)).toEqual([]);
  });
});

describe("who else may remember a batch", () => {
  const nowMs = 1_770_000_000_000;
  /** Doublings at these times before now, newest last. */
  const epochsOf = (agesMs: readonly number[]) =>
    [Infinity, ...agesMs.toSorted((a, b) => b - a)].map((ageMs, index) => ({
      shards: counts[index],
      fromMs: nowMs - ageMs,
    }));

  test("is every other object that took its id in the last day", () => {
    const ages = fc.array(fc.integer({ min: 0, max: 4 * DAY_MS }), { maxLength: 5 });
    fc.assert(
      fc.property(id, ages, fc.integer({ min: 0, max: DAY_MS }), (batchId, agesMs, agoMs) => {
        const epochs = epochsOf(agesMs);
        const own = holderOf(batchId, epochs.at(-1)!.shards);
        const then = epochs.findLast(({ fromMs }) => fromMs <= nowMs - agoMs)!;
        const holder = holderOf(batchId, then.shards);
        const asked = earlierHolders(batchId, epochs, { own, remembered: 1e6, nowMs });
        expect(asked).not.toContain(own);
        expect(new Set(asked).size).toBe(asked.length);
        if (holder !== own) expect(asked).toContain(holder);
      }),
    );
  });

  test("is nobody after the day, once the promised number of ids is remembered here", () => {
    const epochs = epochsOf([DAY_MS + 2 * HOUR_MS]);
    const own = holderOf("a", 2);
    const remembering = (remembered: number) => earlierHolders("a", epochs, { own, remembered, nowMs });
    expect(remembering(limits.dedupeBatches)).toEqual([]);
    expect(remembering(limits.dedupeBatches - 1)).toEqual([null]);
  });
});
