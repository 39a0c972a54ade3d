/** Writes the hashes that every engine has to reproduce; run it when a change of the kernel or a method changes results on purpose. */
import { writeFileSync } from "node:fs";
import { kernelBits } from "../tests/core-as/kernel-bits.ts";
import { methodBits } from "../tests/core-as/method-bits.ts";
import { nodeKernel } from "./kernel-file.ts";
import { inRoot } from "./paths.ts";

const kernel = nodeKernel();
const bits = { kernel: kernelBits(kernel), methods: methodBits(kernel) };
writeFileSync(inRoot("tests", "core-as", "bits.json"), `${JSON.stringify(bits, null, 2)}\n`);
console.log(`${Object.values(bits).flatMap((hashes) => Object.keys(hashes)).length} hashes`);
