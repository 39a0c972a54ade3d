import { expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { kernelBits } from "./kernel-bits.ts";
import { methodBits } from "./method-bits.ts";
import expected from "./bits.json" with { type: "json" };

it("the kernel gives the committed bits in Node", () => {
  expect(kernelBits(nodeKernel())).toEqual(expected.kernel);
});

it("the methods give the committed bits in Node", () => {
  expect(methodBits(nodeKernel())).toEqual(expected.methods);
});

it("every function of the kernel has a hash", () => {
  const kernel: Kernel = nodeKernel();
  const functions = Object.keys(kernel).filter((name) => name !== "name");
  const hashed = Object.keys(expected.kernel).join(" ");
  expect(functions.filter((name) => !hashed.includes(name))).toEqual([]);
});

it("one unit in the last place of one function changes its hash and no other", () => {
  const kernel = nodeKernel();
  const nudged = {
    ...kernel,
    psi: (...args: Parameters<Kernel["psi"]>) => kernel.psi(...args) * (1 + 2 ** -52),
  };
  const bits: Record<string, string> = kernelBits(nudged);
  const changed = Object.entries(expected.kernel).filter(([name, hash]) => bits[name] !== hash);
  expect(changed.map(([name]) => name)).toEqual(["psi", "psiFloor"]);
});

it("results do not depend on what was computed before", () => {
  const kernel = nodeKernel();
  const first = kernelBits(kernel);
  expect(kernelBits(kernel)).toEqual(first);
});
