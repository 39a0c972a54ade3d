/**
 * What is kept of rows without a reference: whatever order, batches and shards they come in, one pass over them all gives
 * the same sketch, bit for bit; it stays within its room; and what it says of the rows is true.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Columns } from "#core/domain/columns.ts";
import { readSketches, writeSketches } from "#core/domain/wire.ts";
import { allHashes, distinctValues, sketchCategories } from "#core/methods/sketches/category-sketch.ts";
import * as sketches from "#core/methods/sketches/feature-sketch.ts";
import * as cells from "#core/methods/sketches/float-bits.ts";
import { exactValues, sketchNumbers } from "#core/methods/sketches/numeric-sketch.ts";
import { sketchQuantile } from "#core/methods/sketches/quantile-answers.ts";
import { kernel } from "../core-as/kernels.ts";
import { awkward } from "../core-as/seeded.ts";

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(...awkward),
  fc.integer({ min: -40, max: 40 }),
  fc.double({ min: 1000, max: 1030, noNaN: true }),
);
/** Few names often and many names rarely; among them those that UTF-8 has no place for. */
const name = fc.oneof(
  fc.constantFrom("web", "app", "", "é", "日本", "a\ud800", "a\ufffd", "😀"),
  fc.string({ maxLength: 12 }),
);
/** Rows in pieces: how they were cut into batches. */
const inPieces = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 8 });
const rooms: sketches.SketchRoom[] = [
  { cells: 3, nameBytes: 20 },
  { cells: 8, nameBytes: 60 },
  { cells: 512, nameBytes: 32_768 },
];

const columnOf = (
  values: readonly number[] | readonly (string | null)[],
): Columns["columns"] extends Map<string, infer Column> ? Column : never => {
  if (values.every((value) => typeof value === "number"))
    return { kind: "numeric", values: Float64Array.from(values) };
  const dictionary = [...new Set(values.filter((value) => value !== null))] as string[];
  return {
    kind: "categorical",
    dictionary,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value as string))),
  };
};

function laws<T extends number | string | null>(value: fc.Arbitrary<T>, empty: sketches.FeatureSketch): void {
  const sketch = (values: T[], room: sketches.SketchRoom) =>
    values.length === 0
      ? empty
      : sketches.sketchColumn(kernel, columnOf(values as number[] | (string | null)[]), room);
  fc.assert(
    fc.property(
      inPieces(value),
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.constantFrom(...rooms),
      (pieces, picks, room) => {
        const whole = sketch(pieces.flat(), room);
        // Merge two of what is left, chosen at random, until one is left: any order and any tree.
        const left = [empty, ...pieces.map((piece) => sketch(piece, room))];
        for (let step = 0; left.length > 1; step++) {
          const [a] = left.splice((picks[step] ?? 0) % left.length, 1);
          const at = (picks.at(-step - 1) ?? step) % left.length;
          left[at] = sketches.mergeFeature(left[at], a, room);
        }
        const [bytes, expected] = [left[0], whole].map((one) => writeSketches([one]));
        expect(bytes).toEqual(expected);
        expect(sketches.sketchedRows(whole)).toBe(pieces.flat().length);
        const [read] = readSketches(bytes, 1);
        expect(writeSketches([read])).toEqual(bytes);
        if (whole.kind === "numeric") expect(whole.keys.length).toBeLessThanOrEqual(room.cells);
        else expect(bytes.length).toBeLessThanOrEqual(room.nameBytes + 40);
      },
    ),
    { numRuns: 600 },
  );
}

describe("a sketch of numbers", () => {
  it("is that of all rows, however they were cut and merged", () => {
    laws(number, sketches.emptyFeature("numeric"));
  });

  it("holds each quantile of the rows between its bounds, and the least and greatest value exactly", () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 80 }),
        fc.constantFrom(...rooms),
        (values, room) => {
          const sketch = sketchNumbers(kernel, Float64Array.from(values), room.cells);
          const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
          if (sorted.length === 0) return;
          expect([sketch.min, sketch.max]).toEqual([sorted[0] + 0, sorted.at(-1)! + 0]);
          for (const q of [0, 0.25, 0.5, 1]) {
            const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
            const { low, high } = sketchQuantile(sketch, q);
            expect(low).toBeLessThanOrEqual(exact + 0);
            expect(high).toBeGreaterThanOrEqual(exact + 0);
          }
        },
      ),
    );
  });

  it("keeps cells fine where values crowd far from zero, and knows whole numbers exactly", () => {
    const pressures = Float64Array.from({ length: 20_000 }, (_, i) => 1000 + (i % 4001) / 100);
    const { p, keys } = sketchNumbers(kernel, pressures, 512);
    expect(keys.length).toBeGreaterThan(256);
    expect(1024 * cells.relativeErrorOf(p)).toBeLessThanOrEqual(0.125);
    const years = Float64Array.from({ length: 3000 }, (_, i) => 1900 + (i % 130));
    expect(exactValues(sketchNumbers(kernel, years, 512))).toEqual(
      Float64Array.from({ length: 130 }, (_, i) => 1900 + i),
    );
    const signed = Float64Array.from({ length: 99 }, (_, i) => (i % 33) - 16);
    expect(exactValues(sketchNumbers(kernel, signed, 512))).toEqual(
      Float64Array.from({ length: 33 }, (_, i) => i - 16),
    );
    expect(exactValues(sketchNumbers(kernel, Float64Array.of(1, 2.5), 512))).toBeNull();
  });
});

describe("cells coarser than an octave and finer than the kernel's", () => {
  it("hold their values, and halving the precision joins them in pairs", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        finite,
        fc.integer({ min: cells.coarsestPrecision, max: cells.finestPrecision }),
        (x, p) => {
          const key = cells.keyOf(x, p);
          expect(Math.abs(key)).toBeLessThanOrEqual(cells.lastKey(p));
          const [low, middle, high] = [
            cells.lowestOf(key, p),
            cells.middleOf(key, p),
            cells.highestOf(key, p),
          ];
          expect(low).toBeLessThanOrEqual(x + 0);
          expect(high).toBeGreaterThanOrEqual(x + 0);
          for (const end of [low, middle, high]) expect(cells.keyOf(end, p) + 0).toBe(key + 0);
          if (p > cells.coarsestPrecision) expect(cells.coarserKey(key) + 0).toBe(cells.keyOf(x, p - 1) + 0);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe("a sketch of categories", () => {
  it("is that of all rows, however they were cut and merged", () => {
    laws(fc.oneof(name, fc.constant(null)), sketches.emptyFeature("categorical"));
  });

  it("counts every value that has a place exactly, and the rest together", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.constant(null)), { maxLength: 120 }), (values) => {
        const column = columnOf(values as string[]);
        if (column.kind !== "categorical") return;
        const { counts, other, missing, limit } = sketchCategories(column, 60);
        const exact = new Map<string | null, number>();
        for (const value of values) {
          const stored = value?.replace(/\p{Surrogate}/gu, "\ufffd") ?? null;
          exact.set(stored, (exact.get(stored) ?? 0) + 1);
        }
        for (const [value, count] of counts) expect(exact.get(value)).toBe(count);
        expect(missing).toBe(exact.get(null) ?? 0);
        const listed = [...counts.values()].reduce((sum, count) => sum + count, 0);
        expect(listed + other + missing).toBe(values.length);
        expect(other === 0).toBe(limit === allHashes);
      }),
    );
  });

  it("estimates how many there are when not all have a place", () => {
    const dictionary = Array.from({ length: 50_000 }, (_, i) => `user-${i}`);
    const sketch = sketchCategories(
      { kind: "categorical", dictionary, codes: Int32Array.from(dictionary, (_, code) => code) },
      32_768,
    );
    expect(sketch.counts.size).toBeGreaterThan(1500);
    // Three standard errors of 1/√1,800.
    expect(Math.abs(distinctValues(sketch) / 50_000 - 1)).toBeLessThan(0.07);
  });
});
