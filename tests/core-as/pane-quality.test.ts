import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowErrors, type RowErrorCode } from "#core/domain/errors.ts";
import {
  emptyQuality,
  mergeQuality,
  type PaneQuality,
  qualityAsTold,
  qualityOfBatch,
  ToldQuality,
} from "#core/domain/pane-quality.ts";

const count = fc.nat(50);
// Names that objects have of their own are names like any other.
const name = fc.oneof(fc.constantFrom("constructor", "toString", "7"), fc.string({ maxLength: 3 }));
const batch: fc.Arbitrary<PaneQuality> = fc
  .record({
    accepted: count,
    rejected: fc.dictionary(fc.constantFrom(...(Object.keys(rowErrors) as RowErrorCode[])), count),
    mismatched: fc.dictionary(name, count),
    ignored: fc.uniqueArray(name, { maxLength: 90 }),
    duplicates: count,
  })
  .map(({ accepted, ignored, duplicates, ...refused }) => ({
    ...qualityOfBatch(accepted, refused, ignored),
    duplicates,
  }));

const merged = (parts: readonly PaneQuality[]): PaneQuality => parts.reduce(mergeQuality, emptyQuality());

describe("quality of panes", () => {
  test("is the same in any order and any grouping, to the byte", () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), fc.infiniteStream(fc.double()), (batches, random) => {
        const whole = JSON.stringify(merged(batches));
        const shuffled = batches
          .map((one) => ({ one, at: random.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(JSON.stringify(merged(shuffled))).toBe(whole);
        const cut = Math.floor(batches.length / 2);
        const halves = [merged(shuffled.slice(0, cut)), merged(shuffled.slice(cut))];
        expect(JSON.stringify(merged(halves))).toBe(whole);
      }),
    );
  });

  test("loses no row: what was received is what was accepted and refused", () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
        const { received, batches: number } = merged(batches);
        expect(received).toBe(batches.reduce((sum, one) => sum + one.received, 0));
        expect(number).toBe(batches.length);
      }),
    );
  });

  test("keeps the first unknown fields by name, and says that there were more", () => {
    const fields = Array.from({ length: 100 }, (_, index) => `f${String(index).padStart(3, "0")}`);
    const parts = fields.map((field) => qualityOfBatch(1, { rejected: {}, mismatched: {} }, [field]));
    for (const { unknown, otherUnknown } of [merged(parts), merged(parts.toReversed())]) {
      expect(Object.keys(unknown)).toEqual(fields.slice(0, 64));
      expect(otherUnknown).toBe(1);
    }
    expect(merged(parts.slice(0, 64)).otherUnknown).toBe(0);
  });

  test("as a sender tells it must not contradict itself", () => {
    const told = ToldQuality.parse({ batches: 2, rejected: { type_mismatch: 3 }, mismatched: { age: 2 } });
    expect(qualityAsTold(10, told)).toEqual({
      ...emptyQuality(),
      ...{ received: 13, batches: 2, rejected: { type_mismatch: 3 }, mismatched: { age: 2 } },
    });
    for (const wrong of [
      { rejected: { bad: 1 } },
      { mismatched: { age: 1 } },
      { unknown: { extra: 1 } },
      { empty: 1 },
      { duplicates: -1 },
      { duplicates: 0.5 },
      { received: 5 },
    ])
      expect(ToldQuality.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
