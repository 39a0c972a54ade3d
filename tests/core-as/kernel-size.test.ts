/** What the kernel costs before it does anything: bytes to send, and compiling them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync, inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { createKernel } from "#core/kernel.ts";
import { inRoot } from "../../scripts/paths.ts";

const artefact = readFileSync(inRoot("core-as", "build", "kernel.wasm"));

it("the artefact is at most 12 KB, gzipped", () => {
  expect(gzipSync(artefact, { level: 9 }).length).toBeLessThanOrEqual(12 * 1024);
});

it("the artefact asks nothing of its host, and begins with at most a megabyte of memory", () => {
  const module = new WebAssembly.Module(artefact);
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  const { memory } = new WebAssembly.Instance(module, {}).exports;
  expect((memory as WebAssembly.Memory).buffer.byteLength).toBeLessThanOrEqual(2 ** 20);
});

/**
 * Against another AssemblyScript module, HDR histogram's, seven times as large and two and a half times as slow to start:
 * tables filled at the start, or functions that an engine takes long over, are seen. Milliseconds: `npm run bench`.
 */
it("starts cold in less time than the Wasm build of HDR histogram", () => {
  const { BINARY } = createRequire(import.meta.url)("hdr-histogram-js/dist/wasm/generated-wasm") as {
    BINARY: string;
  };
  const other = inflateSync(Buffer.from(BINARY, "base64"));
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(other)))
    imports[module] = { ...imports[module], [name]: () => 0 };
  let mark = 0;
  /** Engines keep the code of bytes they have seen: an own custom section makes each start a first one. */
  const unseen = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const whole = new Uint8Array([...bytes, 0, 6, 1, 0x6e, 0, 0, 0, 0]);
    new DataView(whole.buffer).setUint32(whole.length - 4, mark++);
    return whole;
  };
  const starts = {
    ours: (bytes: Uint8Array<ArrayBuffer>) =>
      createKernel(new WebAssembly.Module(bytes)).moments(new Float64Array(9)),
    other: (bytes: Uint8Array<ArrayBuffer>) =>
      new WebAssembly.Instance(new WebAssembly.Module(bytes), imports),
  };
  const least = { ours: Infinity, other: Infinity };
  const measure = (who: "ours" | "other", bytes: Uint8Array): void => {
    const own = unseen(bytes);
    const startedMs = performance.now();
    starts[who](own);
    least[who] = Math.min(least[who], performance.now() - startedMs);
  };
  for (let round = 0; round < 40; round++) {
    measure("ours", artefact);
    measure("other", other);
  }
  expect(least.ours / least.other).toBeLessThan(1);
});
