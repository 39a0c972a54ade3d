import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Look } from "#core/domain/performance-check.ts";
import { looksReached, nextLook, shareOfLook } from "#core/domain/performance-looks.ts";

const shares = [0.5, 0.9];
const known = (labelled: number, settled = false) => ({ labelled, predictions: 100, settled });

describe("looks at a window", () => {
  it("come at shares of labels, and last when all are known or none can come", () => {
    const reached = [0, 49, 50, 89, 90, 99, 100].map((labelled) => looksReached(shares, known(labelled)));
    expect(reached).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(looksReached(shares, known(1, true))).toBe(3);
    expect(looksReached(shares, known(0, true))).toBe(0);
  });

  it("take what those before them left", () => {
    const first = nextLook(shares, known(60), null)!;
    expect(first).toEqual({ reached: 1, before: 0, of: 3 });
    expect(nextLook(shares, known(70), first)).toBeNull();
    expect(nextLook(shares, known(100), first)).toEqual({ reached: 3, before: 1, of: 3 });
    // All labels at once: the whole level.
    expect(shareOfLook(nextLook(shares, known(100), null)!)).toBe(1);
    expect(nextLook(shares, known(49), null)).toBeNull();
  });

  it("are over after the last: what is corrected is judged again at its level", () => {
    const last = { reached: 3, before: 1, of: 3 };
    expect(nextLook(shares, known(100), last)).toEqual(last);
    // A late prediction without a label does not open the window again.
    expect(nextLook(shares, { labelled: 100, predictions: 101, settled: false }, last)).toEqual(last);
  });

  it("never spend more than the window's level, however labels trickle in", () => {
    const policies = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
      .map((list) => list.sort((a, b) => a - b).map((share) => share / 100));
    fc.assert(
      fc.property(policies, fc.array(fc.nat(100)), fc.boolean(), (looks, arrivals, settles) => {
        let last: Look | null = null;
        let spent = 0;
        const steps = [...arrivals].sort((a, b) => a - b).map((labelled) => known(labelled));
        if (settles) steps.push(known(Math.max(1, arrivals.at(-1) ?? 1), true));
        for (const step of steps) {
          const look: Look | null = nextLook(looks, step, last);
          if (look === null || (last !== null && look.reached === last.reached)) continue;
          expect(look.reached).toBeGreaterThan(look.before);
          spent += shareOfLook(look);
          last = look;
        }
        expect(spent).toBeLessThanOrEqual(1 + 1e-12);
        if (settles) expect(spent).toBeCloseTo(1, 12);
      }),
    );
  });
});
