/** 95 references in a hundred may alarm at most twice as often as accepted, however large the window is beside them. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { andersonDarlingWeights, quadraticEigenvalues } from "#core/nulls/quadratic-null.ts";
import { carefulP } from "#core/nulls/reference-luck.ts";
import { numericCells } from "#core/reference/numeric-cells.ts";
import { kernels } from "./comparison.ts";
import { Draws, kernel } from "./synthetic.ts";

describe.each(kernels)("a p-value for an unlucky reference, with the $name kernel", (each) => {
  it("is never smaller, is the same for small windows, and keeps its order", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1, noNaN: true }),
        fc.double({ min: 1e-12, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e6 }),
        (p, q, n, m) => {
          const careful = carefulP(each, p, n, m);
          expect(careful).toBeGreaterThanOrEqual(p);
          expect(careful).toBeLessThanOrEqual(1);
          if (p < q) expect(careful).toBeLessThanOrEqual(carefulP(each, q, n, m) * (1 + 1e-9));
        },
      ),
    );
    expect(carefulP(each, 0.003, 50_000, 1000)).toBe(0.003);
    expect(carefulP(each, 0, 10, 10)).toBe(0);
    expect(carefulP(each, 1, 10, 10)).toBe(1);
  });
});

// Windows of n/10, and as large as the reference: the second is where a bare p keeps an unlucky one at 5 to 12 times.
test.each([
  [500, 50],
  [500, 500],
])("of %d rows and windows of %d alarms at most about twice too often", (n, m) => {
  const draws = new Draws(n + m);
  const uniform = (rows: number): Float64Array => Float64Array.from({ length: rows }, () => draws.uniform());
  const [references, windows, level] = [120, 400, 0.05];
  const [careful, bare] = [[] as number[], [] as number[]];
  for (let each = 0; each < references; each++) {
    const sorted = uniform(n).sort();
    const cells = numericCells(sorted, 40);
    if (cells.kind !== "quantile") throw new Error("expected quantile cells");
    const edges = Float64Array.from(cells.edges);
    const a = kernel.countEdges(sorted, edges).cells;
    const eigenvalues = quadraticEigenvalues(kernel, a, andersonDarlingWeights(a));
    let [hits, bareHits] = [0, 0];
    for (let window = 0; window < windows; window++) {
      const p = kernel.quadraticFormSf(
        kernel.adCells(a, kernel.countEdges(uniform(m), edges).cells),
        eigenvalues,
      );
      if (p <= level) bareHits++;
      if (carefulP(kernel, p, n, m) <= level) hits++;
    }
    careful.push(hits / windows);
    bare.push(bareHits / windows);
  }
  const at95 = (rates: number[]): number => [...rates].sort((x, y) => x - y)[Math.floor(0.95 * rates.length)];
  expect(at95(careful)).toBeLessThanOrEqual(2.8 * level);
  if (m === n) expect(at95(bare)).toBeGreaterThan(3 * level);
});
