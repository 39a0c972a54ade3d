import { expect } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { twin } from "#core/twin/twin.ts";
import { present } from "./reference-data.ts";

/** Both implementations of the kernel: every expected value is held against each. */
export const kernels: Kernel[] = [nodeKernel(), twin];

export interface Tolerance {
  /** Largest allowed deviation relative to the expected value. */
  relative: number;
  /** A deviation below this never counts: for values that the oracle itself only knows to rounding. */
  absolute?: number;
}

/**
 * SciPy adds up the logarithms of rounded quotients, of which a tiny distance's square is the small rest: the expected
 * distance itself is known to a few units of 2^-53 over the distance only. Ours keeps its digits (below).
 */
export const jsTolerance = (expected: number): Tolerance => ({
  relative: 1e-9,
  absolute: Math.max(1e-15, 2 ** -52 / expected),
});

/** Compares many values against one oracle file, remembers the worst, and fails once, naming every wrong one. */
export class Comparison {
  private readonly file: string;
  private readonly wrong: string[] = [];
  private compared = 0;
  private worst = { deviation: 0, where: "" };

  constructor(file: string) {
    this.file = file;
  }

  /** NaN is met by NaN only, an infinity by itself only. */
  check(where: string, actual: number, expected: number, { relative, absolute = 0 }: Tolerance): void {
    this.compared++;
    if (Object.is(actual, expected) || actual === expected) return;
    const gap = Math.abs(actual - expected);
    const deviation = gap <= absolute ? 0 : gap / Math.abs(expected);
    if (!(deviation <= relative))
      this.wrong.push(`${where}: ${actual}, expected ${expected} (${deviation.toExponential(1)})`);
    if (deviation > this.worst.deviation) this.worst = { deviation, where };
  }

  /** Ends the comparison: prints what was compared, and fails if anything deviated or nothing was there to compare. */
  finish(name: Kernel["name"]): void {
    const worst = this.worst.where
      ? `, worst ${this.worst.deviation.toExponential(1)} at ${this.worst.where}`
      : "";
    console.log(
      present
        ? `reference data: present, ${this.compared} values compared with ${this.file} (${name}${worst})`
        : "reference data: absent",
    );
    expect(this.wrong).toEqual([]);
    if (present) expect(this.compared).toBeGreaterThan(0);
  }
}
