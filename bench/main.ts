/**
 * `npm run bench`: the kernel against C, NumPy, SciPy, npm packages, plain loops and its own twin, all interleaved in one
 * run, in Node and for the main rows in workerd and Chromium. Prints the table, writes bench/results.json,
 * bench/machine.json and docs/performance.md.
 *
 *   --rows <name,…>         only these, in the order of rows/all.ts; prints and writes nothing
 *   --rounds <n>            samples a contender (21)
 *   --node                  only Node
 *   --report                only writes the page again from bench/results.json, after a change of notes.ts
 *   --allow-missing-peers   a bar that could not be measured is no failure
 *   --strict                a bar that is not met is one
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createKernel } from "#core/kernel.ts";
import { build } from "../scripts/build.ts";
import { compileKernelFile } from "../scripts/kernel-file.ts";
import { bars } from "./bars.ts";
import { startChromium } from "./engines/chromium.ts";
import { startWorkerd } from "./engines/workerd.ts";
import { hotLoops } from "./generated-code.ts";
import { lastResult } from "./measure.ts";
import { lastReport, writeReport } from "./report/files.ts";
import { machine } from "./report/machine.ts";
import { barText, digits, printed } from "./report/table.ts";
import { startC, startPython } from "./rivals/start.ts";
import { rows } from "./rows/all.ts";
import { coldStart } from "./rows/cold-start.ts";
import { type Result, runRow } from "./run-row.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string" },
    rounds: { type: "string", default: "21" },
    node: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    "allow-missing-peers": { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
if (!(rounds >= 1)) throw new RangeError("--rounds wants a number from 1");
const asked = options.rows?.split(",");
const all = [...rows, coldStart];
const unknown = asked?.filter((name) => !all.some((row) => row.name === name)) ?? [];
if (unknown.length > 0)
  throw new RangeError(`no row ${unknown.join(", ")}: there are ${all.map(({ name }) => name).join(", ")}`);

await build({ only: "kernel" });
if (options.report) {
  await writeReport(...lastReport(), hotLoops());
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), "mdt-bench-"));
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
const warnings: string[] = [];
const results: Result[] = [];
try {
  const c = await startC(folder);
  stops.push(() => [c.wide.child, c.narrow].forEach((child) => child?.rival.end()));
  const python = await startPython();
  stops.push(() => [python.whole.child, python.plain].forEach((child) => child?.rival.end()));
  const engines = [];
  for (const start of options.node ? [] : [startWorkerd, startChromium]) {
    const started = await start();
    stops.push(started.stop);
    engines.push(started.engine);
  }
  const about = machine({ c: c.wide.what, python: python.whole.what, rounds });
  console.log(`${Object.values(about).join("\n")}\n`);

  const module = compileKernelFile();
  const bench = {
    module,
    kernel: createKernel(module),
    folder,
    c: c.wide.child,
    narrowC: c.narrow,
    python: python.whole.child,
    plainPython: python.plain,
    engines,
    rounds,
    warn: (text: string) => {
      if (text.endsWith("computes something else")) warnings.push(text);
      console.log(`!! ${text}`);
    },
  };
  for (const row of all.filter(({ name }) => asked === undefined || asked.includes(name)))
    for (const size of row.sizes)
      for (const result of await runRow(bench, row, size)) {
        results.push(result);
        console.log(`${printed(result)}\n`);
      }
  const loops = hotLoops();
  for (const { row, what, instructions } of loops)
    console.log(`${row}, ${what}: ${digits(instructions)} instructions a unit`);
  if (asked === undefined) await writeReport(results, about, loops);
  else console.log("Some rows only: nothing was written.");
  for (const { child, what } of [c.wide, python.whole]) if (child === null) console.log(what);
} finally {
  for (const stop of stops.reverse()) await stop();
}

const verdicts = results.flatMap(({ name, bars }) =>
  bars.map((bar) => ({ ...bar, text: `${name}: ${barText(bar)}` })),
);
const rowless =
  asked === undefined ? Object.keys(bars).filter((name) => !all.some((row) => row.name === name)) : [];
const unmeasured = [
  ...verdicts.filter(({ met }) => met === null),
  ...rowless.map((name) => ({ text: `${name}: no such row` })),
];
const missed = verdicts.filter(({ met }) => met === false);
console.log(
  `${verdicts.filter(({ met }) => met).length} bars met, ${missed.length} not met, ${unmeasured.length} not measured.`,
);
for (const { text } of missed) console.log(`not met       ${text}`);
for (const { text } of unmeasured) console.log(`not measured  ${text}`);
if (lastResult() === undefined) throw new Error("nothing was computed");
if (unmeasured.length > 0 && !options["allow-missing-peers"]) process.exitCode = 1;
if (missed.length > 0 && options.strict) process.exitCode = 1;
if (warnings.length > 0) process.exitCode = 1;
