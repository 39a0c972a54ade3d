import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { adwinMean, createAdwin, updateAdwin } from "#core/methods/sequential/adwin.ts";
import { createCusum, cusumLimit, cusumRunLength, updateCusum } from "#core/methods/sequential/cusum.ts";
import { createEwma, ewmaLimit, ewmaRunLength, updateEwma } from "#core/methods/sequential/ewma.ts";
import { equalSizesP, riverKswin } from "#core/methods/sequential/kswin.ts";
import { createPageHinkley, riverPageHinkley } from "#core/methods/sequential/page-hinkley.ts";
import { riverEddm } from "#core/methods/sequential/eddm.ts";
import {
  type StreamDetectorName,
  streamDetectors,
  type StreamState,
  updateStream,
} from "#core/methods/sequential/stream-detectors.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { kernels } from "./comparison.ts";

const names = Object.keys(streamDetectors) as StreamDetectorName[];
const isOnErrors = (name: StreamDetectorName): boolean => streamDetectors[name].input === "errors";

/** Options under which each alarms within a few hundred values, so that there is something to compare. */
const nervous: Record<StreamDetectorName, object> = {
  ...{ adwin: { delta: 0.1, clock: 4 }, kswin: { ...riverKswin, window: 60, newest: 20 } },
  ...{ "page-hinkley": { limit: 5, minRows: 10 }, cusum: { limit: 4 }, ewma: { limit: 2.5 } },
  ...{ ddm: {}, eddm: { ...riverEddm, warmUp: 5 }, "hddm-a": {}, "hddm-w": { weight: 0.1 } },
};

function make(kernel: Kernel, name: StreamDetectorName, options: object = nervous[name]): StreamState {
  return streamDetectors[name].create(kernel, options);
}

/** Steps up and down, of the kind that the detector takes. */
function stream(kernel: Kernel, name: StreamDetectorName, rows: number, seed: number): number[] {
  const source = randomSource(kernel, seed);
  return Array.from({ length: rows }, (_, row) => {
    const shifted = Math.floor(row / 150) % 2 === 1;
    if (isOnErrors(name)) return Number(source.uniform() < (shifted ? 0.7 : 0.1));
    return source.normal() + (shifted ? 2 : 0);
  });
}

const answers = (kernel: Kernel, state: StreamState, values: readonly number[]): object[] =>
  values.map((value) => ({ ...updateStream(kernel, state, value) }));

const thawed = (state: StreamState): StreamState => JSON.parse(JSON.stringify(state)) as StreamState;

describe.each(kernels)("stream detectors, by the $name kernel", (kernel) => {
  it.each(names)("%s goes on from its stored state as if nothing had happened", (name) => {
    const values = stream(kernel, name, 900, 7);
    const whole = make(kernel, name);
    const expected = answers(kernel, whole, values);
    expect(expected.filter((each) => "drift" in each && each.drift === true).length).toBeGreaterThan(1);
    // Stopped after every single value.
    let state = make(kernel, name);
    const found = values.flatMap((value) => {
      state = thawed(state);
      return answers(kernel, state, [value]);
    });
    expect(found).toEqual(expected);
    expect(thawed(state)).toEqual(thawed(whole));
    // JSON has lost nothing: no infinities, no NaN, no typed arrays.
    expect(thawed(whole)).toEqual(whole);
  });

  it.each(names)("%s answers nothing to a value that is none, and is not changed by it", (name) => {
    const values = stream(kernel, name, 400, 3);
    const expected = answers(kernel, make(kernel, name), values);
    const state = make(kernel, name);
    const odd = [NaN, Infinity, -Infinity, 1e308, -1e308];
    values.forEach((value, row) => {
      const none = updateStream(kernel, state, odd[row % odd.length]);
      expect(none.statistic).toBeNaN();
      expect([none.drift, none.warning, none.pValue]).toEqual([false, false, null]);
      expect(updateStream(kernel, state, value)).toEqual(expected[row]);
    });
    expect(state.skipped).toBe(values.length);
  });

  it.each(names)("%s never throws and never loses its footing, whatever comes", (name) => {
    const odd = fc.oneof(
      fc.constantFrom(0, -0, 1, NaN, Infinity, -Infinity, 1e308, 1e150, -1e150, 5e-324, 1e-300),
      fc.double(),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(odd, { minLength: 50, maxLength: 200 }), (values) => {
        const state = make(kernel, name);
        for (const value of values) {
          const { pValue } = updateStream(kernel, state, value);
          if (pValue !== null && !(pValue >= 0 && pValue <= 1)) return false;
        }
        // Nothing in the state has become NaN or infinite, which JSON would turn into null.
        expect(thawed(state)).toEqual(JSON.parse(JSON.stringify(state)));
        return !/NaN|Infinity/.test(stringsOf(state));
      }),
      { numRuns: 60 },
    );
  });

  it.each(names)("%s says nothing about a constant stream", (name) => {
    for (const constant of [0, 1]) {
      const state = make(kernel, name, isOnErrors(name) ? {} : { mean: constant, sd: 1 });
      for (let row = 0; row < 1500; row++) expect(updateStream(kernel, state, constant).drift).toBe(false);
    }
  });

  it.each(["page-hinkley", "cusum", "ewma"] as const)("%s measures in the reference's unit", (name) => {
    const values = stream(kernel, name, 600, 11);
    const expected = answers(kernel, make(kernel, name), values);
    const scaled = make(kernel, name, { ...nervous[name], mean: 0, sd: 1024 });
    expect(
      answers(
        kernel,
        scaled,
        values.map((value) => value * 1024),
      ),
    ).toEqual(expected);
    // Both directions count alike.
    expect(
      answers(
        kernel,
        make(kernel, name),
        values.map((value) => -value),
      ),
    ).toEqual(expected);
    // A reference without a scale has no answer.
    for (const sd of [0, NaN, Infinity, -1]) {
      const none = make(kernel, name, { ...nervous[name], mean: 0, sd });
      for (const value of values.slice(0, 50))
        expect(updateStream(kernel, none, value)).toMatchObject({ statistic: NaN, drift: false });
    }
  });

  it("refuse options that make no sense", () => {
    const wrong: [StreamDetectorName, object][] = [
      ...[{ delta: 0 }, { delta: 1 }, { clock: 0 }].map((o): [StreamDetectorName, object] => ["adwin", o]),
      ...[{ alpha: 0 }, { window: 30, newest: 20 }].map((o): [StreamDetectorName, object] => ["kswin", o]),
      ...[{ k: 0 }, { limit: -1 }, { averageRunLength: 1 }].map((o): [StreamDetectorName, object] => [
        "cusum",
        o,
      ]),
      ...[{ weight: 0 }, { weight: 2 }].map((o): [StreamDetectorName, object] => ["ewma", o]),
      ...[{ limit: 0 }, { delta: -1 }].map((o): [StreamDetectorName, object] => ["page-hinkley", o]),
      ["ddm", { driftAt: 1 }],
      ["eddm", { driftBelow: 0.99 }],
      ["hddm-a", { driftConfidence: 0.01 }],
      ["hddm-w", { weight: 0 }],
    ];
    for (const [name, options] of wrong) expect(() => make(kernel, name, options)).toThrow(RangeError);
  });

  it("ADWIN's window is the latest values, exactly", () => {
    const values = stream(kernel, "adwin", 2000, 5).map((value) => Math.round(value * 64) / 64 + 0);
    const state = createAdwin(kernel);
    values.forEach((value, row) => {
      updateAdwin(kernel, state, value);
      if (row % 97 !== 0) return;
      const window = values.slice(row + 1 - state.width, row + 1);
      const total = window.reduce((sum, each) => sum + each, 0);
      const squares = window.reduce((sum, each) => sum + (each - total / window.length) ** 2, 0);
      expect(state.total).toBe(total);
      expect(state.squares).toBeCloseTo(squares, 8);
      expect(adwinMean(state)).toBe(total / window.length);
      // The buckets tile it, oldest in the last row.
      let from = 0;
      for (let level = state.buckets.length - 1; level >= 0; level--)
        for (const bucket of state.buckets[level].totals) {
          const part = window.slice(from, (from += 2 ** level));
          expect(bucket).toBe(part.reduce((sum, each) => sum + each, 0));
        }
      expect(from).toBe(state.width);
      for (const { totals } of state.buckets) expect(totals.length).toBeLessThanOrEqual(5);
    });
    expect(state.width).toBeLessThan(values.length);
  });

  it("CUSUM and EWMA run as long as their integral equations say", () => {
    // Page's and Crowder's equations, solved in NumPy by Gauss–Legendre quadrature with 80 and 161 nodes: no chain.
    const cusum = [
      { k: 0.5, limit: 4, shift: 0, expected: 167.68378881361983 },
      { k: 0.5, limit: 4, shift: 1, expected: 8.38313187049515 },
      { k: 0.5, limit: 5, shift: 0, expected: 465.4435060321104 },
      { k: 0.5, limit: 5, shift: 0.5, expected: 37.99614318936618 },
      { k: 0.25, limit: 16, shift: 0, expected: 21295.046741342954 },
      { k: 0.25, limit: 8, shift: 2, expected: 5.214160696601526 },
    ];
    for (const { k, limit, shift, expected } of cusum)
      expect(Math.abs(cusumRunLength(kernel, k, limit, shift) / expected - 1)).toBeLessThan(1e-4);
    const ewma = [
      { weight: 0.4, limit: 3.054, shift: 0, expected: 499.95133864196134 },
      { weight: 0.25, limit: 2.998, shift: 0.5, expected: 48.29387514018466 },
      { weight: 0.1, limit: 2.814, shift: 0, expected: 499.57955008184365 },
      { weight: 0.1, limit: 2.814, shift: 0.5, expected: 31.297435196282404 },
      { weight: 0.05, limit: 2.615, shift: 0.25, expected: 84.00586172626461 },
      { weight: 0.05, limit: 3.8, shift: 0, expected: 18597.34533191245 },
    ];
    for (const { weight, limit, shift, expected } of ewma)
      expect(Math.abs(ewmaRunLength(kernel, weight, limit, shift) / expected - 1)).toBeLessThan(1e-3);
    // Run lengths far beyond what 1 − a probability can hold.
    const rare = cusumRunLength(kernel, 2, 15);
    expect(rare).toBeGreaterThan(1e20);
    expect(rare).toBeLessThan(1e40);
    // Small weights are the hardest for a chain.
    expect(Math.abs(ewmaRunLength(kernel, 0.02, 3.5) / 13070.839913784306 - 1)).toBeLessThan(0.01);
    // An average of the latest value alone: each value is looked at by itself.
    expect(ewmaLimit(kernel, 1, 1 / (2 * kernel.normalSf(3)))).toBeCloseTo(3, 4);
  });

  it("limits give the run lengths they were asked for", () => {
    for (const target of [50, 1000, 20_000, 1e6]) {
      expect(cusumRunLength(kernel, 0.25, cusumLimit(kernel, 0.25, target)) / target).toBeCloseTo(1, 3);
      expect(ewmaRunLength(kernel, 0.05, ewmaLimit(kernel, 0.05, target)) / target).toBeCloseTo(1, 3);
    }
    // Where no limit runs so briefly, the smallest.
    expect(cusumLimit(kernel, 3, 10)).toBeLessThan(0.02);
  });

  it("CUSUM and EWMA run as long in simulated streams", () => {
    const runs = 1500;
    const charts = {
      cusum: [createCusum(kernel, { averageRunLength: 100 }), updateCusum],
      ewma: [createEwma(kernel, { averageRunLength: 100 }), updateEwma],
    } as const;
    const source = randomSource(kernel, 19);
    const count = (update: () => boolean): number => {
      let rows = 0;
      for (let alarms = 0; alarms < runs; rows++) if (update()) alarms++;
      return rows / runs;
    };
    const [cusum, updateOne] = charts.cusum;
    const [ewma, updateOther] = charts.ewma;
    // Four standard errors of a mean of nearly exponential run lengths.
    const slack = (4 * 100) / Math.sqrt(runs);
    const cusumRan = count(() => updateOne(kernel, cusum, source.normal()).drift);
    const ewmaRan = count(() => updateOther(kernel, ewma, source.normal()).drift);
    expect(Math.abs(cusumRan - 100)).toBeLessThan(slack);
    expect(Math.abs(ewmaRan - 100)).toBeLessThan(slack);
  });

  it("KSWIN's p-value counts lattice paths", () => {
    for (const r of [1, 2, 3, 7, 10])
      for (let k = 0; k <= r + 1; k++) {
        const [inside, all] = [pathsWithin(r, k), pathsWithin(r, r + 1)];
        expect(equalSizesP(r, k)).toBeCloseTo(1 - Number(inside) / Number(all), 12);
      }
    // SciPy's ks_2samp, exact, for two samples of 30.
    for (const [k, p] of [
      [10, 0.07088798787114438],
      [15, 0.0008995776840176799],
      [21, 2.5000118318420276e-7],
    ])
      expect(equalSizesP(30, k) / p).toBeCloseTo(1, 12);
  });

  it("KSWIN draws the same for the same seed only", () => {
    const values = stream(kernel, "kswin", 300, 23);
    const pValues = (seed: number): unknown[] => {
      const state = make(kernel, "kswin", { ...nervous.kswin, seed });
      return values.map((value) => updateStream(kernel, state, value).pValue);
    };
    expect(pValues(1)).toEqual(pValues(1));
    expect(pValues(1)).not.toEqual(pValues(2));
    // Nor does a window that comes again, later, get the same draws again.
    const quiet = stream(kernel, "kswin", 100, 31);
    const calm = { ...nervous.kswin, alpha: 1e-9 };
    const [early, late] = [make(kernel, "kswin", calm), make(kernel, "kswin", calm)];
    for (const value of quiet) updateStream(kernel, late, value);
    const seen = [early, late].map((state) =>
      quiet.map((value) => updateStream(kernel, state, value).pValue),
    );
    expect(early.detector === "kswin" && late.detector === "kswin" && early.values).toEqual(
      late.detector === "kswin" && late.values,
    );
    expect(seen[0].slice(-40)).not.toEqual(seen[1].slice(-40));
  });

  it("Page–Hinkley in the stream's own unit depends on it, which is why ours does not", () => {
    const source = randomSource(kernel, 29);
    const [ten, standard] = [
      createPageHinkley(kernel, { ...riverPageHinkley, sides: "both" }),
      createPageHinkley(kernel, { sd: 10 }),
    ];
    const alarms = [0, 0];
    for (let row = 0; row < 5000; row++) {
      const value = 10 * source.normal();
      [ten, standard].forEach((state, i) => (alarms[i] += Number(updateStream(kernel, state, value).drift)));
    }
    // METHODS §6 counts 148 in its stream.
    expect(alarms[0]).toBeGreaterThan(120);
    expect(alarms[0]).toBeLessThan(180);
    expect(alarms[1]).toBeLessThan(3);
  });
});

/** Numbers in a state, as text: JSON would hide what it cannot hold. */
function stringsOf(state: unknown): string {
  if (typeof state === "number") return `${state} `;
  if (typeof state !== "object" || state === null) return "";
  return Object.values(state).map(stringsOf).join("");
}

/** Ways to walk r steps right and r steps up with |right − up| < k all along. */
function pathsWithin(r: number, k: number): bigint {
  const ways = new Map<string, bigint>();
  for (let i = 0; i <= r; i++)
    for (let j = 0; j <= r; j++) {
      const sum = (ways.get(`${i - 1},${j}`) ?? 0n) + (ways.get(`${i},${j - 1}`) ?? 0n);
      ways.set(`${i},${j}`, Math.abs(i - j) >= k ? 0n : i + j === 0 ? 1n : sum);
    }
  return ways.get(`${r},${r}`) ?? 0n;
}
