/** Compiles the kernel: no runtime, portable SIMD, no import, one artefact for every engine. */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
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
    ...["--transform", "./scripts/inline-functions.mjs"],
    ...["--runtime", "stub", "--enable", "simd", "--use", "abort=", "--initialMemory", "16"],
    // Shrink level 1 takes the logarithm and exponential without their tables: half the size, a fifth more for draws.
    ...["--optimizeLevel", "3", "--shrinkLevel", "1", "--converge", "--noAssert"],
  ],
  {},
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
const wasm = readFileSync(`${root}core-as/build/kernel.wasm`);
console.log(`kernel.wasm ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} with gzip`);
