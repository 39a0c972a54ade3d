/** The Wasm kernel behind the `Kernel` interface: kernel/ lays arguments into its memory, room by room of assembly/. */
import { type Arena, createArena } from "./kernel/arena.ts";
import { bodies } from "./kernel/bodies.ts";
import { cells } from "./kernel/cells.ts";
import { counting } from "./kernel/counting.ts";
import type { Kernel } from "./kernel/api.ts";
import { json } from "./kernel/json.ts";
import { nulls } from "./kernel/nulls.ts";
import { samples } from "./kernel/samples.ts";
import { sketches } from "./kernel/sketches.ts";
import { special } from "./kernel/special.ts";

export function createKernel(module: WebAssembly.Module): Kernel {
  return kernelOn(createArena(module));
}

/** With an arena of the caller's: the bench leaves arrays in it between calls. */
export function kernelOn(arena: Arena): Kernel {
  return {
    name: "wasm",
    ...counting(arena),
    ...json(arena),
    ...bodies(arena),
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
