import module from "../core-as/build/kernel.wasm";
import { createKernel } from "#core/kernel.ts";
import type { Kernel } from "#core/kernel/api.ts";

let kernel: Kernel | undefined;

/** The kernel of this isolate: compiled at deploy, instantiated once. */
export function theKernel(): Kernel {
  kernel ??= createKernel(module);
  return kernel;
}
