/** Sorting, and statistics on sorted samples. */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel } from "./api.ts";

/** Below this many values the engine's own sort is as fast, and its result the same. */
const radixFrom = 256;
/** See assembly/samples/radix-sort.ts. */
const radixCounterBytes = 6 * 2048 * 4;

/** Cells of the grid over two samples: about ten values in each, and no more than a second-level cache holds. */
const cellsFor = (values: number): number =>
  Math.min(16_384, Math.max(64, 1 << (31 - Math.clz32(values / 10))));
/** What the grid answers when it leaves too many values undecided. */
const undecided = -1;

export function samples({
  call,
  within,
  put,
  reserve,
  take,
  takeInt,
}: Arena): Pick<Kernel, "sortFinite" | "ksSamples" | "ksUnsorted" | "wassersteinSamples"> {
  const [sort, ks, grid, wasserstein] = [
    call("sortFinite"),
    call("ksSamples"),
    call("ksUnsorted"),
    call("wassersteinSamples"),
  ];
  function sortFinite(values: Float64Array): Float64Array {
    if (values.length < radixFrom) return values.filter(Number.isFinite).sort();
    return within(() => {
      const [at, work] = [put(values), reserve(values.length * 8)];
      const digits = reserve(radixCounterBytes);
      const sorted = sort(at, values.length, work, digits);
      return take(sorted, takeInt(digits));
    });
  }
  const ksSamples = (r: Float64Array, c: Float64Array): number =>
    within(() => canonical(ks(put(r), r.length, put(c), c.length)));
  return {
    sortFinite,
    ksSamples,
    ksUnsorted(r, c) {
      const [n, m] = [r.length, c.length];
      const sorted = (): number => ksSamples(sortFinite(r), sortFinite(c));
      if (Math.min(n, m) < radixFrom) return sorted();
      const found = within(() => {
        const input = [put(r), n, put(c), m] as const;
        const cells = cellsFor(n + m);
        const [counters, chosen] = [reserve(8 * (cells + 1)), reserve(cells + 1)];
        const quarter = 8 * ((Math.max(n, m) >> 2) + 1);
        const gathered = [reserve(quarter), reserve(quarter), reserve(quarter)] as const;
        return grid(...input, cells, counters, chosen, ...gathered, reserve(radixCounterBytes));
      });
      return found === undecided ? sorted() : canonical(found);
    },
    wassersteinSamples: (r, c) => within(() => canonical(wasserstein(put(r), r.length, put(c), c.length))),
  };
}
