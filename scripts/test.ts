/** `npm test`: builds what is stale, runs every test, and ends in one plain line of true counts. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.ts";
import { inRoot } from "./paths.ts";

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
  testResults: { name: string; status: string; message: string; assertionResults: unknown[] }[];
}

await build({
  onPart: (name, seconds) => seconds > 0 && console.log(`${name} built in ${seconds.toFixed(1)} s`),
});

const folder = mkdtempSync(join(tmpdir(), "mdt-test-"));
const file = join(folder, "report.json");
const args = [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${file}`,
  ...process.argv.slice(2),
];
const child = spawn(process.execPath, [inRoot("node_modules", "vitest", "vitest.mjs"), ...args], {
  cwd: inRoot(),
  stdio: "inherit",
});
const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
const report = JSON.parse(readFileSync(file, "utf8")) as Report;
rmSync(folder, { recursive: true });

// A file that fails before its first test counts as one failure: it must not vanish from the sum.
const broken = report.testResults.filter(
  (result) => result.status === "failed" && result.assertionResults.length === 0,
);
const failed = report.numFailedTests + broken.length;
const skipped = report.numPendingTests + report.numTodoTests;
if (skipped > 0)
  console.log(`${skipped} tests were skipped: nothing is skipped silently here, so this run fails`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exit(code === 0 && failed === 0 && skipped === 0 && report.numPassedTests > 0 ? 0 : 1);
