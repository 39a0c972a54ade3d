/** Sorting, and statistics on samples. */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel } from "./api.ts";

/** Below this many values the engine's own sort is as fast, and its result the same. */
const radixFrom = 256;
/** See assembly/samples/radix-sort.ts. */
const radixCounterBytes = 5 * 256 * 4;

/** Cells of the grid over two samples: about ten values in each, and no more than a second-level cache holds. */
const cellsFor = (values: number): number =>
  Math.min(16_384, Math.max(64, 1 << (31 - Math.clz32(values / 10))));
/** How often the grid is laid anew at most. */
const gridTurns = 5;
/** Values of a sample that tell where the grid lies. */
const lookedAt = 512;

type OnSamples = "sortFinite" | "ksSamples" | "ksUnsorted" | "wassersteinSamples";

export function samples({
  call,
  within,
  put,
  pick,
  inBlocks,
  reserve,
  room,
  take,
}: Arena): Pick<Kernel, OnSamples> {
  const [sortKeys, sortByKeys, ks, wasserstein] = [
    call("sortKeys"),
    call("sortByKeys"),
    call("ksSamples"),
    call("wassersteinSamples"),
  ];
  const [layGrid, countOnGrid, findOnGrid, choose, walk] = [
    call("layGrid"),
    call("countOnGrid"),
    call("findOnGrid"),
    call("ksChoose"),
    call("ksWalk"),
  ];

  function sortFinite(values: Float64Array): Float64Array {
    if (values.length < radixFrom) return values.filter(Number.isFinite).sort();
    return within(() => {
      const [keys, work] = [reserve(values.length * 8), reserve(values.length * 8)];
      let end = keys;
      inBlocks(values, undefined, (at, count) => {
        end = sortKeys(at, count, keys, end);
      });
      return take(sortByKeys(keys, end, work, reserve(radixCounterBytes)), (end - keys) / 8);
    });
  }
  const ksSamples = (r: Float64Array, c: Float64Array): number =>
    within(() => canonical(ks(put(r), r.length, put(c), c.length)));

  /** Null where a grid leaves too many values undecided. See assembly/samples/ks-unsorted.ts. */
  function ksOnGrid(r: Float64Array, c: Float64Array): number | null {
    const [n, m] = [r.length, c.length];
    const cells = cellsFor(n + m);
    let step = Math.ceil(Math.max(n, m) / lookedAt);
    let [low, high] = rangeOf([r, c], step);
    // On a grid laid anew the end cells hold what was settled; before they hold what lies outside of it.
    let settled = 0;
    const [marks, chosen, found] = [reserve(2 * (n + m) + 16), reserve(cells + 1), reserve(7 * 8)];
    const window = 4 * (cells + 1);
    for (let turn = 0; turn < gridTurns && layGrid(low, high, cells); turn++) {
      const counters = room(cells + 1);
      let at = marks;
      const count = (values: Float64Array, into: number): void =>
        inBlocks(values, undefined, (from, length) => {
          countOnGrid(from, length, cells, into, at);
          at += 2 * length;
        });
      count(r, counters);
      count(c, counters + window);
      choose(cells, n, m, settled, counters, chosen, found);
      const [answer, taken, others, first, last, nextLow, nextHigh] = take(found, 7);
      if (Number.isNaN(answer) || taken + others === 0) return answer;
      if (taken <= n >> 2 && others <= m >> 2) {
        const sorted = (values: Float64Array, own: number, size: number): number => {
          const places = reserve(4 * (size + 1));
          findOnGrid(own, values.length, first, last, chosen, places);
          const keys = pick(values, places, size);
          return sortByKeys(
            keys,
            sortKeys(keys, size, keys, keys),
            reserve(8 * size),
            reserve(radixCounterBytes),
          );
        };
        return walk(cells, counters, chosen, sorted(r, marks, taken), sorted(c, marks + 2 * n, others));
      }
      if (step > 1 && settled === 0 && (first === 0 || last === cells - 1)) {
        // What was looked at does not tell the range.
        step = 1;
        [low, high] = rangeOf([r, c], step);
        continue;
      }
      // Most values lie in a part of the range: the grid is laid anew over what is undecided.
      settled = 1;
      if (!(nextHigh - nextLow < 0.75 * (high - low))) return null;
      [low, high] = [nextLow, nextHigh];
    }
    return null;
  }

  return {
    sortFinite,
    ksSamples,
    ksUnsorted(r, c) {
      const found = Math.min(r.length, c.length) < radixFrom ? null : within(() => ksOnGrid(r, c));
      return found === null ? ksSamples(sortFinite(r), sortFinite(c)) : canonical(found);
    },
    wassersteinSamples: (r, c) => within(() => canonical(wasserstein(put(r), r.length, put(c), c.length))),
  };
}

/** Smallest and largest of the finite values, of every so manieth. */
function rangeOf(samples: readonly Float64Array[], step: number): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of samples)
    for (let i = 0; i < values.length; i += step) {
      const value = values[i];
      if (value < low && value !== -Infinity) low = value;
      if (value > high && value !== Infinity) high = value;
    }
  return [low, high];
}
