/** Rows along random directions: counts that are exact, a test that keeps its level, and relations that no feature shows. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import {
  learnProjections,
  mergeProjectionCounts,
  projectionCounts,
  projectionDrift,
  type ProjectionModel,
  withoutProjectionCounts,
} from "#core/methods/multivariate/projections.ts";
import { kernels } from "./comparison.ts";
import { categorical, Draws, numeric } from "./synthetic.ts";

type Columns = Map<string, Column>;

/** Three columns of which the first two go together; the third is whole numbers. */
function rowsOf(seed: number, rows: number, correlation = 0.6): Columns {
  const draws = new Draws(seed);
  const [x, y, z] = [0, 1, 2].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    x[row] = draws.normal();
    y[row] = correlation * x[row] + Math.sqrt(1 - correlation * correlation) * draws.normal();
    z[row] = Math.round(draws.normal());
  }
  return new Map(Object.entries({ x, y, z }).map(([name, values]) => [name, numeric(values)]));
}

describe.each(kernels)("rows along random directions, with the $name kernel", (kernel) => {
  const at = (model: ProjectionModel, columns: Columns) =>
    projectionDrift(kernel, model, projectionCounts(kernel, model, columns));

  it("are counted in full, in cells of equal mass in the reference", () => {
    const model = learnProjections(kernel, rowsOf(1, 1000), { seed: 1 });
    for (const cells of model.reference) {
      expect(cells).toHaveLength(10);
      expect(cells.reduce((sum, count) => sum + count, 0)).toBe(1000);
      for (const count of cells) expect(count).toBe(100);
    }
    for (const direction of model.directions)
      expect(direction.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 12);
    const same = at(model, rowsOf(1, 1000));
    expect(same).toMatchObject({ statistic: 0, effect: 0, pValue: 1 });
  });

  it("have the distance and the weights of a direct calculation", () => {
    const [reference, window] = [rowsOf(2, 60), rowsOf(3, 25, -0.5)];
    const model = learnProjections(kernel, reference, { seed: 5, directions: 3, cells: 4 });
    const found = at(model, window);
    // From the definition, row by row.
    const moments = model.features.map(({ encoding }) => encoding);
    const along = (columns: Columns, direction: number[]): number[] => {
      const data = [...columns.values()].map((column) =>
        column.kind === "numeric" ? [...column.values] : [],
      );
      return data[0].map((_, row) =>
        direction.reduce((sum, x, i) => sum + (x * (data[i][row] - moments[i].mean)) / moments[i].std, 0),
      );
    };
    let expected = 0;
    model.directions.forEach((direction, d) => {
      const [r, c] = [along(reference, direction), along(window, direction)];
      const share = (values: number[], low: number, high: number): number =>
        values.filter((x) => x > low + 1e-12 && x <= high + 1e-12).length / values.length;
      model.edges[d].forEach((edge, i) => {
        const u = share(r, -Infinity, edge);
        const gap = u - share(c, -Infinity, edge);
        const mass = share(r, model.edges[d][i - 1] ?? -Infinity, model.edges[d][i + 1] ?? Infinity) / 2;
        expected += (mass * gap * gap) / (u * (1 - u)) / 3;
      });
    });
    expect(found.statistic).toBeCloseTo(expected * ((60 * 25) / 85), 10);
    // The weights add up to the variance of all weighted indicators.
    const trace = model.edges
      .flatMap((edges, d) =>
        edges.map((_, i) => {
          const mass = (model.reference[d][i] + model.reference[d][i + 1]) / 120;
          return ((mass / 3) * 60) / 59;
        }),
      )
      .reduce((sum, value) => sum + value, 0);
    expect(model.eigenvalues.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 10);
  });

  it("alarm about as often as they say when nothing changed, and always when relations broke", () => {
    const model = learnProjections(kernel, rowsOf(5, 5000), { seed: 1 });
    const windows = 400;
    const pValues = Array.from(
      { length: windows },
      (_, seed) => at(model, rowsOf(1000 + seed, 100)).pValue ?? NaN,
    );
    const below = (level: number): number => pValues.filter((p) => p < level).length;
    // 99.9 % of draws of a binomial share lie within these.
    expect(below(0.05)).toBeLessThan(37);
    expect(below(0.5)).toBeGreaterThan(165);
    expect(below(0.5)).toBeLessThan(235);
    expect(at(model, rowsOf(9, 300, -0.6)).pValue).toBeLessThan(1e-4);
  });

  it("add, merge and are taken away exactly, in any order of rows", () => {
    const model = learnProjections(kernel, rowsOf(6, 200), { seed: 2, directions: 4 });
    const piece = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(piece, piece, piece, (...pieces) => {
        const [a, b, c] = pieces.map(([seed, rows]) => projectionCounts(kernel, model, rowsOf(seed, rows)));
        const all = mergeProjectionCounts(mergeProjectionCounts(a, b), c);
        expect(mergeProjectionCounts(a, mergeProjectionCounts(c, b))).toEqual(all);
        expect(withoutProjectionCounts(all, c)).toEqual(mergeProjectionCounts(b, a));
      }),
      { numRuns: 50 },
    );
    const window = rowsOf(7, 40);
    const reversed = new Map(
      [...window].map(([name, column]): [string, Column] => [
        name,
        numeric(column.kind === "numeric" ? [...column.values].reverse() : []),
      ]),
    );
    expect(projectionCounts(kernel, model, reversed)).toEqual(projectionCounts(kernel, model, window));
  });

  it("say nothing where nothing can be said", () => {
    const odd = fc.oneof(
      fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
      fc.double({ min: -10, max: 10 }),
    );
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 8 }), fc.array(odd, { maxLength: 8 }), (r, c) => {
        const columns = (values: number[]): Columns =>
          new Map([
            ["x", numeric(values)],
            ["constant", numeric(values.map(() => 3))],
            ["k", categorical(values.map((value) => (value > 0 ? "a" : null)))],
          ]);
        const model = learnProjections(kernel, columns(r), { seed: 4, directions: 3 });
        const counts = projectionCounts(kernel, model, columns(c));
        for (const cells of counts) expect(cells.reduce((sum, count) => sum + count, 0)).toBe(c.length);
        const { statistic, pValue } = projectionDrift(kernel, model, counts);
        if (r.length === 0 || c.length === 0) expect(statistic).toBeNaN();
        if (Number.isNaN(statistic)) expect(pValue).toBeNull();
        else expect(statistic).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
    const model = learnProjections(kernel, rowsOf(8, 30), { seed: 3 });
    expect(() => projectionCounts(kernel, model, new Map())).toThrow(RangeError);
    expect(() => learnProjections(kernel, rowsOf(8, 30), { seed: 3, cells: 0 })).toThrow(RangeError);
    expect(() => mergeProjectionCounts([[1]], [[1, 2]])).toThrow(RangeError);
  });
});
