/**
 * `npm run calibrate`: measures the false alarms that are promised (METHODS §1) and writes docs/calibration.json,
 * docs/calibration.md and its pictures.
 *
 *   --only test,verdict,…   only these kinds; prints, and writes nothing
 *   --seed <text>           another release seed than the package's version
 *   --full                  10⁶ draws a row, every method everywhere: hours
 *   --quick                 a few references: to see that it runs
 *   --out <file>            the rows as JSON, there, and no report
 *   --from <file>           measures nothing: the report of a file that --out wrote
 *   --add <file>            measures nothing: its kinds of rows replace the report's
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { inRoot } from "../../scripts/paths.ts";
import { runAll } from "./pool.ts";
import { judgePower } from "./power.ts";
import { added, type Header, headerOf, isFailing, isLoss, jsonOf, writeReport } from "./report.ts";
import { merge, type Row, rowsOf } from "./tally.ts";
import { type Effort, kindNames, plan } from "./tasks.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string" },
    out: { type: "string" },
    from: { type: "string" },
    add: { type: "string" },
    full: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});

if (options.from !== undefined) {
  const { header, rows } = JSON.parse(readFileSync(options.from, "utf8")) as { header: Header; rows: Row[] };
  // Counted anew: what is listed and what the header says have to agree.
  writeReport(
    { ...header, failing: rows.filter(isFailing).length, losses: rows.filter(isLoss).length },
    rows,
  );
  process.exit(0);
}

if (options.add !== undefined) {
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as { header: Header; rows: Row[] };
  const { header, rows } = added(read(inRoot("docs", "calibration.json")), read(options.add));
  writeReport(header, rows);
  process.exit(0);
}

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
await build({ only: "kernel" });
const effort: Effort = {
  release: options.seed ?? `mdt-edge ${version}`,
  full: options.full,
  ...(options.full
    ? { references: 2000, windows: 500, costlyWindows: 50, costliestWindows: 50 }
    : options.quick
      ? { references: 50, windows: 50, costlyWindows: 34, costliestWindows: 10 }
      : { references: 300, windows: 34, costlyWindows: 34, costliestWindows: 10 }),
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
const rows = judgePower(merge(tallies).flatMap((tally) => rowsOf(kernel, tally)));
const header = headerOf(rows, effort, version, (performance.now() - startedMs) / 60_000);
for (const row of rows.filter((one) => isFailing(one) || isLoss(one))) {
  const { kind, method, data, change, n, m, alpha, rate, low, high } = row;
  const times = `× ${(rate / (alpha ?? 1)).toFixed(2)}  [${low.toExponential(1)}, ${high.toExponential(1)}]`;
  console.log(
    [
      kind === "power" ? "less powerful:" : "outside:",
      kind,
      method,
      data,
      change ?? "",
      `n=${n}`,
      `m=${m}`,
      alpha,
      times,
    ].join("  "),
  );
}
console.log(
  `${rows.length} rows, ${header.failing} outside their band, ${header.losses} less powerful, ${header.minutes} minutes`,
);
if (options.out) writeFileSync(options.out, jsonOf(header, rows));
else if (options.only === undefined && !options.quick) writeReport(header, rows);
if (options.only === undefined && !options.quick) process.exitCode = header.failing > 0 ? 1 : 0;
