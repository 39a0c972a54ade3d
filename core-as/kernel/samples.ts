/** Sorting, and statistics on sorted samples. */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel } from "./api.ts";

/** Below this many values the engine's own sort is as fast, and its result the same. */
const radixFrom = 256;
/** See assembly/samples/radix-sort.ts. */
const radixCounterBytes = 6 * 2048 * 4;

export function samples({
  call,
  within,
  put,
  reserve,
  take,
  takeInt,
}: Arena): Pick<Kernel, "sortFinite" | "ksSamples" | "wassersteinSamples"> {
  return {
    sortFinite: (values) =>
      within(() => {
        if (values.length < radixFrom) return values.filter(Number.isFinite).sort();
        const [at, work] = [put(values), reserve(values.length * 8)];
        const counters = reserve(radixCounterBytes);
        const sorted = call("sortFinite")(at, values.length, work, counters);
        return take(sorted, takeInt(counters));
      }),
    ksSamples: (r, c) => within(() => canonical(call("ksSamples")(put(r), r.length, put(c), c.length))),
    wassersteinSamples: (r, c) =>
      within(() => canonical(call("wassersteinSamples")(put(r), r.length, put(c), c.length))),
  };
}
