/**
 * `npm run verify:detectors`: how long every detector runs without a false alarm, and how soon it sees a change. Writes
 * docs/methods/run-lengths.json and the table in docs/methods/sequential.md; fails if a default of ours does not run
 * 10,000 rows. All streams are seeded; every detector sees the same ones. A few minutes on one core.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { format, resolveConfig } from "prettier";
import type { Kernel } from "#core/kernel/api.ts";
import { type RandomSource, randomSource } from "#core/methods/seeded-random.ts";
import { build } from "../scripts/build.ts";
import { nodeKernel } from "../scripts/kernel-file.ts";
import { inRoot } from "../scripts/paths.ts";
import { cases, type RunLengthCase } from "./run-length-cases.ts";
import {
  type Delay,
  renderRunLengths,
  type RunLength,
  type RunLengths,
  withTable,
} from "./run-length-table.ts";

const target = 10_000;
const streamRows = 20_000;
const waitedRows = 5000;
const shifts = [0.25, 0.5, 1, 2];
const errorShare = 0.1;
/** Settings were chosen on streams with seeds up to 200,000: these are others, so that nothing is fitted to them. */
const [quietSeeds, changeSeeds] = [5_000_000, 6_000_000];

await build({ only: "kernel" });
const kernel = nodeKernel();

function value(source: RandomSource, stream: RunLengthCase["stream"], shift: number): number {
  if (stream === "normal") return source.normal() + shift;
  const sd = Math.sqrt(errorShare * (1 - errorShare));
  return Number(source.uniform() < errorShare + shift * sd);
}

/** Whatever a detector needs of its own (a reference) has a source of its own, so that all see the same stream. */
function watch(kernel: Kernel, { start }: RunLengthCase, seed: number) {
  return { source: randomSource(kernel, seed), take: start(kernel, randomSource(kernel, seed + 0x40000000)) };
}

function measureQuiet(each: RunLengthCase): Omit<RunLength, keyof RunLengthCase | "delays"> {
  const alarmsOf: number[] = [];
  let early = 0;
  for (let stream = 0; stream < each.streams; stream++) {
    const { source, take } = watch(kernel, each, quietSeeds + stream);
    let [alarms, first] = [0, Infinity];
    for (let row = 0; row < streamRows; row++) {
      if (!take(value(source, each.stream, 0))) continue;
      alarms++;
      first = Math.min(first, row);
    }
    alarmsOf.push(alarms);
    if (first < target) early++;
  }
  const alarms = alarmsOf.reduce((sum, count) => sum + count, 0);
  const rows = each.streams * streamRows;
  const mean = alarms / each.streams;
  const squares = alarmsOf.reduce((sum, count) => sum + (count - mean) * (count - mean), 0);
  const error = Math.sqrt(squares / (each.streams - 1) / each.streams);
  // Without an alarm: the rate under which none is seen with a chance of one in twenty is 3 in all rows.
  const atLeast = alarms === 0 ? rows / 3 : streamRows / (mean + 1.96 * error);
  return {
    ...{ rows, alarms, rowsPerAlarm: alarms === 0 ? null : rows / alarms, atLeast },
    alarmedWithin10000: early / each.streams,
  };
}

function measureDelay(each: RunLengthCase, shift: number): Delay {
  const delays: number[] = [];
  for (let change = 0; change < each.changes; change++) {
    const { source, take } = watch(kernel, each, changeSeeds + change);
    // What alarms before the change is false, and the detector goes on from there.
    for (let row = 0; row < each.before; row++) take(value(source, each.stream, 0));
    let delay = 1;
    while (delay <= waitedRows && !take(value(source, each.stream, shift))) delay++;
    delays.push(delay);
  }
  delays.sort((a, b) => a - b);
  const within = (share: number): number | null => {
    const delay = delays[Math.ceil(share * each.changes) - 1];
    return delay <= waitedRows ? delay : null;
  };
  const missed = delays.filter((delay) => delay > waitedRows).length / each.changes;
  return { shift, median: within(0.5), ninetieth: within(0.9), missed };
}

const detectors = cases.map((each): RunLength => {
  const startedMs = performance.now();
  const { name, kind, stream, settings, changes } = each;
  const quiet = measureQuiet(each);
  const delays = shifts.map((shift) => measureDelay(each, shift));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const found = delays.map(({ median }) => median ?? "–").join(" / ");
  console.log(
    `${name} (${settings}): ${Math.round(quiet.rowsPerAlarm ?? NaN)} rows to an alarm, delays ${found}, ${seconds} s`,
  );
  return { name, kind, stream, settings, ...quiet, changes, delays };
});

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
const measured: RunLengths = {
  version,
  machine: { cpu: cpus()[0]?.model ?? "unknown", node: process.version },
  date: new Date().toISOString().slice(0, 10),
  ...{ streamRows, waitedRows, detectors },
};

async function write(path: string, text: string): Promise<void> {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
await write(inRoot("docs", "methods", "run-lengths.json"), JSON.stringify(measured));
const page = inRoot("docs", "methods", "sequential.md");
await write(page, withTable(readFileSync(page, "utf8"), renderRunLengths(measured)));

const short = detectors.filter(({ kind, atLeast }) => kind === "default" && !(atLeast >= target));
for (const { name, settings, atLeast } of short)
  console.log(`FAILED  ${name} (${settings}) may run only ${Math.round(atLeast)} rows`);
process.exit(short.length === 0 ? 0 : 1);
