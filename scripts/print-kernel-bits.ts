/** Writes the hashes that every engine has to reproduce; run it when a change of the kernel changes results on purpose. */
import { writeFileSync } from "node:fs";
import { kernelBits } from "../tests/core-as/kernel-bits.ts";
import { nodeKernel } from "./kernel-file.ts";
import { inRoot } from "./paths.ts";

const bits = kernelBits(nodeKernel());
writeFileSync(inRoot("tests", "core-as", "kernel-bits.json"), `${JSON.stringify(bits, null, 2)}\n`);
console.log(`${Object.keys(bits).length} hashes`);
