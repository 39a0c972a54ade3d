/** Compiles the kernel: no runtime, portable SIMD, no import, one artefact for every engine. */
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(`${root}core-as/build`, { recursive: true });
const { error, stderr } = await asc.main(
  [
    "core-as/assembly/index.ts",
    ...[
      "--baseDir",
      root,
      "--outFile",
      "core-as/build/kernel.wasm",
      "--textFile",
      "core-as/build/kernel.wat",
    ],
    ...["--runtime", "stub", "--enable", "simd", "--use", "abort=", "--initialMemory", "16"],
    ...["-O3", "--converge", "--noAssert"],
  ],
  {},
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
console.log(`kernel.wasm ${statSync(`${root}core-as/build/kernel.wasm`).size} bytes`);
