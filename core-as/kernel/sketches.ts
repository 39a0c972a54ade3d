/** The quantile sketch on float bits. */
import type { Arena } from "./arena.ts";
import type { Kernel, SketchCounts } from "./api.ts";
import { oneCountAKey, sketchPrecision } from "./guards.ts";

/** Both signs of all exponents of finite doubles. */
const sketchOctaves = 4094;

export function sketches({
  call,
  within,
  put,
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, "sketchUpdate" | "sketchMerge"> {
  return {
    sketchUpdate: (values, p) =>
      within(() => {
        sketchPrecision(p);
        const pages = Math.min(values.length, sketchOctaves);
        const most = Math.min(values.length, (pages << p) + 1);
        const input = [put(values), values.length, p, room(2048), reserve((pages << p) * 4)];
        const [apart, keys, counts] = [room(4), reserve(most * 8), reserve(most * 8)];
        const found = call("sketchUpdate")(...input, apart, keys, counts);
        const [, missing, posInf, negInf] = take(apart, 4);
        return { keys: take(keys, found), counts: take(counts, found), missing, negInf, posInf };
      }),
    sketchMerge: (a, b) =>
      within(() => {
        const listed = [a, b].flatMap((each) => {
          oneCountAKey(each);
          return [put(each.keys), put(each.counts), each.keys.length];
        });
        const most = a.keys.length + b.keys.length;
        const [keys, counts] = [reserve(most * 8), reserve(most * 8)];
        const found = call("sketchMerge")(...listed, keys, counts);
        return sketchSum(a, b, take(keys, found), take(counts, found));
      }),
  };
}

function sketchSum(a: SketchCounts, b: SketchCounts, keys: Float64Array, counts: Float64Array): SketchCounts {
  const [missing, negInf, posInf] = [a.missing + b.missing, a.negInf + b.negInf, a.posInf + b.posInf];
  return { keys, counts, missing, negInf, posInf };
}
