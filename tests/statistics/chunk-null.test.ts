/** Which of the reference's chunks a window is compared with, and what the comparison is worth. */
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import { chunkNull, chunksLike, chunkTest } from "#core/nulls/chunk-null.ts";
import { Draws, kernel } from "./synthetic.ts";

const monday = Date.UTC(2026, 0, 5);
const everyHour = (days: number): number[] =>
  Array.from({ length: 24 * days }, (_, hour) => monday + hour * HOUR_MS);

describe("windows of a day or longer", () => {
  it("are compared with every chunk", () => {
    const starts = Array.from({ length: 28 }, (_, day) => monday + day * DAY_MS);
    const chunks = { periodMs: DAY_MS, starts, rows: starts.map(() => 10) };
    expect(chunksLike(chunks, monday + 40 * DAY_MS)).toHaveLength(28);
  });
});

describe("windows of an hour", () => {
  const chunksOf = (days: number) => {
    const starts = everyHour(days);
    return { periodMs: HOUR_MS, starts, rows: starts.map(() => 100) };
  };
  it("are compared with the same hour of any day while weeks are few", () => {
    const chunks = chunksOf(28);
    const alike = chunksLike(chunks, monday + 100 * DAY_MS + 5 * HOUR_MS);
    expect(alike).toHaveLength(28);
    expect(alike.every((k) => new Date(chunks.starts[k]).getUTCHours() === 5)).toBe(true);
  });
  it("are compared with the same hour of the same weekday where there are fourteen", () => {
    const chunks = chunksOf(14 * 7);
    const alike = chunksLike(chunks, monday + 140 * DAY_MS + 5 * HOUR_MS);
    expect(alike).toHaveLength(14);
    expect(alike.every((k) => new Date(chunks.starts[k]).getUTCDay() === 1)).toBe(true);
  });
  it("find a busy noon ordinary at noon and not at night", () => {
    const draws = new Draws(3);
    const chunks = chunksOf(28);
    const noon = (k: number): boolean => Math.abs((k % 24) - 12) < 4;
    // Two cells; at noon the second holds more.
    const counts = chunks.starts.map((_, k) => {
      const share = (noon(k) ? 0.6 : 0.3) + 0.02 * draws.normal();
      return Float64Array.of(100 - Math.round(100 * share), Math.round(100 * share));
    });
    const total = counts.reduce((sum, one) => sum.map((value, i) => value + one[i]), new Float64Array(2));
    const measure = (rest: Float64Array, chunk: Float64Array): number => kernel.chi2(rest, chunk).statistic;
    const stored = chunkNull("chi2", total, counts, measure);
    const value = measure(total, Float64Array.of(40, 60));
    const at = (hour: number): number =>
      chunkTest(
        kernel,
        stored,
        { chunks, windowStartMs: monday + 60 * DAY_MS + hour * HOUR_MS, n: 67_200, m: 100 },
        value,
      )?.pValue ?? NaN;
    expect(at(12)).toBeGreaterThan(0.05);
    expect(at(2)).toBeLessThan(0.01);
  });
});

describe("the comparison", () => {
  const starts = Array.from({ length: 28 }, (_, day) => monday + day * DAY_MS);
  const chunks = { periodMs: DAY_MS, starts, rows: starts.map(() => 100) };
  const context = { chunks, windowStartMs: monday + 50 * DAY_MS, n: 2800, m: 100 };
  const stored = (statistics: number[]) => ({
    method: "chi2" as const,
    statistics,
    scales: starts.map(() => 1),
  });

  it("asks for a longer reference where chunks resemble their neighbours", () => {
    const slow = stored(starts.map((_, k) => Math.exp(Math.sin(k / 4))));
    expect(chunkTest(kernel, slow, context, 1)).toMatchObject({ autocorrelated: true });
    const draws = new Draws(4);
    const quick = stored(starts.map(() => Math.exp(draws.normal())));
    expect(chunkTest(kernel, quick, context, 1)).toMatchObject({ autocorrelated: false });
  });

  it("is more careful where neighbours resemble each other", () => {
    const draws = new Draws(8);
    const values = starts.map(() => Math.exp(draws.normal()));
    const shuffled = stored(values);
    const inOrder = stored([...values].sort((a, b) => a - b));
    const p = (of: typeof shuffled): number => chunkTest(kernel, of, context, 20)?.pValue ?? NaN;
    expect(p(inOrder)).toBeGreaterThan(2 * p(shuffled));
  });

  it("takes a window as far as chunks that are all equally far for ordinary", () => {
    const alike = stored(starts.map(() => 3));
    expect(chunkTest(kernel, alike, context, 2.9)?.pValue).toBeGreaterThan(0.5);
    expect(chunkTest(kernel, alike, context, 5)?.pValue).toBeLessThan(1e-6);
  });

  it("has nothing to say where chunks are all as the rest", () => {
    expect(chunkTest(kernel, stored(starts.map(() => 0)), context, 5)).toBeNull();
  });

  it("takes a chunk that is infinitely far for the farthest of the others", () => {
    const counts = [Float64Array.of(5, 5), Float64Array.of(6, 4), Float64Array.of(5, 5)];
    let calls = 0;
    const { statistics } = chunkNull(
      "kl",
      Float64Array.of(16, 14),
      counts,
      () => [0.5, Infinity, 0.25][calls++],
    );
    expect(statistics).toEqual([0.5, 0.5, 0.25]);
  });
});
