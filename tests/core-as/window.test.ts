import fc from "fast-check";
import { expect, test } from "vitest";
import type { Columns } from "#core/domain/columns.ts";
import { ProblemError } from "#core/domain/errors.ts";
import type { LayoutFeature } from "#core/domain/reference-cells.ts";
import { createFolder, featureCounts, mergeCounts, subtractCounts } from "#core/domain/window.ts";
import { kernel } from "./kernels.ts";

const features: LayoutFeature[] = [
  {
    name: "age",
    type: "numeric",
    role: "feature",
    cells: {
      kind: "quantile",
      edges: [-1, 0, 2.5],
      single: [0, 0, 0, 0],
      widths: [1, 1, 1],
      deciles: [0, 1, 2],
    },
  },
  { name: "floors", type: "numeric", role: "feature", cells: { kind: "values", values: [0, 1, 2] } },
  {
    name: "colour",
    type: "categorical",
    role: "feature",
    cells: { kind: "categories", values: ["red", "blue"], other: ["grey"] },
  },
];
const folder = createFolder(kernel, { features });

const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, -1, 2.5, 1, 2, 1e308, 5e-324),
);
const rows = fc.array(fc.tuple(numbers, numbers, fc.integer({ min: -1, max: 3 })), {
  maxLength: 60,
  size: "max",
});

function columnsOf(table: readonly (readonly [number, number, number])[]): Columns {
  return {
    rows: table.length,
    timesMs: null,
    columns: new Map([
      ["age", { kind: "numeric", values: Float64Array.from(table, ([age]) => age) }],
      ["floors", { kind: "numeric", values: Float64Array.from(table, ([, floors]) => floors) }],
      [
        "colour",
        {
          kind: "categorical",
          codes: Int32Array.from(table, ([, , colour]) => colour),
          dictionary: ["grey", "red", "green", "blue"],
        },
      ],
    ]),
  };
}

const fold = (table: Parameters<typeof columnsOf>[0]): Float64Array => folder.fold(columnsOf(table));

test("every row is counted exactly once in every feature", () => {
  fc.assert(
    fc.property(rows, (table) => {
      const counts = fold(table);
      features.forEach((_, index) => {
        const { cells, unseen, missing, negInf, posInf } = featureCounts(counts, folder.layout, index);
        const counted = cells.reduce((sum, count) => sum + count, unseen + missing + negInf + posInf);
        expect(counted).toBe(table.length);
      });
    }),
  );
});

test("counts of the parts add up to the counts of the whole, however it is split", () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat({ max: 4 }), { minLength: 60, maxLength: 60 }), (table, part) => {
      const merged = new Float64Array(folder.layout.slots);
      for (let which = 0; which <= 4; which++)
        mergeCounts(merged, fold(table.filter((_, row) => part[row] === which)));
      expect(merged).toEqual(fold(table));
    }),
  );
});

test("merging commutes and is associative, and subtracting undoes it", () => {
  fc.assert(
    fc.property(rows, rows, rows, (one, two, three) => {
      const [a, b, c] = [fold(one), fold(two), fold(three)];
      const left = a.slice();
      mergeCounts(left, b);
      mergeCounts(left, c);
      const right = c.slice();
      mergeCounts(right, b);
      mergeCounts(right, a);
      expect(left).toEqual(right);
      subtractCounts(left, b);
      subtractCounts(left, c);
      expect(left).toEqual(a);
    }),
  );
});

test("the order of rows does not matter, and a selection of rows counts like those rows alone", () => {
  fc.assert(
    fc.property(rows, (table) => {
      expect(fold([...table].reverse())).toEqual(fold(table));
      const every = Int32Array.from({ length: table.length }, (_, row) => row).filter((row) => row % 2 === 0);
      expect(folder.fold(columnsOf(table), every)).toEqual(fold(table.filter((_, row) => row % 2 === 0)));
    }),
  );
});

test("cells are right-closed, negative zero is zero, and what the reference never had is unseen", () => {
  const counts = fold([
    [-1, 0, 1],
    [-0, -0, 0],
    [0, 3, 2],
    [2.5000001, NaN, -1],
  ]);
  expect([...featureCounts(counts, folder.layout, 0).cells]).toEqual([1, 2, 0, 1]);
  expect(featureCounts(counts, folder.layout, 1)).toMatchObject({ unseen: 1, missing: 1 });
  expect([...featureCounts(counts, folder.layout, 1).cells]).toEqual([2, 0, 0]);
  // red, blue, other: grey has been seen, but has no cell of its own; green is new.
  expect(featureCounts(counts, folder.layout, 2)).toMatchObject({
    cells: Float64Array.of(1, 0, 1),
    unseen: 1,
    missing: 1,
  });
});

test("a column that is not there is missing in every row", () => {
  const columns = columnsOf([
    [1, 1, 1],
    [2, 1, 1],
  ]);
  columns.columns.delete("age");
  expect(featureCounts(folder.fold(columns), folder.layout, 0)).toMatchObject({ missing: 2, unseen: 0 });
  expect(featureCounts(folder.fold(columns, Int32Array.of(1)), folder.layout, 0).missing).toBe(1);
});

test("counts in other cells are refused", () => {
  const other = new Float64Array(folder.layout.slots + 1);
  expect(() => mergeCounts(fold([]), other)).toThrow(ProblemError);
  expect(() => subtractCounts(fold([]), other)).toThrow(expect.objectContaining({ code: "cells_differ" }));
});
