/**
 * One hash for each function of a kernel, over the bits of its results on seeded inputs. Equal hashes in Node, workerd
 * and a browser mean equal bits, and so that an alarm can be verified anywhere. Runs in all three: no import of theirs.
 */
import { type Kernel, type NullRequest, simulatedStatistics } from "#core/kernel/api.ts";
import { hash, type Hashable } from "./bits.ts";
import { bellValues, roughValues, seededCounts, seededEdges, seededUniform } from "./seeded.ts";

type Result = Hashable;

/** `count` points between `from` and `to`, the same everywhere. */
function points(count: number, from: number, to: number, seed: number): number[] {
  const uniform = seededUniform(seed);
  return Array.from({ length: count }, () => from + (to - from) * uniform());
}

type OneArgument =
  | "log"
  | "exp"
  | "log1p"
  | "expm1"
  | "sin"
  | "cos"
  | "lgamma"
  | "digamma"
  | "erfc"
  | "normalSf"
  | "normalPpf"
  | "kolmogorovSf";

/** Where each function of one argument is tried. */
const ranges: Record<OneArgument, [number, number]> = {
  log: [1e-9, 1e9],
  exp: [-700, 700],
  log1p: [-0.999, 30],
  expm1: [-30, 30],
  sin: [-5e6, 5e6],
  cos: [-5e6, 5e6],
  lgamma: [1e-5, 1e4],
  digamma: [1e-3, 1e4],
  erfc: [-6, 26],
  normalSf: [-8, 38],
  normalPpf: [0, 1],
  kolmogorovSf: [0.1, 18],
};

/** The hash of every function, by its name. */
export function kernelBits(kernel: Kernel): Record<string, string> {
  const [rough, bell] = [roughValues(997, 1), bellValues(503, 2)];
  const edges = seededEdges(119, 3);
  const sorted = [kernel.sortFinite(rough), kernel.sortFinite(bell)] as const;
  const cells = Array.from({ length: 40 }, (_, i) => {
    const [a, c] = [seededCounts(i + 2, 300, i), seededCounts(i + 2, 80, 99 - i)] as const;
    const single = Uint8Array.from(a, (count) => count & 1);
    return { a, c, single, widths: Float64Array.from(points(i + 1, 0, 5, i)) };
  });
  const onCells = (f: (each: (typeof cells)[number]) => Result): string => hash(cells.map(f));
  const shapes = points(40, 0.2, 300, 4);
  const results: Record<string, string> = {
    countEdges: hash([0, 1, 2, 9, 119].map((cut) => kernel.countEdges(rough, edges.subarray(0, cut)))),
    columnCounter: hash([
      kernel.columnCounter(
        [
          { kind: "edges", borders: edges, offset: 9 },
          { kind: "values", borders: Float64Array.of(-1, 0, 2), offset: 1 },
        ],
        140,
      )([rough, bell]),
    ]),
    countEqualWidth: hash([1, 7, 120].map((bins) => kernel.countEqualWidth(rough, -1, 2.5, bins))),
    countValues: hash([kernel.countValues(rough, Float64Array.from([-1e308, 0, 5e-324, 1, 2]))]),
    moments: hash([0, 1, 2, 500, 997].map((length) => kernel.moments(rough.subarray(0, length)))),
    momentsOfBell: hash([kernel.moments(bell)]),
    sortFinite: hash([...sorted, kernel.sortFinite(roughValues(3001, 9))]),
    ksSamples: hash([kernel.ksSamples(...sorted)]),
    profile: hash(
      [kernel.profile(rough, edges), kernel.profile(bell, edges)].map((one) => [
        ...one.cells,
        one.mean,
        one.variance,
      ]),
    ),
    ksUnsorted: hash([kernel.ksUnsorted(rough, bell), kernel.ksUnsorted(bell, rough)]),
    wassersteinSamples: hash([kernel.wassersteinSamples(...sorted)]),
    ksCells: onCells(({ a, c, single }) => kernel.ksCells(a, c, single)),
    adCells: onCells(({ a, c }) => kernel.adCells(a, c)),
    wassersteinCells: onCells(({ a, c, widths }) => kernel.wassersteinCells(a, c, widths)),
    quadraticCells: onCells(({ a, c, widths }) => kernel.quadraticCells(a, c, widths)),
    gCells: onCells(({ a, c }) => kernel.gCells(a, c)),
    psi: onCells(({ a, c }) => kernel.psi(a, c, { kind: "add", amount: 0.5 })),
    psiFloor: onCells(({ a, c }) => kernel.psi(a, c, { kind: "floor", amount: 1e-4, renormalise: true })),
    divergences: onCells(({ a, c }) => kernel.divergences(a, c)),
    modelDivergences: onCells(({ a, c }) =>
      kernel.modelDivergences(a, c, Int32Array.of(0, 1, a.length), { kind: "add", amount: 0.5 }),
    ),
    chi2: onCells(({ a, c }) => kernel.chi2(a, c)),
    readJsonRows: hash([
      kernel.readJsonRows(
        new TextEncoder().encode(
          `[${points(300, -1, 1, 10)
            .map((x, i) => `{"x":${x}e${i - 150},"c":"${i % 7}"}`)
            .join(",")}]`.replace(/e-\d+e/g, "e"),
        ),
        [
          { name: "x", kind: "number" },
          { name: "c", kind: "category" },
        ],
      ),
    ]),
    fingerprint: hash(
      [0, 1, 63, 64, 9000].map((length) =>
        kernel.fingerprint(new Uint8Array(rough.buffer).subarray(0, length)),
      ),
    ),
    sketchUpdate: hash([0, 5, 10].map((p) => kernel.sketchUpdate(rough, p))),
    sketchMerge: hash([kernel.sketchMerge(kernel.sketchUpdate(rough, 5), kernel.sketchUpdate(bell, 5))]),
    gammaQ: hash(shapes.map((a, i) => kernel.gammaQ(a, shapes[39 - i]))),
    gammaP: hash(shapes.map((a, i) => kernel.gammaP(a, shapes[39 - i]))),
    betaI: hash(shapes.map((a, i) => kernel.betaI(a, shapes[39 - i], (i + 0.5) / 40))),
    chi2Sf: hash(shapes.map((x, i) => kernel.chi2Sf(x, i + 1))),
    tSf: hash(points(40, -9, 40, 5).map((t, i) => kernel.tSf(t, i + 1))),
    tIsf: hash(points(20, 0, 1, 6).map((p, i) => kernel.tIsf(p, i + 1))),
    fSf: hash(points(40, 0, 9, 7).map((x, i) => kernel.fSf(x, i + 1, 40 - i))),
    hypergeomMidP: hash(Array.from({ length: 40 }, (_, k) => kernel.hypergeomMidP(k, 60, 40, 500))),
  };
  for (const [name, [from, to]] of Object.entries(ranges) as [OneArgument, [number, number]][])
    results[name] = hash(
      [...points(200, from, to, 8), NaN, Infinity, -Infinity, 0, 1].map((x) => kernel[name](x)),
    );
  return { ...results, ...bitsOfNulls(kernel) };
}

function bitsOfNulls(kernel: Kernel): Record<string, string> {
  const [a, c] = [seededCounts(30, 200, 21), seededCounts(30, 60, 22)];
  const m = c.reduce((sum, count) => sum + count, 0);
  const widths = Float64Array.from(points(29, 0, 2, 23));
  const grid = Float64Array.from({ length: 63 }, (_, i) => (i + 1) / 64);
  const covariance = Float64Array.from({ length: 63 * 63 }, (_, at) => {
    const [u, v] = [grid[Math.floor(at / 63)], grid[at % 63]];
    return Math.min(u, v) - u * v;
  });
  const eigenvalues = kernel.symmetricEigenvalues(covariance, 63);
  const nulls = (sampler: NullRequest["sampler"]): string =>
    hash(
      simulatedStatistics.map((statistic) =>
        kernel.simulateNull({ sampler, statistic, a, c, widths, m, draws: 100, seed: 0xdecade }),
      ),
    );
  return {
    symmetricEigenvalues: hash([eigenvalues]),
    quadraticFormSf: hash(points(60, 0, 300, 24).map((x) => kernel.quadraticFormSf(x, eigenvalues))),
    bridgeMaxima: hash([kernel.bridgeMaxima(grid, 300, 25)]),
    simulateNullDirichlet: nulls("dirichlet"),
    simulateNullHypergeometric: nulls("hypergeometric"),
    thin: hash([
      kernel.thin(a, 500, 26),
      kernel.thin(
        a.map((count) => count * 1000),
        500_000,
        27,
      ),
    ]),
  };
}
