/** The quantile sketch's cells in plain TypeScript, as anyone would write them: a `Map` from key to count. */
import type { SketchCounts } from "../kernel/api.ts";
import { oneCountAKey, sketchPrecision } from "../kernel/guards.ts";

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** How many steps of 2^(52−p) reach up to the bits of a finite magnitude: 0 for zero. */
function cellOf(magnitude: number, p: number): number {
  double[0] = magnitude;
  const high = Math.floor(words[1] / 2 ** (20 - p));
  const rest = words[1] % 2 ** (20 - p);
  return rest + words[0] > 0 ? high + 1 : high;
}

export function sketchUpdate(values: Float64Array, p: number): SketchCounts {
  sketchPrecision(p);
  const counts = new Map<number, number>();
  const apart = { missing: 0, negInf: 0, posInf: 0 };
  for (const x of values) {
    if (Number.isNaN(x)) apart.missing++;
    else if (x === Infinity) apart.posInf++;
    else if (x === -Infinity) apart.negInf++;
    else {
      const cell = cellOf(Math.abs(x), p);
      const key = x < 0 ? -cell : cell;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { ...listed(counts), ...apart };
}

export function sketchMerge(a: SketchCounts, b: SketchCounts): SketchCounts {
  const counts = new Map<number, number>();
  for (const each of [a, b]) {
    oneCountAKey(each);
    each.keys.forEach((key, i) => counts.set(key, (counts.get(key) ?? 0) + each.counts[i]));
  }
  return {
    ...listed(counts),
    missing: a.missing + b.missing,
    negInf: a.negInf + b.negInf,
    posInf: a.posInf + b.posInf,
  };
}

function listed(counts: Map<number, number>): { keys: Float64Array; counts: Float64Array } {
  const keys = Float64Array.from(counts.keys()).sort();
  return { keys, counts: keys.map((key) => counts.get(key) ?? 0) };
}
