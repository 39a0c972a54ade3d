/** Writes what a full run found. */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import type { HotLoop } from "../generated-code.ts";
import type { Result } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { Machine } from "./machine.ts";
import { markdown } from "./markdown.ts";

export async function writeReport(
  results: readonly Result[],
  machine: Machine,
  loops: readonly HotLoop[],
): Promise<void> {
  const files: [string, string][] = [
    [inRoot("bench", "results.json"), JSON.stringify(results)],
    [inRoot("bench", "machine.json"), JSON.stringify(machine)],
    [inRoot("docs", "performance.md"), markdown(results, machine, loops)],
  ];
  // As `npm run check` wants them.
  for (const [path, text] of files)
    writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** What the last full run wrote. */
export function lastReport(): [Result[], Machine] {
  const read = (name: string): unknown => JSON.parse(readFileSync(inRoot("bench", name), "utf8"));
  return [read("results.json") as Result[], read("machine.json") as Machine];
}
