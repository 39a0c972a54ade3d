import { expect, it } from "vitest";
import module from "#core/build/kernel.wasm";
import { createKernel } from "#core/kernel.ts";
import expected from "../core-as/bits.json" with { type: "json" };
import { kernelBits } from "../core-as/kernel-bits.ts";
import { methodBits } from "../core-as/method-bits.ts";

it("the kernel and the methods give the committed bits in workerd", () => {
  const kernel = createKernel(module);
  expect({ kernel: kernelBits(kernel), methods: methodBits(kernel) }).toEqual(expected);
});
