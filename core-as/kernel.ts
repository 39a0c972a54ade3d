/**
 * The Wasm kernel behind the `Kernel` interface, and the only TypeScript that touches its memory. Arrays are laid into
 * an arena that begins at the module's first free byte and is used anew by every call: nothing is kept, nothing leaks.
 */
import {
  type Divergences,
  type Kernel,
  type Moments,
  type NumericCounts,
  simulatedStatistics,
  type SketchCounts,
  type Smoothing,
} from "./kernel-api.ts";
import {
  checkedNull,
  oneCountAKey,
  oneFlagACell,
  oneWidthAnEdge,
  sameLength,
  sketchPrecision,
  square,
} from "./kernel-guards.ts";

type Numbers = (...values: number[]) => number;

const pageBytes = 65536;
/** Below this many values the engine's own sort is as fast, and its result the same. */
const radixFrom = 256;
/** See assembly/samples/radix-sort.ts. */
const radixCounterBytes = 6 * 2048 * 4;
/** See assembly/counting/edge-cells.ts. */
const gridCellBytes = 44;
/** Both signs of all exponents of finite doubles. */
const sketchOctaves = 4094;

export function createKernel(module: WebAssembly.Module): Kernel {
  const { exports } = new WebAssembly.Instance(module, {});
  const memory = exports.memory as WebAssembly.Memory;
  const call = (name: string): Numbers => exports[name] as Numbers;
  const base = (call("heapBase")() + 63) & ~63;
  let top = base;
  /** The whole memory as numbers; renewed when it grows, since growing detaches it. */
  let numbers = new Float64Array(memory.buffer);

  /** Reserves bytes, 64-aligned, with an odd number of cache lines between arrays so that they do not alias. */
  function reserve(bytes: number): number {
    const at = top;
    top = at + Math.ceil(bytes / 64) * 64 + 64;
    if (top > memory.buffer.byteLength) {
      memory.grow(Math.ceil((top - memory.buffer.byteLength) / pageBytes) + 16);
      numbers = new Float64Array(memory.buffer);
    }
    return at;
  }
  function put(values: Float64Array): number {
    const at = reserve(values.length * 8);
    numbers.set(values, at / 8);
    return at;
  }
  /** Room for results, zeroed. */
  function room(length: number): number {
    const at = reserve(length * 8);
    numbers.fill(0, at / 8, at / 8 + length);
    return at;
  }
  const take = (at: number, length: number): Float64Array => numbers.slice(at / 8, at / 8 + length);
  /** Runs one call with an arena of its own. */
  function within<T>(work: () => T): T {
    top = base;
    return work();
  }
  /** Counts over a grid when there are enough values to pay for laying it, else by search: the same counts. */
  function count(
    search: string,
    gridded: string,
    values: Float64Array,
    edges: Float64Array,
    out: number,
  ): void {
    const input = [put(values), values.length, put(edges), edges.length];
    const grid = values.length >= 4 * edges.length ? call("edgeCells")(input[2], edges.length) : 0;
    if (grid === 0 || values.length < 2 * grid) call(search)(...input, out);
    else call(gridded)(...input, grid, reserve(grid * gridCellBytes), out);
  }
  const scalar =
    (name: string): Numbers =>
    (...values) =>
      canonical(call(name)(...values));
  const onCells = (a: Float64Array, c: Float64Array): [number, number, number] => {
    sameLength(a, c);
    return [put(a), put(c), a.length];
  };

  return {
    name: "wasm",
    countEdges: (values, edges) =>
      within(() => {
        const cells = edges.length + 1;
        const out = room(cells + 3);
        count("countEdges", "countByEdgeCells", values, edges, out);
        const result = take(out, cells + 3);
        return counted(result.slice(0, cells), [...result.subarray(cells), 0]);
      }),
    countValues: (values, distinct) =>
      within(() => {
        const cells = distinct.length;
        const out = room(cells + 4);
        count("countDistinct", "countDistinctByEdgeCells", values, distinct, out);
        const result = take(out, cells + 4);
        return counted(result.slice(0, cells), [...result.subarray(cells)]);
      }),
    moments: (values) =>
      within(() => {
        const out = room(8);
        call("moments")(put(values), values.length, out);
        return momentsOf(take(out, 8));
      }),
    sortFinite: (values) =>
      within(() => {
        if (values.length < radixFrom) return values.filter(Number.isFinite).sort();
        const [at, work] = [put(values), reserve(values.length * 8)];
        const counters = reserve(radixCounterBytes);
        const sorted = call("sortFinite")(at, values.length, work, counters);
        return take(sorted, new Int32Array(memory.buffer, counters, 1)[0]);
      }),
    sketchUpdate: (values, p) =>
      within(() => {
        sketchPrecision(p);
        const pages = Math.min(values.length, sketchOctaves);
        const most = Math.min(values.length, (pages << p) + 1);
        const input = [put(values), values.length, p, room(2048), reserve((pages << p) * 4)];
        const [apart, keys, counts] = [room(4), reserve(most * 8), reserve(most * 8)];
        const found = call("sketchUpdate")(...input, apart, keys, counts);
        const [, missing, posInf, negInf] = take(apart, 4);
        return { keys: take(keys, found), counts: take(counts, found), missing, negInf, posInf };
      }),
    sketchMerge: (a, b) =>
      within(() => {
        const listed = [a, b].flatMap((each) => {
          oneCountAKey(each);
          return [put(each.keys), put(each.counts), each.keys.length];
        });
        const most = a.keys.length + b.keys.length;
        const [keys, counts] = [reserve(most * 8), reserve(most * 8)];
        const found = call("sketchMerge")(...listed, keys, counts);
        return sketchSum(a, b, take(keys, found), take(counts, found));
      }),
    ksSamples: (r, c) => within(() => canonical(call("ksSamples")(put(r), r.length, put(c), c.length))),
    wassersteinSamples: (r, c) =>
      within(() => canonical(call("wassersteinSamples")(put(r), r.length, put(c), c.length))),
    ksCells: (a, c, single) =>
      within(() => {
        oneFlagACell(a, single);
        const flags = reserve(single.length);
        new Uint8Array(memory.buffer, flags, single.length).set(single);
        const out = room(2);
        call("ksCells")(...onCells(a, c), flags, out);
        const [low, high] = take(out, 2);
        return { low: canonical(low), high: canonical(high) };
      }),
    adCells: (a, c) => within(() => canonical(call("adCells")(...onCells(a, c)))),
    wassersteinCells: (a, c, widths) =>
      within(() => {
        oneWidthAnEdge(a, widths);
        return canonical(call("wassersteinCells")(...onCells(a, c), put(widths)));
      }),
    quadraticCells: (a, c, weights) =>
      within(() => {
        oneWidthAnEdge(a, weights);
        return canonical(call("quadraticCells")(...onCells(a, c), put(weights)));
      }),
    psi: (a, c, smoothing) =>
      within(() => canonical(call("psi")(...onCells(a, c), smoothingKind(smoothing), smoothing.amount))),
    divergences: (a, c) =>
      within(() => {
        const out = room(6);
        call("divergences")(...onCells(a, c), out);
        return divergencesOf(take(out, 6));
      }),
    chi2: (a, c) =>
      within(() => {
        const out = room(3);
        call("chi2")(...onCells(a, c), out);
        const [statistic, dof, minExpected] = take(out, 3);
        return { statistic: canonical(statistic), dof, minExpected };
      }),
    gCells: (a, c) => within(() => canonical(call("gCells")(...onCells(a, c)))),
    log: scalar("log"),
    exp: scalar("exp"),
    log1p: scalar("log1p"),
    expm1: scalar("expm1"),
    sin: scalar("sin"),
    cos: scalar("cos"),
    lgamma: scalar("lgamma"),
    digamma: scalar("digamma"),
    erfc: scalar("erfc"),
    normalSf: scalar("normalSf"),
    normalPpf: scalar("normalPpf"),
    gammaQ: scalar("gammaQ"),
    gammaP: scalar("gammaP"),
    betaI: scalar("betaI"),
    chi2Sf: scalar("chi2Sf"),
    tSf: scalar("tSf"),
    tIsf: scalar("tIsf"),
    fSf: scalar("fSf"),
    kolmogorovSf: scalar("kolmogorovSf"),
    hypergeomMidP: scalar("hypergeomMidP"),
    symmetricEigenvalues: (matrix, k) =>
      within(() => {
        square(matrix, k);
        const at = put(matrix);
        call("jacobi")(at, k);
        const result = take(at, k * k);
        return Float64Array.from({ length: k }, (_, i) => result[i * k + i])
          .sort()
          .reverse();
      }),
    quadraticFormSf: (x, eigenvalues) =>
      within(() => canonical(call("quadraticFormSf")(x, put(eigenvalues), eigenvalues.length))),
    bridgeMaxima: (grid, draws, seed) =>
      within(() => {
        const out = room(draws);
        call("bridgeMaxima")(put(grid), grid.length, draws, seed, room(grid.length), out);
        return take(out, draws).sort();
      }),
    simulateNull: (request) =>
      within(() => {
        const { a, c, draws } = checkedNull(request);
        const out = room(draws);
        const sampler = request.sampler === "dirichlet" ? 0 : 1;
        const statistic = simulatedStatistics.indexOf(request.statistic);
        const cells = a.length;
        const single = reserve(cells);
        new Uint8Array(memory.buffer, single, cells).fill(0);
        const work = room(2 * cells + 8);
        const { m, seed } = request;
        const widths = put(request.widths ?? new Float64Array(cells));
        call("simulateNull")(
          sampler,
          statistic,
          put(a),
          put(c),
          cells,
          m,
          draws,
          seed,
          single,
          widths,
          work,
          out,
        );
        return take(out, draws).sort();
      }),
    thin: (counts, keep, seed) =>
      within(() => {
        const out = room(counts.length);
        call("thin")(put(counts), counts.length, keep, seed, out);
        return take(out, counts.length);
      }),
  };
}

/** Compiles and instantiates; for engines where compiling at run time is allowed (browsers, Node). */
export async function loadKernel(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Kernel> {
  return createKernel(await WebAssembly.compile(bytes));
}

/** One NaN for all engines: its sign and payload are not specified. */
function canonical(x: number): number {
  return Number.isNaN(x) ? NaN : x;
}

function smoothingKind(smoothing: Smoothing): number {
  if (smoothing.kind === "add") return 0;
  return smoothing.renormalise ? 2 : 1;
}

function counted(cells: Float64Array, [missing, negInf, posInf, unseen]: number[]): NumericCounts {
  return { cells, missing, negInf, posInf, unseen };
}

function sketchSum(a: SketchCounts, b: SketchCounts, keys: Float64Array, counts: Float64Array): SketchCounts {
  const [missing, negInf, posInf] = [a.missing + b.missing, a.negInf + b.negInf, a.posInf + b.posInf];
  return { keys, counts, missing, negInf, posInf };
}

function momentsOf(result: Float64Array): Moments {
  const [count, missing, negInf, posInf, mean, variance, min, max] = [...result].map(canonical);
  return { count, missing, negInf, posInf, mean, variance, min, max };
}

function divergencesOf(result: Float64Array): Divergences {
  const [klReferenceCurrent, klCurrentReference, js, hellinger, tvd, linf] = [...result].map(canonical);
  return { klReferenceCurrent, klCurrentReference, js, hellinger, tvd, linf };
}
