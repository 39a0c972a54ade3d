/** The kernel of this page, loaded and compiled once. */
import kernelUrl from "#core/build/kernel.wasm?url&no-inline";
import type { Kernel } from "#core/kernel/api.ts";
import { createKernel } from "#core/kernel.ts";
import { api } from "./api.ts";

let module: Promise<WebAssembly.Module> | null = null;

export function kernelModule(): Promise<WebAssembly.Module> {
  module ??= api
    .asset(kernelUrl)
    .then((reply) => reply.arrayBuffer())
    .then((bytes) => WebAssembly.compile(bytes));
  return module;
}

let kernel: Promise<Kernel> | null = null;

export function theKernel(): Promise<Kernel> {
  kernel ??= kernelModule().then(createKernel);
  return kernel;
}
