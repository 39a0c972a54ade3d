import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellParts } from "../../app/lib/charts/cells.ts";
import { cumulativeOption, distributionOption } from "../../app/lib/charts/distribution.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { cellRows, cumulate, mergeRanges } from "#core/report/cell-rows.ts";

const shared = {
  role: "feature" as const,
  negInf: 0,
  posInf: 0,
  unseen: 0,
  singletons: 0,
  nulls: { ad: [], ks: [], chunks: { drift: [], missing: null } },
  intraclass: null,
};
function numeric(edges: number[], counts: number[], missing = 0): ReferenceFeature {
  const moments = {
    mean: 0,
    variance: 1,
    std: 1,
    min: edges[0] - 10,
    max: edges[edges.length - 1] + 10,
    iqr: 1,
  };
  const single = counts.map(() => 0 as const);
  const cells = { kind: "quantile" as const, edges, single, widths: [], deciles: [] };
  return { ...shared, name: "distance", type: "numeric", cells, counts, missing, moments };
}
function categorical(values: string[], counts: number[], missing = 0): ReferenceFeature {
  const cells = { kind: "categories" as const, values, other: [] };
  return { ...shared, name: "origin", type: "categorical", cells, counts, missing, moments: null };
}

describe("cells of reference and window side by side", () => {
  it("are shares of all rows, missing ones in a row of their own", () => {
    const rows = cellRows(categorical(["ATL", "ORD"], [60, 40]), [30, 50, 0, 20, 0, 0]);
    expect(rows.map(({ label }) => label)).toEqual(["ATL", "ORD", "missing"]);
    expect(rows.map(({ current }) => current)).toEqual([0.3, 0.5, 0.2]);
  });

  it("have no row for unseen and missing where there are none", () => {
    expect(cellRows(categorical(["a"], [5]), [7, 0, 0, 0, 0])).toHaveLength(1);
  });

  it("sum to one on both sides, and each adds nothing negative to the PSI", () => {
    const counts = fc.array(fc.nat(500), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, counts, (a, c) => {
        fc.pre(a.some((count) => count > 0) && c.some((count) => count > 0));
        const rows = cellParts(numeric([1, 2, 3], a), [...c, 0, 0, 0, 0]);
        for (const side of ["reference", "current"] as const)
          expect(rows.reduce((sum, row) => sum + row[side], 0)).toBeCloseTo(1, 12);
        for (const { psi } of rows) expect(psi).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("carry labels that tell close edges apart", () => {
    const rows = cellRows(numeric([2001.1, 2001.4, 2001.9], [1, 1, 1, 1]), [1, 1, 1, 1, 0, 0, 0, 0]);
    expect(new Set(rows.map(({ label }) => label)).size).toBe(4);
  });

  it("merge to wider ranges without losing a share", () => {
    const rows = cellRows(numeric([1, 2, 3, 4], [5, 4, 3, 2, 1]), [1, 2, 3, 4, 5, 0, 0, 0, 0]);
    const merged = mergeRanges(rows, 2);
    expect(merged).toHaveLength(2);
    expect(merged[0].lower).toBe(-9);
    expect(merged[1].upper).toBe(14);
    expect(merged.reduce((sum, { current }) => sum + current, 0)).toBeCloseTo(1, 12);
  });
});

describe("the cumulative picture", () => {
  it("finds the gap that the KS statistic measures, and where", () => {
    const rows = cellRows(numeric([10, 20, 30], [25, 25, 25, 25]), [50, 30, 10, 10, 0, 0, 0, 0]);
    const { largest, reference } = cumulate(rows.filter(({ lower }) => lower !== null));
    expect(largest.gap).toBeCloseTo(0.3, 12);
    expect(largest.at).toBe(20);
    expect(reference.at(-1)).toEqual([40, expect.closeTo(1, 12)]);
  });

  it("leaves missing rows out of the shares", () => {
    const rows = cellRows(numeric([10], [50, 50], 100), [50, 50, 0, 900, 0, 0]);
    expect(cumulate(rows.filter(({ lower }) => lower !== null)).largest.gap).toBe(0);
  });

  it("marks no gap where there is none", () => {
    const rows = cellRows(numeric([10], [50, 50]), [5, 5, 0, 0, 0, 0]);
    const { series } = cumulativeOption(rows, "km", palettes.dark);
    expect((series as { markLine?: { data: unknown[] } }[])[1].markLine?.data).toEqual([]);
  });
});

describe("the distribution", () => {
  it("draws densities: equal areas are equal shares", () => {
    const rows = cellRows(numeric([0, 1, 11], [0, 50, 50, 0]), [0, 50, 50, 0, 0, 0, 0, 0]);
    const { series } = distributionOption(rows, "km", palettes.light);
    const points = (series as { data: [number, number][] }[])[0].data;
    const [narrow, wide] = [points[2][1], points[4][1]];
    expect(narrow / wide).toBeCloseTo(10, 9);
  });

  it("draws the largest categories only when there are many, and says shares", () => {
    const names = Array.from({ length: 80 }, (_, i) => `airport ${i}`);
    const counts = names.map((_, i) => i + 1);
    const option = distributionOption(
      cellRows(categorical(names, counts), [...counts, 0, 0, 0, 0]),
      "",
      palettes.light,
    );
    const { data } = option.xAxis as { data: string[] };
    expect(data).toHaveLength(30);
    expect(data[0]).toBe("airport 79");
    expect(option.yAxis).toMatchObject({ name: "share of rows" });
  });
});
