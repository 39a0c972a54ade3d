import { describe, expect, it } from "vitest";
import { modelDivergenceNames, simulatedStatistics } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { bellValues, roughValues, seededCounts, seededEdges } from "./seeded.ts";

const kernel = nodeKernel();

/** Equal, or within 1e-12 of the larger; NaN equals NaN. */
function near(actual: number, expected: number): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  return Math.abs(actual - expected) <= 1e-12 * Math.max(Math.abs(actual), Math.abs(expected), 1e-15);
}

/** One expectation for many numbers: what differs is named. */
function expectNear(where: string, actual: object, expected: object): void {
  const pairs = Object.entries(actual) as [string, number][];
  const other = expected as Record<string, number>;
  const different = pairs.filter(([key, value]) => !near(value, other[key]));
  expect(different.map(([key, value]) => `${where} ${key}: ${value} against ${other[key]}`)).toEqual([]);
}

/** Every length that a block of two, four or eight could stumble over, and a thousand more. */
const lengths = Array.from({ length: 1001 }, (_, length) => length);
/** Views that begin anywhere in their buffer. */
const view = (values: Float64Array, length: number): Float64Array =>
  values.subarray(1 + (length % 7), 1 + (length % 7) + length);

describe("the kernel and its twin agree at every length and offset on", () => {
  const rough = roughValues(1010, 11);
  const edges = seededEdges(1000, 12);

  it("counts between edges", () => {
    for (const length of lengths) {
      const [values, cuts] = [view(rough, length), edges.subarray(0, length % 131)];
      expect(kernel.countEdges(values, cuts)).toEqual(twin.countEdges(values, cuts));
    }
  });

  it("counts a selection of rows like the rows alone", () => {
    for (const length of lengths) {
      const [values, cuts] = [view(rough, length), edges.subarray(0, length % 37)];
      // Every third place, backwards.
      const rows = Int32Array.from(
        { length: Math.ceil(length / 3) },
        (_, i) => (length - 1 - 3 * i) % length,
      );
      const alone = Float64Array.from(rows, (row) => values[row]);
      expect(kernel.countEdges(values, cuts, rows)).toEqual(twin.countEdges(alone, cuts));
      expect(twin.countEdges(values, cuts, rows)).toEqual(twin.countEdges(alone, cuts));
      expect(kernel.countValues(values, cuts, rows)).toEqual(twin.countValues(alone, cuts));
      expect(twin.countValues(values, cuts, rows)).toEqual(twin.countValues(alone, cuts));
    }
  });

  it("counts between any number of edges", () => {
    for (const length of lengths) {
      const cuts = edges.subarray(0, length);
      expect(kernel.countEdges(rough, cuts)).toEqual(twin.countEdges(rough, cuts));
    }
  });

  it("counts of many values, between edges that are even, skewed, huge, tiny and next to each other", () => {
    const many = roughValues(20_011, 41);
    const next = Float64Array.from([1, 1 + 2 ** -52, 1 + 2 ** -51]);
    const cases = {
      even: Float64Array.from({ length: 119 }, (_, i) => i / 20 - 3),
      random: edges.subarray(0, 250),
      single: Float64Array.of(0.25),
      pair: Float64Array.of(-1, 1),
      skewed: Float64Array.from({ length: 60 }, (_, i) => 1.5 ** (i - 50)),
      powers: Float64Array.from({ length: 90 }, (_, i) => 1.2 ** (i - 40)),
      negative: Float64Array.from({ length: 90 }, (_, i) => -(1.2 ** (40 - i))),
      fromZero: Float64Array.from({ length: 90 }, (_, i) => (i === 0 ? -0 : 1.2 ** (i - 40))),
      toZero: Float64Array.from({ length: 90 }, (_, i) => (i === 89 ? 0 : -(1.2 ** (40 - i)))),
      extreme: Float64Array.from({ length: 60 }, (_, i) => 10 ** (i - 50)),
      huge: Float64Array.of(-1e308, -5e307, 0, 1, 5e307, 1e308),
      largest: Float64Array.of(-Number.MAX_VALUE, 0, Number.MAX_VALUE),
      tiny: Float64Array.of(-5e-324, 0, 5e-324, 2.5e-310),
      neighbours: next,
      values: Float64Array.from(new Set(many.subarray(0, 300).filter(Number.isFinite))).sort(),
    };
    for (const [name, cuts] of Object.entries(cases)) {
      for (const length of [20_011, 20_010, 20_009, 20_008, 5000, 1001, 130]) {
        const x = many.subarray(name.length, name.length + length);
        expect({ name, ...kernel.countEdges(x, cuts) }).toEqual({ name, ...twin.countEdges(x, cuts) });
        expect({ name, ...kernel.countValues(x, cuts) }).toEqual({ name, ...twin.countValues(x, cuts) });
        // Every value on an edge, where one unit in the last place decides.
        const onEdges = x.map((_, i) => cuts[i % cuts.length]);
        expect(kernel.countEdges(onEdges, cuts)).toEqual(twin.countEdges(onEdges, cuts));
        const beside = onEdges.map((edge, i) => edge * (1 + ((i % 3) - 1) * 2 ** -52));
        expect(kernel.countEdges(beside, cuts)).toEqual(twin.countEdges(beside, cuts));
        expect(kernel.countValues(beside, cuts)).toEqual(twin.countValues(beside, cuts));
      }
    }
  });

  it("counts of what is copied in blocks: every length about their borders, infinite and missing values anywhere", () => {
    const whole = roughValues(3000, 43);
    const rows = Int32Array.from({ length: 3000 }, (_, i) => (i * 7) % 3000);
    for (const border of [480, 512, 960, 1024, 1440, 2048])
      for (let length = border - 5; length <= border + 5; length++) {
        const [values, cuts] = [view(whole, length), edges.subarray(0, 7 * (length % 11))];
        expect(kernel.countEdges(values, cuts)).toEqual(twin.countEdges(values, cuts));
        expect(kernel.countValues(whole, cuts, rows.subarray(0, length))).toEqual(
          twin.countValues(whole, cuts, rows.subarray(0, length)),
        );
        expect(kernel.countEqualWidth(values, -1, 1, 9)).toEqual(twin.countEqualWidth(values, -1, 1, 9));
        expect(kernel.sketchUpdate(values, 5)).toEqual(twin.sketchUpdate(values, 5));
      }
  });

  it("counts of distinct values", () => {
    const distinct = Float64Array.from([-1e308, -5e-324, 0, 5e-324, 1, 2, 3, 1e308, Number.MAX_VALUE]);
    for (const length of lengths) {
      const [values, cells] = [view(rough, length), distinct.subarray(0, length % 10)];
      expect(kernel.countValues(values, cells)).toEqual(twin.countValues(values, cells));
    }
  });

  it("counts of many columns at once, which are those of each", () => {
    const distinct = Float64Array.from([-5e-324, 0, 1, 2, 3, Number.MAX_VALUE]);
    for (const length of lengths) {
      const columns = [
        { kind: "edges", borders: edges.subarray(0, length % 131), offset: 10 },
        { kind: "values", borders: distinct.subarray(0, length % 7), offset: 150 },
        { kind: "edges", borders: edges.subarray(3, 3 + (length % 5)), offset: 0 },
      ] as const;
      const values = [
        view(rough, length),
        length % 3 ? view(rough, length + 1).subarray(1) : null,
        view(rough, length),
      ];
      const rows = length % 4 === 0 ? Int32Array.from({ length }, (_, i) => length - 1 - i) : undefined;
      const counts = kernel.columnCounter(columns, 161)(values, rows);
      expect(counts).toEqual(twin.columnCounter(columns, 161)(values, rows));
      const { cells, missing } = twin.countEdges(values[0] ?? rough, columns[0].borders);
      expect(counts.subarray(10, 10 + cells.length)).toEqual(cells);
      expect(counts[11 + cells.length]).toBe(missing);
    }
    for (const each of [kernel, twin])
      expect(() => each.columnCounter([{ kind: "edges", borders: edges, offset: 0 }], 1004)).toThrow(
        RangeError,
      );
  });

  it("counts in bins of equal width", () => {
    const ends = [
      [-1, 1, 7],
      [0, 3, 64],
      [-0.3, 0.1, 1],
      [1e-300, 2e-300, 4096],
      [-8e307, 8e307, 10],
      [0, 5e-307, 3],
      [0, 1e300, 8192],
    ];
    for (const length of lengths) {
      const [low, high, bins] = ends[length % ends.length];
      const values = view(rough, length);
      // Half of them on an edge or next to one.
      const beside = values.map((x, i) =>
        i % 2 ? x : (low + ((high - low) / bins) * (i % (bins + 1))) * (1 + ((i % 3) - 1) * 2 ** -52),
      );
      for (const some of [values, beside]) {
        const actual = kernel.countEqualWidth(some, low, high, bins);
        expect(actual).toEqual(twin.countEqualWidth(some, low, high, bins));
      }
    }
    for (const [low, high, bins] of [
      [1, 1, 2],
      [2, 1, 2],
      [0, NaN, 2],
      [0, Infinity, 2],
      [0, 1, 0],
      [0, 1, 1.5],
      [0, 1, 8193],
      [0, 5e-310, 3],
      [-1e308, 1e308, 2],
    ])
      for (const each of [kernel, twin])
        expect(() => each.countEqualWidth(rough, low, high, bins)).toThrow(RangeError);
  });

  it("moments", () => {
    const bell = bellValues(1010, 13);
    for (const length of lengths) {
      for (const values of [view(bell, length), view(rough, length)])
        expectNear(`length ${length}`, kernel.moments(values), twin.moments(values));
    }
  });

  it("sorting, whatever is in the way and wherever it lies", () => {
    const whole = roughValues(1300, 71);
    for (let length = 0; length <= 1200; length += length < 250 || length > 270 ? 7 : 1) {
      const offset = length % 5;
      const values = whole.subarray(offset, offset + length);
      const before = values.slice();
      expect(kernel.sortFinite(values)).toEqual(twin.sortFinite(values));
      expect(values).toEqual(before);
    }
    // Values that differ in their last bits only, some of them beside far ones, so that no digit but the lowest tells them apart.
    const crowded = Array.from({ length: 3000 }, (_, i) => 1 + ((i * 7919) % 2999) * 2 ** -52);
    for (const each of [crowded, [...crowded, -1e300], [1e300, ...crowded, 0, -0], crowded.map((x) => -x)]) {
      const values = Float64Array.from(each);
      expect(kernel.sortFinite(values)).toEqual(twin.sortFinite(values));
    }
    // All of one size, so that digits are skipped; and both ends of the doubles.
    const alike = Float64Array.from({ length: 999 }, (_, i) => 1 + ((i * 7919) % 999) / 4096);
    const ends = Float64Array.from(
      { length: 600 },
      (_, i) => [1.7976931348623157e308, -5e-324, -0, 0, -1e300][i % 5],
    );
    for (const values of [alike, ends]) expect(kernel.sortFinite(values)).toEqual(twin.sortFinite(values));
  });

  it("statistics on samples", () => {
    const other = kernel.sortFinite(bellValues(500, 15));
    for (const length of lengths) {
      const sorted = kernel.sortFinite(view(bellValues(1010, 14), length));
      expect(sorted).toEqual(twin.sortFinite(sorted));
      const half = other.subarray(0, (length * 7) % 500);
      expectNear(
        `length ${length}`,
        [kernel.ksSamples(sorted, half), kernel.wassersteinSamples(sorted, half)],
        [twin.ksSamples(sorted, half), twin.wassersteinSamples(sorted, half)],
      );
    }
  });

  it("the divergences of a whole model, which are those of its features one by one", () => {
    const smoothings = [
      { kind: "add", amount: 0.5 },
      { kind: "floor", amount: 1e-4, renormalise: false },
      { kind: "floor", amount: 1e-4, renormalise: true },
    ] as const;
    for (const features of [0, 1, 2, 9, 60]) {
      const offsets = Int32Array.from(
        { length: features + 1 },
        (_, i) => (i * (i + 1)) / 2 + (i > 3 ? -2 : 0),
      );
      offsets[0] = 0;
      const length = offsets[features];
      const a = view(seededCounts(length + 8, 5, features), length);
      const c = view(seededCounts(length + 8, 3, features + 1), length);
      for (const smoothing of smoothings) {
        const all = kernel.modelDivergences(a, c, offsets, smoothing);
        expectNear(`${features} features`, all, twin.modelDivergences(a, c, offsets, smoothing));
        for (let feature = 0; feature < features; feature++) {
          const [r, w] = [a, c].map((counts) => counts.subarray(offsets[feature], offsets[feature + 1]));
          const single = new Uint8Array(r.length);
          const own = { psi: kernel.psi(r, w, smoothing), ks: kernel.ksCells(r, w, single).low };
          const one: Record<string, number> = { ...own, ...kernel.divergences(r, w) };
          expect([...all.subarray(8 * feature, 8 * feature + 8)]).toEqual(
            modelDivergenceNames.map((name) => one[name]),
          );
        }
      }
    }
  });

  it("divergences of shares that are all but equal", () => {
    for (const rows of [1e3, 1e6, 1e9, 1e12]) {
      const a = Float64Array.from({ length: 33 }, (_, i) => rows + (i % 5));
      const c = Float64Array.from({ length: 33 }, (_, i) => rows + (i % 3));
      const [found, expected] = [kernel, twin].map((each) => [
        each.psi(a, c, { kind: "add", amount: 0.5 }),
        ...Object.values(each.divergences(a, c)),
      ]);
      // The distance of Jensen and Shannon is a root: its square is what the terms' rounding is measured against.
      found.forEach((value, i) =>
        expect(Math.abs(value * value - expected[i] * expected[i])).toBeLessThan(1e-12),
      );
      found.forEach((value, i) => i === 3 || expect(Math.abs(value - expected[i])).toBeLessThan(1e-12));
    }
  });

  it("statistics on cells", () => {
    for (const length of lengths) {
      const a = view(seededCounts(1010, 50, length + 1), length);
      const c = view(seededCounts(1010, 20, length + 2), length);
      const single = Uint8Array.from(a, (count) => (count % 3 === 0 ? 1 : 0));
      const widths = bellValues(1010, 3)
        .map(Math.abs)
        .subarray(0, Math.max(0, length - 1));
      const where = `${length} cells`;
      expectNear(where, kernel.ksCells(a, c, single), twin.ksCells(a, c, single));
      expectNear(where, kernel.divergences(a, c), twin.divergences(a, c));
      expectNear(where, kernel.chi2(a, c), twin.chi2(a, c));
      expectNear(
        where,
        [
          kernel.adCells(a, c),
          kernel.wassersteinCells(a, c, widths),
          kernel.quadraticCells(a, c, widths),
          kernel.gCells(a, c),
        ],
        [
          twin.adCells(a, c),
          twin.wassersteinCells(a, c, widths),
          twin.quadraticCells(a, c, widths),
          twin.gCells(a, c),
        ],
      );
      for (const smoothing of [
        { kind: "add", amount: 0.5 },
        { kind: "floor", amount: 1e-4, renormalise: false },
        { kind: "floor", amount: 1e-4, renormalise: true },
      ] as const)
        expectNear(where, [kernel.psi(a, c, smoothing)], [twin.psi(a, c, smoothing)]);
    }
  });
});

describe("the kernel and its twin agree on", () => {
  it("special functions all over their range", () => {
    const points = [1e-8, 0.003, 0.1, 0.5, 0.97, 1, 1.7, 2.5, 5, 11, 40, 333, 5e4];
    const shapes = points.filter((point) => point >= 0.1);
    for (const x of points) {
      const one = ["lgamma", "digamma", "erfc", "normalSf", "kolmogorovSf", "log", "log1p"] as const;
      for (const name of one) expectNear(`${name}(${x})`, [kernel[name](x)], [twin[name](x)]);
      for (const a of shapes) {
        const near2 = (name: "gammaQ" | "gammaP" | "chi2Sf" | "tSf" | "tIsf", p: number, q: number): void =>
          expectNear(`${name}(${p}, ${q})`, [kernel[name](p, q)], [twin[name](p, q)]);
        near2("gammaQ", a, x);
        near2("gammaP", a, x);
        near2("chi2Sf", x, a);
        near2("tSf", x, a);
        near2("tIsf", x / 1e5, a);
        for (const b of shapes) {
          expectNear(`betaI(${a}, ${b})`, [kernel.betaI(a, b, x / 1e5)], [twin.betaI(a, b, x / 1e5)]);
          expectNear(`fSf(${x}, ${a}, ${b})`, [kernel.fSf(x, a, b)], [twin.fSf(x, a, b)]);
        }
      }
    }
  });

  it("eigenvalues and quadratic forms", () => {
    const k = 20;
    const entries = bellValues(k * k, 21);
    const matrix = entries.map((_, i) => {
      const [row, column] = [Math.floor(i / k), i % k];
      return entries[row * k + column] + entries[column * k + row];
    });
    const [found, expected] = [kernel.symmetricEigenvalues(matrix, k), twin.symmetricEigenvalues(matrix, k)];
    expectNear("eigenvalues", found, expected);
    const positive = found.filter((value) => value > 0);
    for (const x of [0.01, 1, 10, 40, 100, 1000])
      expectNear(`x ${x}`, [kernel.quadraticFormSf(x, positive)], [twin.quadraticFormSf(x, positive)]);
  });

  it("every draw of every null, as long as no rounding tips one", () => {
    const a = seededCounts(12, 400, 31);
    const c = seededCounts(12, 90, 32);
    const m = c.reduce((sum, count) => sum + count, 0);
    const widths = new Float64Array(11).fill(0.5);
    for (const sampler of ["dirichlet", "hypergeometric"] as const) {
      for (const statistic of simulatedStatistics) {
        const request = { sampler, statistic, a, c, widths, m, draws: 200, seed: 7 };
        expectNear(`${sampler} ${statistic}`, kernel.simulateNull(request), twin.simulateNull(request));
      }
    }
    // More samples are met in a cell than masses are remembered of it; the twin remembers none.
    const many = { a: seededCounts(150, 900, 34), c: seededCounts(150, 300, 35), draws: 60, seed: 8 };
    const all = many.c.reduce((sum, count) => sum + count, 0);
    const request = { ...many, m: all, sampler: "hypergeometric", statistic: "chi2" } as const;
    expectNear("many cells", kernel.simulateNull(request), twin.simulateNull(request));
    const grid = seededEdges(50, 33).map((x) => (x + 3.01) / 6.02);
    expectNear("bridge", kernel.bridgeMaxima(grid, 100, 5), twin.bridgeMaxima(grid, 100, 5));
    expect(kernel.thin(a, 300, 9)).toEqual(twin.thin(a, 300, 9));
  });
});
