/**
 * workerd, through miniflare. Its clock stands still while a request computes, so requests are timed from outside, and
 * the slope between so many runs and four times as many is what one takes.
 */
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";
import type { Engine } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import { bundled, engine } from "./engine.ts";

export async function startWorkerd(): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: "bench",
          compatibilityDate: "2025-01-01",
          manifest: {
            mainModule: "worker.js",
            modules: {
              "worker.js": { type: "esm", contents: await bundled("worker.ts") },
              "kernel.wasm": {
                type: "wasm",
                contents: new Uint8Array(readFileSync(inRoot("core-as", "build", "kernel.wasm"))),
              },
            },
          },
        },
      },
    ],
  });
  await miniflare.ready;
  return {
    engine: engine(
      "workerd",
      async (row, who, times) => {
        const startedMs = performance.now();
        const response = await miniflare.dispatchFetch(`http://bench/?row=${row}&who=${who}&times=${times}`);
        const answer = await response.text();
        if (!response.ok) throw new Error(`workerd, ${row}: ${answer}`);
        return performance.now() - startedMs;
      },
      { asking: true },
    ),
    stop: () => miniflare.dispose(),
  };
}
