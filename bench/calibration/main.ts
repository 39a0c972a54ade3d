/**
 * `npm run calibrate`: measures the false alarms that are promised (METHODS §1) and writes docs/calibration.json,
 * docs/calibration.md and its pictures.
 *
 *   --only test,verdict,…   only these kinds; prints, and writes nothing
 *   --seed <text>           another release seed than the package's version
 *   --full                  10⁶ draws a row, every method everywhere: hours
 *   --quick                 a few references: to see that it runs
 *   --out <file>            rows of a partial run, as JSON
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import packageJson from "../../package.json" with { type: "json" };
import { runAll } from "./pool.ts";
import { merge, type Row, rowsOf } from "./tally.ts";
import { type Effort, kindNames, plan } from "./tasks.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string" },
    out: { type: "string" },
    full: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});

const effort: Effort = {
  release: options.seed ?? `mdt-edge ${packageJson.version}`,
  full: options.full,
  ...(options.full
    ? { references: 2000, windows: 500, costlyWindows: 50 }
    : options.quick
      ? { references: 50, windows: 100, costlyWindows: 30 }
      : { references: 300, windows: 100, costlyWindows: 34 }),
};

const only = options.only?.split(",") ?? kindNames;
const unknown = only.filter((kind) => !kindNames.includes(kind));
if (unknown.length > 0)
  throw new RangeError(`--only takes ${kindNames.join(", ")}, not ${unknown.join(", ")}`);

const tasks = plan(effort, only);
const processes = availableParallelism();
const startedMs = performance.now();
let done = 0;
console.log(`${tasks.length} tasks in ${processes} processes, seed "${effort.release}"`);
const tallies = await runAll(tasks, effort, processes, (index, seconds) => {
  done++;
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  console.log(
    `${String(done).padStart(5)} of ${tasks.length}, ${minutes} min: ${tasks[index].name}, ${seconds.toFixed(1)} s`,
  );
});
const kernel = nodeKernel();
const rows: Row[] = merge(tallies).flatMap((tally) => rowsOf(kernel, tally));
const failing = rows.filter(({ passes }) => passes === false);
for (const row of failing) {
  const { kind, method, data, n, m, alpha, rate, low, high } = row;
  console.log(
    [
      kind,
      method,
      data,
      `n=${n}`,
      `m=${m}`,
      alpha,
      (rate / (alpha ?? 1)).toFixed(2),
      `[${low.toExponential(1)}, ${high.toExponential(1)}]`,
    ].join("  "),
  );
}
console.log(`${rows.length} rows, ${failing.length} outside their band`);
if (options.out) writeFileSync(options.out, `${JSON.stringify(rows)}\n`);
