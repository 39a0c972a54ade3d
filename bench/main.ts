/**
 * `npm run bench`: kernel, twin and the obvious loop, interleaved in one process, so that a machine that slows down slows
 * all of them. Prints medians and ratios, and writes bench/results.json. Nothing here passes or fails: tests never time.
 */
import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { twin } from "#core/twin/twin.ts";
import { build } from "../scripts/build.ts";
import { nodeKernel } from "../scripts/kernel-file.ts";
import { inRoot } from "../scripts/paths.ts";
import { cases } from "./cases.ts";

const rounds = 15;
const warmUps = 3;

await build({ only: "kernel" });
const kernel = nodeKernel();
let sink: unknown;

function time(work: () => unknown): number {
  const startedMs = performance.now();
  sink = work(); // kept, so that nothing can be optimised away
  return performance.now() - startedMs;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

const results = cases.map(({ name, values, kernel: run, plain }) => {
  const spent: { wasm: number[]; twin: number[]; plain: number[] } = { wasm: [], twin: [], plain: [] };
  for (let round = 0; round < rounds + warmUps; round++) {
    const once = {
      wasm: time(() => run(kernel)),
      twin: time(() => run(twin)),
      plain: plain ? time(plain.run) : NaN,
    };
    if (round < warmUps) continue;
    for (const rival of ["wasm", "twin", "plain"] as const) spent[rival].push(once[rival]);
  }
  const perValue = (times: number[]): number => (median(times) * 1e6) / values;
  const [wasm, other, loop] = [perValue(spent.wasm), perValue(spent.twin), perValue(spent.plain)];
  return {
    name,
    nsPerValue: wasm,
    spread: spent.wasm[spent.wasm.length - 1] / spent.wasm[0],
    ratioToTwin: wasm / other,
    peers: plain
      ? [{ name: plain.name, version: process.version, nsPerValue: loop, ratio: wasm / loop }]
      : [],
  };
});

const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};
writeFileSync(inRoot("bench", "results.json"), `${JSON.stringify({ machine, results }, null, 2)}\n`);

const cell = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(2)).padStart(10);
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; medians of ${rounds} interleaved rounds\n`,
);
console.log(`${"".padEnd(46)}  ns/value  × of twin  × of a plain loop`);
for (const { name, nsPerValue, ratioToTwin, peers } of results)
  console.log(`${name.padEnd(46)}${cell(nsPerValue)} ${cell(ratioToTwin)} ${cell(peers[0]?.ratio ?? NaN)}`);
if (sink === undefined) throw new Error("nothing was computed");
