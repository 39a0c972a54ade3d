/** The quantile sketch on float bits. */
import type { Arena } from "./arena.ts";
import type { Kernel, SketchCounts } from "./api.ts";
import { oneCountAKey, sketchPrecision } from "./guards.ts";

/** Two ways, two signs, 2^13 cells: see assembly/sketch/float-bits.ts. */
const denseBytes = 2 * 2 * 8192 * 4;
/** Below this many values the dense counters are not worth reading out. */
const denseFrom = 2048;
/** Both signs of all exponents of finite doubles. */
const sketchOctaves = 4094;

export function sketches({
  call,
  within,
  inBlocks,
  put,
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, "sketchUpdate" | "sketchMerge"> {
  const [add, list, merge] = [call("sketchAdd"), call("sketchList"), call("sketchMerge")];
  return {
    sketchUpdate: (values, p) =>
      within(() => {
        sketchPrecision(p);
        const pages = Math.min(values.length, sketchOctaves);
        const most = Math.min(values.length, (pages << p) + 1);
        const [table, apart] = [room(2048), room(4)];
        const dense = values.length < denseFrom ? 0 : reserve(denseBytes);
        let free = reserve((pages << p) * 4);
        inBlocks(values, undefined, (at, count, parts) => {
          free = add(at, count, p, table, free, dense, apart, parts);
        });
        const [keys, counts] = [reserve(most * 8), reserve(most * 8)];
        const found = list(p, table, apart, keys, counts);
        const [, missing, posInf, negInf] = take(apart, 4);
        return { keys: take(keys, found), counts: take(counts, found), missing, negInf, posInf };
      }),
    sketchMerge: (a, b) =>
      within(() => {
        oneCountAKey(a);
        oneCountAKey(b);
        const [n, m] = [a.keys.length, b.keys.length];
        const [keys, counts] = [reserve((n + m) * 8), reserve((n + m) * 8)];
        const found = merge(put(a.keys), put(a.counts), n, put(b.keys), put(b.counts), m, keys, counts);
        return sketchSum(a, b, take(keys, found), take(counts, found));
      }),
  };
}

function sketchSum(a: SketchCounts, b: SketchCounts, keys: Float64Array, counts: Float64Array): SketchCounts {
  const [missing, negInf, posInf] = [a.missing + b.missing, a.negInf + b.negInf, a.posInf + b.posInf];
  return { keys, counts, missing, negInf, posInf };
}
