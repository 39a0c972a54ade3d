/**
 * Are the p-values what they say? Windows without drift against many references, through the whole of reference and
 * evaluation; rejections at a level must be as frequent as the level, within half and one and a half times (METHODS §1),
 * as far as this many windows can tell: the 99.9 % Clopper–Pearson interval has to meet that band.
 */
import { describe, expect, test } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import type { Method } from "#core/domain/policy.ts";
import {
  categorical,
  checkOf,
  columnsOf,
  Draws,
  feature,
  kernel,
  numeric,
  referenceOf,
} from "./synthetic.ts";

interface Source {
  type: "numeric" | "categorical" | "boolean";
  draw: (draws: Draws, rows: number) => Column;
  /** Few possible values: an exact test may lie lower. */
  discrete?: boolean;
}

const each = (draws: Draws, rows: number, one: (draws: Draws) => number): Column =>
  numeric(Float64Array.from({ length: rows }, () => one(draws)));
const inflated = (zeros: number): Source => ({
  type: "numeric",
  draw: (draws, rows) => each(draws, rows, (d) => (d.uniform() < zeros ? 0 : -Math.log(d.uniform()))),
});
const categories = (count: number): Source => ({
  type: "categorical",
  draw: (draws, rows) =>
    categorical(Array.from({ length: rows }, () => `c${Math.floor(draws.uniform() ** 1.5 * count)}`)),
  discrete: true,
});
const flags = (share: number): Source => ({
  type: "boolean",
  draw: (draws, rows) =>
    categorical(Array.from({ length: rows }, () => (draws.uniform() < share ? "true" : "false"))),
  discrete: true,
});

const sources: Record<string, Source> = {
  continuous: { type: "numeric", draw: (draws, rows) => each(draws, rows, (d) => d.uniform()) },
  "half zeros": inflated(0.5),
  "nine in ten zeros": inflated(0.9),
  integers: {
    type: "numeric",
    draw: (draws, rows) => each(draws, rows, (d) => Math.floor(300 * d.uniform() ** 2)),
  },
  "5 categories": categories(5),
  "50 categories": categories(50),
  "rare flag": flags(0.01),
};

/** [source, method, n, m, windows]; simulated nulls cost more and get fewer windows. */
const rows: [string, Method | "default", number, number, number][] = [
  ["continuous", "default", 500, 50, 3000],
  ["continuous", "default", 5000, 50, 3000],
  ["continuous", "default", 5000, 200, 3000],
  ["continuous", "default", 5000, 500, 3000],
  ["continuous", "ks", 5000, 200, 3000],
  ["half zeros", "default", 5000, 200, 3000],
  ["half zeros", "ks", 5000, 200, 3000],
  ["nine in ten zeros", "default", 5000, 50, 1500],
  ["nine in ten zeros", "default", 5000, 500, 3000],
  ["integers", "default", 5000, 200, 3000],
  ["5 categories", "default", 5000, 50, 1500],
  ["5 categories", "default", 5000, 500, 3000],
  ["50 categories", "default", 5000, 50, 600],
  ["50 categories", "default", 5000, 500, 600],
  ["rare flag", "default", 5000, 50, 3000],
  ["rare flag", "default", 5000, 500, 3000],
  ["continuous", "psi", 5000, 200, 900],
  ["continuous", "js", 5000, 200, 900],
  ["continuous", "wasserstein", 5000, 200, 300],
  ["continuous", "default", 1000, 1000, 3000],
  ["5 categories", "default", 1000, 1000, 3000],
];
const references = 30;

/** The ends of the exact 99.9 % interval of a rate. */
function clopperPearson(count: number, trials: number): { low: number; high: number } {
  const solve = (above: (rate: number) => boolean): number => {
    let [low, high] = [0, 1];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (above(middle)) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  return {
    low: count === 0 ? 0 : solve((rate) => kernel.betaI(count, trials - count + 1, rate) > 0.0005),
    high: count === trials ? 1 : solve((rate) => kernel.betaI(count + 1, trials - count, rate) > 0.9995),
  };
}

describe("without drift a test rejects as often as its level says", () => {
  test.each(rows)("%s by %s, n = %d, m = %d", { timeout: 120_000 }, async (name, method, n, m, windows) => {
    const { type, draw, discrete } = sources[name];
    const draws = new Draws(n + m);
    const policy = method !== "default" ? { features: { x: { method } } } : {};
    const pValues: number[] = [];
    for (let each = 0; each < references; each++) {
      const reference = await referenceOf([feature("x", type)], columnsOf({ x: draw(draws, n) }));
      for (let window = 0; window < windows / references; window++) {
        const id = each * 1000 + window;
        const { features } = checkOf(reference, columnsOf({ x: draw(draws, m) }), { policy, window: id });
        pValues.push(features[0].tests[0].pSampling);
      }
    }
    for (const level of [0.05, 0.01, 0.001]) {
      const { low, high } = clopperPearson(pValues.filter((p) => p <= level).length, pValues.length);
      expect(low, `too often at ${level}`).toBeLessThanOrEqual(1.5 * level);
      if (!discrete) expect(high, `too rarely at ${level}`).toBeGreaterThanOrEqual(0.5 * level);
    }
  });
});
