/** Derived blocks of quality: what lies out of range, and what is missing together, against a count by hand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockOf } from "#core/derived/kinds.ts";
import { type Column, type Columns, selectRows } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { derivedCounts } from "#core/domain/reference-cells.ts";
import type { Reference } from "#core/domain/reference.ts";
import { createFolder, mergeCounts } from "#core/domain/window.ts";
import { referenceFromCounts } from "#core/reference/from-counts.ts";
import { validateReference } from "#core/reference/validate.ts";
import { Draws, feature, kernel, referenceOf, startMs } from "../statistics/synthetic.ts";

const names = ["a", "b", "c"];
const features = [feature("a", "numeric"), feature("b", "numeric"), feature("c", "categorical")];

/** Values with their faults: missing alone, in pairs or all at once, infinite, and of one side of nothing. */
function rowsOf(draws: Draws, rows: number, perDay: number | null, reach = 1): Columns {
  const [a, b, c] = [new Float64Array(rows), new Float64Array(rows), new Int32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const fault = draws.uniform();
    const gone = (share: number): boolean => fault < share;
    a[row] = gone(0.06) ? NaN : draws.uniform() < 0.01 ? Infinity : reach * draws.normal();
    b[row] =
      gone(0.03) || (fault > 0.5 && fault < 0.51) ? NaN : draws.uniform() < 0.01 ? -Infinity : draws.normal();
    c[row] = gone(0.01) ? -1 : Math.floor(draws.uniform() * 3);
  }
  const columns = new Map<string, Column>([
    ["a", { kind: "numeric", values: a }],
    ["b", { kind: "numeric", values: b }],
    ["c", { kind: "categorical", codes: c, dictionary: ["x", "y", "z"] }],
  ]);
  const timesMs =
    perDay === null
      ? null
      : Float64Array.from({ length: rows }, (_, row) => startMs + (row / perDay) * DAY_MS);
  return { rows, timesMs, columns };
}

const reference = await referenceOf(features, rowsOf(new Draws(1), 28 * 150, 150));
const [ranges, coMissing] = [blockOf(reference.derived, "ranges")!, blockOf(reference.derived, "coMissing")!];
const folder = createFolder(kernel, reference);
const part = (counts: Float64Array, kind: string): number[] => [
  ...derivedCounts(counts, folder.layout, kind)!,
];

function byHand({ rows, columns }: Columns): { ranges: number[]; coMissing: number[] } {
  const outside = ranges.features.flatMap(({ name, min, max }) => {
    const column = columns.get(name);
    const values = column?.kind === "numeric" ? [...column.values].filter(Number.isFinite) : [];
    return [values.filter((value) => value < min).length, values.filter((value) => value > max).length];
  });
  const patterns = new Array<number>(coMissing.patterns.length + 1).fill(0);
  for (let row = 0; row < rows; row++) {
    const gone = names.flatMap((name, place) => {
      const column = columns.get(name);
      const isGone =
        !column || (column.kind === "numeric" ? Number.isNaN(column.values[row]) : column.codes[row] < 0);
      return isGone ? [place] : [];
    });
    const at = coMissing.patterns.findIndex((pattern) => String(pattern) === String(gone));
    patterns[at < 0 ? coMissing.patterns.length : at]++;
  }
  return { ranges: outside, coMissing: patterns };
}

describe("the blocks of a reference", () => {
  test("are its ranges and its frequent patterns, the most frequent first", () => {
    expect(ranges.features.map(({ name }) => name)).toEqual(["a", "b"]);
    for (const { name, min, max } of ranges.features) {
      const { moments } = reference.features.find((one) => one.name === name)!;
      expect([min, max]).toEqual([moments?.min, moments?.max]);
    }
    expect(coMissing.patterns.map(String)).toEqual(["", "0", "0,1", "0,1,2", "1"]);
    expect(coMissing.reference.counts.reduce((sum, count) => sum + count, 0)).toBe(reference.rows);
    expect(coMissing.reference.chunks).toHaveLength(28);
    // Rows come independently here, but for chance.
    expect(ranges.reference.clusters).toHaveLength(2);
    for (const cluster of ranges.reference.clusters!) expect(cluster).toBeLessThan(2.5);
    expect(validateReference(JSON.parse(JSON.stringify(reference)))).toEqual(reference);
  });

  test("do not depend on the order of its rows", async () => {
    const rows = rowsOf(new Draws(1), 28 * 150, 150);
    const order = Int32Array.from({ length: rows.rows }, (_, row) => (row * 11) % rows.rows);
    expect((await referenceOf(features, selectRows(rows, order))).derived).toEqual(reference.derived);
  });

  test("are refused where they contradict themselves", () => {
    const changed = (change: (copy: Reference) => void): (() => unknown) => {
      const copy = JSON.parse(JSON.stringify(reference)) as Reference;
      change(copy);
      return () => validateReference(copy);
    };
    const [first, second] = [0, 1];
    for (const change of [
      (copy: Reference) =>
        (copy.derived[first].reference = { own: true, counts: [0], clusters: null, outside: null }),
      (copy: Reference) =>
        (copy.derived[first].reference = { own: true, counts: [0, 1, 0, 0], outside: null }),
      (copy: Reference) => (copy.derived[first].features = [{ name: "a", min: 2, max: 1 }]),
      (copy: Reference) => (copy.derived[second].patterns = [[], [1, 0]]),
      (copy: Reference) => (copy.derived[second].patterns = [[0]]),
      (copy: Reference) => (copy.derived[second].reference = { counts: [1, 2], chunks: null }),
    ])
      expect(changed(change)).toThrow(/contradicts itself|expected shape/);
  });

  test("are none where there is nothing to count", async () => {
    const plain = { ...rowsOf(new Draws(2), 500, null) };
    plain.columns = new Map([["c", { kind: "categorical", codes: new Int32Array(500), dictionary: ["x"] }]]);
    expect((await referenceOf([features[2]], plain)).derived).toEqual([]);
  });
});

describe("counting", () => {
  test("agrees with a count by hand, however rows are split", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 7 }),
        (seed, rows, parts) => {
          const columns = rowsOf(new Draws(seed), rows, null, 3);
          const expected = byHand(columns);
          const whole = folder.fold(columns);
          expect(part(whole, "ranges")).toEqual(expected.ranges);
          expect(part(whole, "coMissing")).toEqual(expected.coMissing);
          const merged = new Float64Array(whole.length);
          for (let from = 0; from < parts; from++)
            mergeCounts(
              merged,
              folder.fold(
                columns,
                Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row % parts === from),
              ),
            );
          expect(merged).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("takes a column that does not come for missing in every row", () => {
    const columns = rowsOf(new Draws(3), 50, null);
    columns.columns.delete("a");
    expect(part(folder.fold(columns), "coMissing")).toEqual(byHand(columns).coMissing);
    expect(part(folder.fold(columns), "ranges").slice(0, 2)).toEqual([0, 0]);
  });
});

test("windows that become a reference keep the blocks with their own counts", () => {
  const days = Array.from({ length: 20 }, (_, day) => rowsOf(new Draws(50 + day), 200, null, 2));
  const chunks = days.map((rows, day) => ({
    startMs: startMs + day * DAY_MS,
    rows: 200,
    counts: folder.fold(rows),
  }));
  const made = referenceFromCounts(kernel, { base: reference, chunks, periodMs: DAY_MS, seed: 1 });
  const own = blockOf(made.derived, "ranges")!;
  const sums = days
    .map((day) => byHand(day).ranges)
    .reduce((sum, day) => sum.map((count, at) => count + day[at]));
  expect(own).toMatchObject({ features: ranges.features, reference: { own: false, counts: sums } });
  expect(own.reference.outside?.[0]).toEqual(
    days.map((day) => byHand(day).ranges[0] + byHand(day).ranges[1]),
  );
  const together = blockOf(made.derived, "coMissing")!;
  expect(together.patterns).toEqual(coMissing.patterns);
  expect(together.reference.chunks).toHaveLength(20);
  expect(() => validateReference({ ...made, id: reference.id })).not.toThrow();
});
