/** The kernel in another engine, as contenders in the same rounds as everybody else. */
import { build } from "esbuild";
import type { Contender } from "../measure.ts";
import type { Engine } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { Who } from "./rows-here.ts";

/** Far above what a request or a call into a page takes, and the grain of their clocks. */
const sampleMs = 30;

/** One of our modules with all it needs; packages of peers, which only this process times, are left out. */
export async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [inRoot("bench", "engines", file)],
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["./kernel.wasm", "d3-array", "hdr-histogram-js", "@datadog/sketches-js"],
    write: false,
  });
  return outputFiles[0].text;
}

/**
 * `takesMs`: milliseconds of so many runs of a row. With `asking` they include the way there and back, and the difference
 * between so many runs and four times as many is what is taken.
 */
export function engine(
  name: string,
  takesMs: (row: string, who: Who, times: number) => Promise<number>,
  { asking }: { asking: boolean },
): Engine {
  async function contender(row: string, who: Who): Promise<Contender> {
    await takesMs(row, who, 2);
    let times = 1;
    while ((await takesMs(row, who, times)) < sampleMs) times *= 2;
    return {
      name: `${who} in ${name}`,
      async sample() {
        const once = await takesMs(row, who, times);
        const ms = asking ? ((await takesMs(row, who, 4 * times)) - once) / 3 : once;
        return (ms * 1e6) / times;
      },
    };
  }
  return {
    name,
    contenders: async (row) => ({
      kernel: await contender(row.name, "kernel"),
      twin: await contender(row.name, "twin"),
    }),
  };
}
