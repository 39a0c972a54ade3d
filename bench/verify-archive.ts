/**
 * `npm run verify:archive [runs]`: the archive's property tests in workerd, many more runs than `npm test` has: whatever is sent,
 * repeated, cut off, labelled, compacted and erased in whatever order, its rows are those that were counted, once, and counted again
 * give the same windows. Writes docs/verification/archive.json; fails with the first counterexample. A run takes about half a second.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { format, resolveConfig } from "prettier";
import { build } from "../scripts/build.ts";
import { inRoot } from "../scripts/paths.ts";

const runs = Number(process.argv[2] ?? 500);
if (!Number.isInteger(runs) || runs < 1) throw new RangeError("runs are a whole number, 1 or more");
const properties = ["archive-property", "archive-folded"];

await build({ only: "kernel" });
const args = [
  "vitest",
  "run",
  "--project",
  "worker",
  ...properties.map((name) => `tests/worker/${name}.test.ts`),
];
const { status } = spawnSync("npx", args, {
  cwd: inRoot(),
  stdio: "inherit",
  env: { ...process.env, MDT_TEST_RUNS: String(runs) },
});
if (status !== 0) process.exit(1);

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
const path = inRoot("docs", "verification", "archive.json");
mkdirSync(inRoot("docs", "verification"), { recursive: true });
const result = {
  version,
  machine: { cpu: cpus()[0]?.model ?? "unknown", node: process.version },
  date: new Date().toISOString().slice(0, 10),
  ...{ runs, properties, counterexamples: 0 },
};
writeFileSync(path, await format(JSON.stringify(result), { ...(await resolveConfig(path)), filepath: path }));
