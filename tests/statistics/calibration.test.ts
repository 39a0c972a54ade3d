/**
 * Are the p-values what they say? `npm run calibrate` answers with tens of thousands of windows a row and writes
 * docs/calibration.md; this is the part of it that fits into a minute, by the same code: without drift, what decides by
 * default rejects as often as its level says, as far as this many windows can tell (METHODS §1). And the measurement itself
 * is held to what is known exactly.
 */
import { describe, expect, test } from "vitest";
import { createFolder, featureCounts } from "#core/domain/window.ts";
import { binomial, multinomial, startStream } from "../../bench/calibration/chance.ts";
import { sources } from "../../bench/calibration/data.ts";
import { runDependent } from "../../bench/calibration/dependent.ts";
import { clopperPearson, rateOf } from "../../bench/calibration/interval.ts";
import { runPeers } from "../../bench/calibration/peers.ts";
import { kernel, referenceFrom } from "../../bench/calibration/product.ts";
import { isFailing } from "../../bench/calibration/report.ts";
import { type Row, rowsOf, type Tally } from "../../bench/calibration/tally.ts";
import type { Effort } from "../../bench/calibration/tasks.ts";
import { runTests, type TestPart } from "../../bench/calibration/tests.ts";

const effort: Effort = {
  release: "test",
  references: 40,
  windows: 100,
  costlyWindows: 25,
  costliestWindows: 25,
  full: false,
};
const rowsFrom = (tallies: Tally[]): Row[] => tallies.flatMap((tally) => rowsOf(kernel, tally));
const outside = (rows: Row[]): string[] =>
  rows
    .filter(isFailing)
    .map(
      ({ method, m, alpha, rate, low, high }) => `${method} m=${m} at ${alpha}: ${rate} [${low}, ${high}]`,
    );

describe("without drift, what decides by default rejects as often as its level says", () => {
  test.each<[string, number, number[]]>([
    ["normal", 500, [50, 500]],
    ["normal", 5000, [50, 200, 1000]],
    ["zeros 50 %", 5000, [50, 500]],
    ["zeros 90 %", 500, [50, 500]],
    ["zeros 90 %", 5000, [50, 500]],
    ["integers", 500, [200]],
    ["integers", 5000, [50, 500]],
    ["2 categories, one rare", 5000, [50, 500]],
    ["5 categories", 500, [200]],
    ["5 categories", 5000, [50, 500]],
    ["50 categories", 500, [50]],
    ["50 categories", 5000, [500]],
  ])("%s, n = %d, m in %j", { timeout: 120_000 }, async (data, n, only) => {
    const many = data === "50 categories";
    const part: TestPart = { data, n, only, from: 0, to: many ? 10 : effort.references };
    const rows = rowsFrom(await runTests(part, effort));
    expect(rows.length).toBeGreaterThanOrEqual(4 * only.length);
    expect(outside(rows)).toEqual([]);
  });

  test.each([0, 0.6])("days that differ, ρ = %d", { timeout: 120_000 }, async (rho) => {
    const part = { law: `day effect, ρ = ${rho}, 28 days`, data: "normal", m: 200, from: 0, to: 20 };
    const rows = rowsFrom(await runDependent(part, effort));
    expect(outside(rows.filter(({ method }) => method === "ad"))).toEqual([]);
    // What it is for: rows of one day resemble each other, and the sampling null does not know.
    if (rho === 0) {
      const alone = rows.find(({ method, alpha }) => method === "ad, sampling null alone" && alpha === 0.001);
      expect(alone?.low).toBeGreaterThan(0.01);
    }
  });
});

test("other monitors alarm as often as is known", { timeout: 120_000 }, async () => {
  const part = { data: "normal", n: 5000, m: 50, dependent: false, from: 0, to: 20 };
  const rows = rowsFrom(await runPeers(part, effort));
  const rate = (method: string): number => rows.find((row) => row.method === method)?.rate ?? NaN;
  expect(rate("Wasserstein/std ≥ 0.1")).toBeCloseTo(0.95, 1);
  expect(rate("PSI ≥ 0.1")).toBeCloseTo(0.97, 1);
  expect(rate("warning or drift")).toBeLessThan(0.08);
});

describe("the measurement", () => {
  test("has the exact interval of Clopper and Pearson", () => {
    // 1 − 0.0005^(1/10); SciPy: beta.ppf(0.0005, 5, 6) and beta.ppf(0.9995, 6, 5).
    expect(clopperPearson(kernel, 0, 10).high).toBeCloseTo(1 - 0.0005 ** 0.1, 12);
    expect(clopperPearson(kernel, 10, 10).low).toBeCloseTo(0.0005 ** 0.1, 12);
    const { low, high } = clopperPearson(kernel, 5, 10);
    expect(kernel.betaI(5, 6, low)).toBeCloseTo(0.0005, 12);
    expect(kernel.betaI(6, 5, high)).toBeCloseTo(0.9995, 12);
  });

  test("widens it for windows that share a reference", () => {
    const windows = new Array<number>(100).fill(100);
    const alike = rateOf(kernel, { windows, hits: windows.map((_, i) => (i % 2 === 0 ? 5 : 6)) });
    expect(alike.designEffect).toBe(1);
    expect([alike.p95, alike.p99]).toEqual([alike.rate, alike.rate]);
    const apart = rateOf(kernel, { windows, hits: windows.map((_, i) => (i % 2 === 0 ? 0 : 11)) });
    expect(apart.rate).toBe(alike.rate);
    expect(apart.designEffect).toBeGreaterThan(3);
    expect(apart.low).toBeLessThan(alike.low);
    expect(apart.high).toBeGreaterThan(alike.high);
    expect(apart.p99).toBeGreaterThan(apart.p95);
    expect(apart.p95).toBeGreaterThan(apart.rate);
  });

  test("draws every row of a window into some cell", () => {
    startStream("every row");
    for (const shares of [[1], [0, 1, 0], [0.5, 0.5], [1e-300, 1], [0.2, 0, 0.8, 0]])
      for (const rows of [0, 1, 50, 10_000]) {
        const counts = multinomial(Float64Array.from(shares), rows);
        expect(counts.reduce((sum, number) => sum + number, 0)).toBe(rows);
        expect(counts.filter((number, cell) => shares[cell] === 0 && number > 0)).toHaveLength(0);
      }
    expect(binomial(100, 0)).toBe(0);
  });

  test.each(sources.map((source) => [source.name, source] as const))(
    "knows how likely each cell is: %s",
    async (name, source) => {
      startStream("shares of", name);
      const columns = { rows: 2000, timesMs: null, columns: new Map([["x", source.draw(2000)]]) };
      const reference = await referenceFrom([{ name: "x", type: source.type, role: "feature" }], columns, 1);
      const { cells } = reference.features[0];
      const shares = source.shares(kernel, cells);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      // Other rows in the reference's cells agree with the shares: chi-square over cells with enough of them.
      const others = { rows: 100_000, timesMs: null, columns: new Map([["x", source.draw(100_000)]]) };
      const folder = createFolder(kernel, reference);
      const { cells: counted, unseen } = featureCounts(folder.fold(others), folder.layout, 0);
      const counts = [...counted, unseen];
      const total = counts.reduce((sum, number) => sum + number, 0);
      let [statistic, kept] = [0, -1];
      counts.forEach((number, cell) => {
        const expected = shares[cell] * total;
        if (expected < 5) return;
        kept++;
        statistic += (number - expected) ** 2 / expected;
      });
      if (kept > 0) expect(kernel.chi2Sf(statistic, kept)).toBeGreaterThan(1e-4);
    },
  );
});
