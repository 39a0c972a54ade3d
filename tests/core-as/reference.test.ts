import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "#core/domain/errors.ts";
import { storedReference } from "#core/domain/reference.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { buildReference } from "#core/reference/build.ts";
import { nextDown, numericCells } from "#core/reference/numeric-cells.ts";
import { validateReference, verifyReference } from "#core/reference/validate.ts";
import {
  categorical,
  columnsOf,
  Draws,
  feature,
  numeric,
  referenceOf,
  sha256,
} from "../statistics/synthetic.ts";
import { kernel } from "./kernels.ts";

const draws = new Draws(3);
const rows = 28 * 200;
const features = [feature("x", "numeric"), feature("k", "numeric"), feature("c", "categorical")];
const columns = columnsOf(
  {
    x: numeric(Array.from({ length: rows }, (_, row) => (row % 50 === 0 ? NaN : draws.normal()))),
    k: numeric(Array.from({ length: rows }, () => Math.floor(draws.uniform() * 9))),
    c: categorical(Array.from({ length: rows }, (_, row) => (row % 97 === 0 ? null : "abc"[row % 3]))),
  },
  200,
);
const reference = await referenceOf(features, columns);

describe("a reference with labels", () => {
  const labels = Float64Array.from({ length: rows }, () => Math.floor(draws.uniform() * 2));
  const scored = { ...feature("x", "numeric"), role: "score" as const };
  test("is the same after it was sent, whatever was measured", async () => {
    for (const task of ["binary", "regression"] as const) {
      const role = task === "binary" ? scored : { ...scored, role: "prediction" as const };
      const built = await buildReference(
        kernel,
        { features: [role, features[2]], columns, periodMs: DAY_MS, labels, task, seed: 1 },
        sha256,
      );
      expect(built.performance).not.toBeNull();
      expect((await verifyReference(JSON.parse(JSON.stringify(built)), sha256)).id).toBe(built.id);
    }
  });
});

describe("numeric cells", () => {
  const sample = fc
    .array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, 7)), {
      minLength: 1,
      maxLength: 400,
      size: "max",
    })
    .map((values) => Float64Array.from(values).sort());
  test("hold every value of the reference once, and cumulative counts are the empirical distribution", () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 2, max: 30 }), (sorted, bins) => {
        const cells = numericCells(sorted, bins);
        if (cells.kind === "values") {
          expect(kernel.countValues(sorted, Float64Array.from(cells.values)).unseen).toBe(0);
          expect(cells.values.length).toBeLessThanOrEqual(bins);
          return;
        }
        const { edges, single, widths } = cells;
        expect(edges.every((edge, i) => i === 0 || edges[i - 1] < edge)).toBe(true);
        expect([single.length, widths.length]).toEqual([edges.length + 1, edges.length]);
        const counts = kernel.countEdges(sorted, Float64Array.from(edges)).cells;
        let below = 0;
        edges.forEach((edge, i) => {
          below += counts[i];
          expect(below).toBe(sorted.filter((value) => value <= edge).length);
        });
        // What holds more than its share has a cell of its own; nothing else can be far above it.
        counts.forEach((count, i) => {
          if (!single[i]) expect(count).toBeLessThanOrEqual(2 * Math.ceil(sorted.length / bins) + 1);
        });
      }),
    );
  });
  test("have finite borders even where the lowest double weighs much", () => {
    const lowest = Float64Array.from({ length: 300 }, (_, i) =>
      i < 100 ? -Number.MAX_VALUE : i * 1.5,
    ).sort();
    const cells = numericCells(lowest, 20);
    if (cells.kind !== "quantile") throw new Error("expected quantile cells");
    expect(cells.edges.every(Number.isFinite)).toBe(true);
    expect(kernel.countEdges(lowest, Float64Array.from(cells.edges)).cells[0]).toBe(100);
  });
  test("the next double below is the next double below", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300 }), (x) => {
        const below = nextDown(x);
        expect(below).toBeLessThan(x);
        const middle = below + (x - below) / 2;
        expect(middle === below || middle === x).toBe(true);
      }),
    );
  });
});

describe("a reference", () => {
  test("is valid, survives JSON, and has its content as its id", async () => {
    const copy: unknown = JSON.parse(JSON.stringify(reference));
    expect(validateReference(copy)).toEqual(reference);
    await expect(verifyReference(copy, sha256)).resolves.toEqual(reference);
    expect((await referenceOf(features, columns)).id).toBe(reference.id);
  });
  test("has whole days as chunks, and cells that fit its values", () => {
    const { chunks, features: profiled } = reference;
    expect(chunks).toMatchObject({ rows: Array.from({ length: 28 }, () => 200) });
    expect(profiled.map(({ cells }) => cells.kind)).toEqual(["quantile", "values", "categories"]);
    expect(profiled[0]).toMatchObject({ missing: 112 });
  });
  test("without times, or of less than two weeks, has no chunks", async () => {
    expect((await referenceOf(features, { ...columns, timesMs: null })).chunks).toBeNull();
    const short = { ...columns, timesMs: columns.timesMs?.map((time) => time / 3) ?? null };
    expect((await referenceOf(features, short)).chunks).toBeNull();
  });
  test("of no rows, or without a feature's column, is refused", async () => {
    await expect(referenceOf(features, { ...columns, rows: 0 })).rejects.toThrow(ProblemError);
    await expect(referenceOf([...features, feature("y", "numeric")], columns)).rejects.toMatchObject({
      code: "reference_mismatch",
    });
  });
  test.each<[string, (copy: typeof reference) => void]>([
    ["a count missing", (copy) => copy.features[0].counts.pop()],
    ["a count changed", (copy) => copy.features[1].counts[0]++],
    ["edges out of order", (copy) => edgesOf(copy).reverse()],
    ["a chunk missing", (copy) => copy.features[0].nulls.chunks.drift[0].statistics.pop()],
    ["no null table", (copy) => (copy.features[0].nulls.ad = [])],
    ["a negative count", (copy) => (copy.features[2].counts[0] = -1)],
    ["another format", (copy) => (copy.format = "mdt-reference/1" as typeof copy.format)],
  ])("with %s is refused with the place", (_, spoil) => {
    const copy = structuredClone(reference);
    spoil(copy);
    let caught: unknown;
    try {
      validateReference(copy);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ProblemError);
    expect(caught).toMatchObject({ code: "reference_invalid" });
  });
  test("of an earlier build says so instead of being read wrongly", () => {
    expect(storedReference(JSON.stringify(reference))).toEqual(reference);
    const old = JSON.stringify({ ...reference, format: "mdt-reference/1" });
    expect(() => storedReference(old)).toThrow(/earlier build .*make it again/);
  });
  test("whose id is not its content's is refused", async () => {
    const copy = structuredClone(reference);
    copy.features[0].nulls.ad[0] *= 2;
    await expect(verifyReference(copy, sha256)).rejects.toThrow(/id is not/);
  });
});

function edgesOf({ features: [first] }: typeof reference): number[] {
  return first.cells.kind === "quantile" ? first.cells.edges : [];
}
