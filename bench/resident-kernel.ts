/**
 * A kernel in whose memory some arrays lie already, as C's lie in its own: the copy that a call makes is left out, and
 * nothing else. What the loops take by themselves: the product always copies, since no stream fills a Wasm memory.
 */
import { createArena, parts } from "#core/kernel/arena.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { kernelOn } from "#core/kernel.ts";

export function residentKernel(
  module: WebAssembly.Module,
  arrays: readonly (Float64Array | Uint8Array)[],
): Kernel {
  const arena = createArena(module);
  const lay = (array: Float64Array | Uint8Array): number =>
    array instanceof Float64Array ? arena.put(array) : arena.putBytes(array);
  const [places, bytes] = arena.within(() => {
    const first = arena.reserve(0);
    const laid = new Map(arrays.map((array) => [array as unknown, lay(array)]));
    return [laid, arena.reserve(0) - first] as const;
  });
  return kernelOn({
    ...arena,
    within: (work) =>
      arena.within(() => {
        // Each call's own arrays begin behind those that stay.
        arena.reserve(bytes);
        return work();
      }),
    put: (values) => places.get(values) ?? arena.put(values),
    inBlocks(values, rows, visit) {
      const place = rows ? undefined : places.get(values);
      if (place === undefined) arena.inBlocks(values, rows, visit);
      else visit(place, values.length, parts.all);
    },
    putBytes: (values) => places.get(values) ?? arena.putBytes(values),
  });
}
