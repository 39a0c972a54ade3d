/** What the browser's page runs, by its own clock. */
import { loadKernel } from "#core/kernel.ts";
import { runner, type Who } from "./rows-here.ts";

export interface BenchPage {
  benchRun: (row: string, who: Who, times: number) => number;
}

const bytes = await (await fetch("/kernel.wasm")).arrayBuffer();
const run = runner(await loadKernel(bytes));

(globalThis as unknown as BenchPage).benchRun = (row, who, times) => {
  const startedMs = performance.now();
  run(row, who, times);
  return performance.now() - startedMs;
};
