/** The built kernel for Node programs: tests, benches and examples. */
import { readFileSync } from "node:fs";
import { createKernel } from "#core/kernel.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { inRoot } from "./paths.ts";

export function compileKernelFile(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(inRoot("core-as", "build", "kernel.wasm")));
}

export function nodeKernel(): Kernel {
  return createKernel(compileKernelFile());
}
