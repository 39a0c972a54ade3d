/** From the artefact's bytes to the first count: what a new isolate or a page waits for. */
import { readFileSync } from "node:fs";
import { createKernel } from "#core/kernel.ts";
import { inRoot } from "../../scripts/paths.ts";
import { normals, quantileEdges } from "../data.ts";
import type { Row } from "../row.ts";

const values = normals(1000, 16);
const edges = quantileEdges(values, 10);

export const coldStart: Row = {
  name: "cold-start",
  title: "compile, instantiate, and count 1,000 values into 10 cells",
  unit: "start",
  sizes: [{ values: 1 }],
  task() {
    const artefact = readFileSync(inRoot("core-as", "build", "kernel.wasm"));
    // Engines keep the code of bytes that they have seen: each start has a custom section of its own.
    const bytes = new Uint8Array([...artefact, 0, 6, 1, 0x6e, 0, 0, 0, 0]);
    const mark = new DataView(bytes.buffer, bytes.length - 4);
    let starts = 0;
    return {
      values: 1,
      inputs: {},
      noTwin: true,
      kernel() {
        mark.setUint32(0, starts++);
        return createKernel(new WebAssembly.Module(bytes)).countEdges(values, edges).cells;
      },
    };
  },
};
