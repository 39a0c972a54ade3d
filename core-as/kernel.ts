/** The Wasm kernel behind the `Kernel` interface: kernel/ lays arguments into its memory, room by room of assembly/. */
import { createArena } from "./kernel/arena.ts";
import { cells } from "./kernel/cells.ts";
import { counting } from "./kernel/counting.ts";
import type { Kernel } from "./kernel/api.ts";
import { nulls } from "./kernel/nulls.ts";
import { samples } from "./kernel/samples.ts";
import { sketches } from "./kernel/sketches.ts";
import { special } from "./kernel/special.ts";

export function createKernel(module: WebAssembly.Module): Kernel {
  const arena = createArena(module);
  return {
    name: "wasm",
    ...counting(arena),
    ...samples(arena),
    ...sketches(arena),
    ...cells(arena),
    ...special(arena),
    ...nulls(arena),
  };
}

/** Compiles and instantiates; for engines where compiling at run time is allowed (browsers, Node). */
export async function loadKernel(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Kernel> {
  return createKernel(await WebAssembly.compile(bytes));
}
