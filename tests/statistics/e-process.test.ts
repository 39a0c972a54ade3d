import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import {
  alternativeLog,
  createUrn,
  eProcess,
  type EProcessState,
  polyaLog,
  updateUrn,
  urnLogE,
} from "#core/methods/sequential/e-process.ts";
import {
  ballLogE,
  ballRadius,
  type BallState,
  createBall,
  eProcessBall,
  nearestShares,
  updateBall,
} from "#core/methods/sequential/e-process-ball.ts";
import {
  createRestart,
  type RestartState,
  startAges,
  updateRestart,
} from "#core/methods/sequential/restart.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { clopperPearson } from "#core/methods/shares/clopper-pearson.ts";
import { kernels } from "./comparison.ts";

const counts = (...values: number[]): Float64Array => Float64Array.from(values);
const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

/** The chance of one sequence, row after row: (balls of its cell + its rows so far)/(all balls + all rows so far), exact. */
function rowByRow(balls: readonly number[], c: readonly number[]): number {
  let [numerator, denominator, rows] = [1n, 1n, 0];
  const all = sumOf(balls);
  c.forEach((count, cell) => {
    for (let k = 0; k < count; k++, rows++) {
      numerator *= BigInt(balls[cell] + k);
      denominator *= BigInt(all + rows);
    }
  });
  return logOf(numerator) - logOf(denominator);
}

/** The natural logarithm of a whole number of any length. */
function logOf(value: bigint): number {
  const digits = Math.max(0, value.toString(2).length - 60);
  return Math.log(Number(value >> BigInt(digits))) + digits * Math.LN2;
}

/** 2 to 6 cells: a reference without empty cells, and counts. */
const cells = fc
  .integer({ min: 2, max: 6 })
  .chain((size) =>
    fc.tuple(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: size, maxLength: size }),
      fc.array(fc.nat(25), { minLength: size, maxLength: size }),
    ),
  );

/** A reference of n values and a stream of the same kind, counted into the reference's own quantile cells. */
function quantileWorld(kernel: Kernel, n: number, size: number, seed: number) {
  const source = randomSource(kernel, seed);
  const reference = Float64Array.from({ length: n }, () => source.uniform()).sort();
  const ranks = Array.from({ length: size - 1 }, (_, i) => Math.ceil(((i + 1) * n) / size));
  const a = counts(...[...ranks, n].map((rank, i) => rank - (i === 0 ? 0 : ranks[i - 1])));
  const edges = ranks.map((rank) => reference[rank - 1]);
  const pane = (rows: number): Float64Array => {
    const c = new Float64Array(size);
    for (let row = 0; row < rows; row++) {
      const value = source.uniform();
      const cell = edges.findIndex((edge) => value <= edge);
      c[cell < 0 ? size - 1 : cell]++;
    }
    return c;
  };
  return { a, pane };
}

/** Counts of `rows` draws with these shares. */
function drawCounts(kernel: Kernel, shares: readonly number[], rows: number, seed: number): Float64Array {
  const source = randomSource(kernel, seed);
  const c = new Float64Array(shares.length);
  for (let row = 0; row < rows; row++) {
    let [left, cell] = [source.uniform(), 0];
    while (cell < shares.length - 1 && (left -= shares[cell]) > 0) cell++;
    c[cell]++;
  }
  return c;
}

const thawed = <State>(state: State): State => JSON.parse(JSON.stringify(state)) as State;

describe.each(kernels)("e-processes, by the $name kernel", (kernel) => {
  it("Pólya's chance is the product of the predictive ones, exactly", () => {
    fc.assert(
      fc.property(cells, ([balls, c]) => {
        const found = polyaLog(kernel, counts(...balls), counts(...c));
        expect(Math.abs(found - rowByRow(balls, c))).toBeLessThan(1e-11 * (1 + Math.abs(found)));
      }),
    );
    // Large references lose digits in differences of logarithms of gamma, but no more than this.
    const [balls, c] = [
      [4_000_000, 1_000_000, 123_457],
      [700, 300, 11],
    ];
    expect(Math.abs(polyaLog(kernel, counts(...balls), counts(...c)) - rowByRow(balls, c))).toBeLessThan(
      1e-7,
    );
  });

  it("E is that of a second computation", () => {
    fc.assert(
      fc.property(cells, ([a, c]) => {
        // N(c) in doubles, row after row, at the four strengths; the urn in whole numbers.
        const [n, size] = [sumOf(a), a.length];
        const shares = a.map((count) => (count + 0.5) / (n + size / 2));
        let numerator = 0;
        for (const strength of [10, 100, 1000, 10_000]) {
          let [chance, rows] = [0, 0];
          c.forEach((count, cell) => {
            for (let k = 0; k < count; k++, rows++)
              chance += Math.log((strength * shares[cell] + k) / (strength + rows));
          });
          numerator += Math.exp(chance) / 4;
        }
        const urn = a.map((count, cell) => count + Number(cell === size - 1));
        const expected = Math.log(numerator) - rowByRow(urn, c);
        const found = urnLogE(kernel, counts(...a), counts(...c));
        expect(Math.abs(found - expected)).toBeLessThan(1e-10 * (1 + Math.abs(expected)));
      }),
    );
  });

  it("the urn's E is a martingale: on average over the next row, E stays what it is", () => {
    fc.assert(
      fc.property(cells, ([a, c]) => {
        const urn = a.map((count, cell) => count + Number(cell === a.length - 1));
        const all = sumOf(urn) + sumOf(c);
        const now = urnLogE(kernel, counts(...a), counts(...c));
        const next = c.map((_, cell) => {
          const one = counts(...c);
          one[cell]++;
          return ((urn[cell] + c[cell]) / all) * Math.exp(urnLogE(kernel, counts(...a), one) - now);
        });
        expect(sumOf(next)).toBeCloseTo(1, 10);
      }),
    );
    expect(urnLogE(kernel, counts(3, 4), counts(0, 0))).toBeCloseTo(0, 12);
  });

  it("does not depend on how rows are cut into panes, nor on their order", () => {
    fc.assert(
      fc.property(cells, fc.nat(20), ([a, c], at) => {
        const first = counts(...c.map((count) => Math.min(count, at)));
        const rest = counts(...c.map((count, cell) => count - first[cell]));
        const whole = eProcess(kernel, counts(...a), [counts(...c)])[0].logE;
        for (const panes of [
          [first, rest],
          [rest, first],
        ])
          expect(eProcess(kernel, counts(...a), panes)[1].logE).toBe(whole);
      }),
    );
  });

  it("alarms at most as often as promised, over references and streams", () => {
    const [runs, alpha] = [400, 0.2];
    let [urn, plugIn] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const { a, pane } = quantileWorld(kernel, 100, 10, run + 1);
      const panes = Array.from({ length: 80 }, () => pane(25));
      if (eProcess(kernel, a, panes, { alpha }).some(({ drift }) => drift)) urn++;
      // The reference's shares taken as exact: what the urn is for.
      const sum = new Float64Array(10);
      let most = 0;
      for (const each of panes) {
        each.forEach((count, cell) => (sum[cell] += count));
        let exact = 0;
        sum.forEach((count, cell) => (exact += count * Math.log(a[cell] / 100)));
        most = Math.max(most, alternativeLog(kernel, a, sum) - exact);
      }
      if (most >= Math.log(1 / alpha)) plugIn++;
    }
    const low = (alarms: number): number =>
      clopperPearson(kernel, { successes: alarms, failures: runs - alarms }, 0.999).low ?? NaN;
    expect(low(urn)).toBeLessThanOrEqual(alpha);
    expect(plugIn / runs).toBeGreaterThan(0.5);
  });

  it("sees a shift, keeps its verdict, and its p-value never rises", () => {
    const a = counts(...Array.from({ length: 10 }, () => 500));
    const shifted = Array.from({ length: 10 }, (_, i) => 0.05 + (0.1 * i) / 9);
    const panes = Array.from({ length: 30 }, (_, i) => drawCounts(kernel, shifted, 50, i + 1));
    for (const results of [eProcess(kernel, a, panes), eProcessBall(kernel, a, panes)]) {
      const first = results.findIndex(({ drift }) => drift);
      expect(first).toBeGreaterThan(0);
      results.forEach(({ drift, pValue, statistic, logE, limit }, i) => {
        expect(drift).toBe(i >= first);
        expect(statistic).toBe(logE);
        expect(limit).toBeCloseTo(Math.log(300), 12);
        if (i > 0) expect(pValue).toBeLessThanOrEqual(results[i - 1].pValue ?? NaN);
      });
      expect(results[results.length - 1].pValue).toBeLessThan(1e-6);
    }
  });

  it("the ball's λ meets its constraint, and no shares in the ball do better", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.nat(40)),
        fc.tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 60 })),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (aCounts, cCounts, radius) => {
          const [a, c] = [counts(...aCounts), counts(...cCounts)];
          const n = sumOf(a);
          const away = (p: ArrayLike<number>): number =>
            sumOf(aCounts.map((count, i) => (count === 0 ? 0 : count * Math.log(count / (n * p[i])))));
          const worth = (p: ArrayLike<number>): number =>
            sumOf(cCounts.map((count, i) => (count === 0 ? 0 : count * Math.log(p[i]))));
          const { lambda, shares } = nearestShares(kernel, a, c, radius);
          expect(sumOf(shares)).toBeCloseTo(1, 12);
          expect(away(shares)).toBeLessThanOrEqual(radius * (1 + 1e-9) + 1e-12);
          if (lambda > 0) expect(away(shares)).toBeCloseTo(radius, 8);
          const best = worth(shares);
          const steps = 60;
          for (let i = 0; i <= steps; i++)
            for (let j = 0; i + j <= steps; j++) {
              const p = [i / steps, j / steps, (steps - i - j) / steps];
              if (away(p) <= radius) expect(worth(p)).toBeLessThanOrEqual(best + 1e-9);
            }
          // E never exceeds what it is worth against the reference's own shares, which are in the ball.
          const own = aCounts.map((count) => count / n);
          const logE = ballLogE(kernel, a, c, radius);
          expect(logE).toBeLessThanOrEqual(alternativeLog(kernel, a, c) - worth(own) + 1e-9);
          expect(logE).toBeCloseTo(alternativeLog(kernel, a, c) - best, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("the ball's radius is half a χ² point, or n·κ where that is more", () => {
    // scipy.stats.chi2.isf(0.01, [1, 9, 19]) / 2
    const points: [number, number][] = [
      [2, 3.3174483005106086],
      [10, 10.832997166730964],
      [20, 18.095434564635024],
    ];
    for (const [size, half] of points) {
      const a = new Float64Array(size).fill(50);
      expect(ballRadius(kernel, a)).toBeCloseTo(half, 9);
      expect(ballRadius(kernel, a, 10)).toBe(size * 500);
    }
    expect(ballRadius(kernel, counts(10))).toBe(0);
  });

  it("the ball alarms at most as often as promised when its references are multinomial", () => {
    const [runs, alpha] = [150, 0.2];
    const shares = [0.4, 0.3, 0.2, 0.07, 0.03];
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const a = drawCounts(kernel, shares, 200, 3 * run + 1);
      const panes = Array.from({ length: 30 }, (_, i) =>
        drawCounts(kernel, shares, 40, 50_000 + run * 30 + i),
      );
      if (eProcessBall(kernel, a, panes, { alpha }).some(({ drift }) => drift)) alarms++;
    }
    const { low } = clopperPearson(kernel, { successes: alarms, failures: runs - alarms }, 0.999);
    expect(low).toBeLessThanOrEqual(alpha + 0.01);
    // A difference within κ is no drift, however long one looks.
    const [a, near] = [counts(500, 500), counts(5300, 4700)];
    expect(eProcessBall(kernel, a, [near])[0].logE).toBeLessThan(
      eProcessBall(kernel, a, [counts(6300, 3700)])[0].logE,
    );
    expect(eProcessBall(kernel, a, [counts(60_000, 40_000)], { least: 0.03 })[0].drift).toBe(false);
    expect(eProcessBall(kernel, a, [counts(60_000, 40_000)], { least: 0 })[0].drift).toBe(true);
  });

  it("restarts add up ball e-processes over the starts", () => {
    const a = counts(40, 30, 30);
    const panes = Array.from({ length: 140 }, (_, i) => drawCounts(kernel, [0.4, 0.3, 0.3], 20, i + 1));
    const state = createRestart(kernel, a, { averageRunLength: 1e6 });
    const radius = ballRadius(kernel, a);
    panes.forEach((pane, at) => {
      const { statistic, since } = updateRestart(kernel, state, pane);
      if (at % 23 !== 0 && at !== panes.length - 1) return;
      let sum = 0;
      for (const age of startAges.filter((each) => each <= at + 1)) {
        const c = new Float64Array(3);
        for (const each of panes.slice(at + 1 - age, at + 1)) each.forEach((count, i) => (c[i] += count));
        sum += Math.exp(ballLogE(kernel, a, c, radius));
      }
      expect(statistic).toBeCloseTo(Math.log(sum), 9);
      expect(since).toBeNull();
    });
    expect(state.panes.length).toBe(128);
  });

  it("restarts run longer than promised, and find a late change and when it was", () => {
    const shares = [0.4, 0.3, 0.3];
    const [averageRunLength, runs] = [10, 40];
    let [rows, alarms] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const a = drawCounts(kernel, shares, 100, 7 * run + 3);
      const state = createRestart(kernel, a, { averageRunLength });
      for (let at = 0; at < 60; at++, rows++)
        if (updateRestart(kernel, state, drawCounts(kernel, shares, 20, 9000 + run * 60 + at)).drift)
          alarms++;
    }
    expect(rows / Math.max(1, alarms)).toBeGreaterThan(averageRunLength);

    const state = createRestart(kernel, counts(400, 300, 300), { averageRunLength: 300 });
    const seen = Array.from({ length: 160 }, (_, at) =>
      updateRestart(kernel, state, drawCounts(kernel, at < 140 ? shares : [0.2, 0.3, 0.5], 40, 4000 + at)),
    );
    const alarm = seen.findIndex(({ drift }) => drift);
    expect(alarm).toBeGreaterThanOrEqual(140);
    expect(alarm).toBeLessThan(150);
    expect(alarm - (seen[alarm].since ?? NaN)).toBeGreaterThan(134);
    // Afresh after the alarm.
    expect(seen[alarm].limit).toBeCloseTo(Math.log(300), 12);
    expect(state.panes.length).toBeLessThan(160 - alarm);
  });

  it("goes on from a stored state as if nothing had happened", () => {
    const a = counts(100, 200, 300, 400);
    const panes = Array.from({ length: 40 }, (_, i) => drawCounts(kernel, [0.2, 0.2, 0.3, 0.3], 50, i + 1));
    const makers = {
      urn: [createUrn(kernel, a), updateUrn],
      ball: [createBall(kernel, a), updateBall],
      restart: [createRestart(kernel, a, { averageRunLength: 300 }), updateRestart],
    } as const;
    for (const [start, update] of Object.values(makers)) {
      const step = update as (kernel: Kernel, state: unknown, pane: Float64Array) => { drift: boolean };
      const whole: unknown = thawed<unknown>(start);
      const expected = panes.map((pane) => step(kernel, whole, pane));
      expect(expected.some(({ drift }) => drift)).toBe(true);
      let state: unknown = start;
      const found = panes.map((pane) => step(kernel, (state = thawed<unknown>(state)), pane));
      expect(found).toEqual(expected);
      expect(state).toEqual(whole);
    }
  });

  it("answers nothing to what are no counts, and is not changed by it", () => {
    const a = counts(100, 200, 300);
    const odd = [
      counts(NaN, 1, 1),
      counts(-1, 1, 1),
      counts(0.5, 1, 1),
      counts(1e308, 1e308, 1),
      counts(Infinity, 0, 0),
    ];
    const states: [
      EProcessState | BallState | RestartState,
      (pane: Float64Array) => { statistic: number; drift: boolean },
    ][] = [];
    const [urn, ball] = [createUrn(kernel, a), createBall(kernel, a)];
    const restart = createRestart(kernel, a, { averageRunLength: 100 });
    states.push([urn, (pane) => updateUrn(kernel, urn, pane)]);
    states.push([ball, (pane) => updateBall(kernel, ball, pane)]);
    states.push([restart, (pane) => updateRestart(kernel, restart, pane)]);
    for (const [state, update] of states) {
      const before = { ...thawed(state), skipped: 0 };
      for (const pane of odd)
        expect(update(pane)).toMatchObject({ statistic: NaN, drift: false, pValue: null });
      expect(state).toEqual({ ...before, skipped: odd.length });
      expect(() => update(counts(1, 2))).toThrow(RangeError);
      // A pane without rows is one: nothing speaks for or against.
      expect(update(counts(0, 0, 0)).statistic).toBeCloseTo(0, 9);
    }
    for (const reference of [counts(0, 0, 0), counts(NaN, 1, 1), counts(1.5, 1, 1), counts()]) {
      const pane = new Float64Array(reference.length).fill(1);
      expect(eProcess(kernel, reference, [pane])[0]).toMatchObject({ statistic: NaN, drift: false });
      expect(eProcessBall(kernel, reference, [pane])[0]).toMatchObject({ statistic: NaN, drift: false });
    }
    // An empty quantile cell is impossible; a category that the reference never had is not.
    expect(eProcess(kernel, counts(5, 0, 5), [counts(1, 1, 1)])[0].statistic).toBeNaN();
    expect(eProcessBall(kernel, counts(500, 0, 500), [counts(10, 40, 10)])[0].statistic).toBeGreaterThan(
      -1000,
    );
    expect(() => createUrn(kernel, new Float64Array(21).fill(5))).toThrow(RangeError);
    expect(() => createUrn(kernel, a, { alpha: 0 })).toThrow(RangeError);
    expect(() => createBall(kernel, a, { least: -1 })).toThrow(RangeError);
    expect(() => createRestart(kernel, a, { averageRunLength: 0 })).toThrow(RangeError);
  });
});
