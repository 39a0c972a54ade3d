import { expect, it } from "vitest";
import module from "#core/build/kernel.wasm";
import { createKernel } from "#core/kernel.ts";
import expected from "../core-as/kernel-bits.json" with { type: "json" };
import { kernelBits } from "../core-as/kernel-bits.ts";

it("the kernel gives the committed bits in workerd", () => {
  expect(kernelBits(createKernel(module))).toEqual(expected);
});
