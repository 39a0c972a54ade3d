/** `npm run check`: format, lint and types of every room, one after the other; all are run, one failure fails. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inRoot } from "./paths.ts";
import { build } from "./build.ts";

const bin = (name: string, path: string): [string, string] => [
  name,
  inRoot("node_modules", ...path.split("/")),
];
const [, tsc] = bin("tsc", "typescript/bin/tsc");
/** What the compiler knows of a room from the last time: only what changed since is checked again. */
const remembered = (room: string): string =>
  inRoot("node_modules", ".cache", "types", `${room.replace("/", "-")}.json`);

const steps: { name: string; script: string; args: string[] }[] = [
  {
    name: "format",
    script: bin("prettier", "prettier/bin/prettier.cjs")[1],
    args: ["--check", "--cache", "--log-level", "warn", "."],
  },
  {
    name: "lint",
    script: bin("eslint", "eslint/bin/eslint.js")[1],
    // No rule of ours looks beyond its file.
    args: ["--max-warnings", "0", "--cache", "--cache-location", inRoot("node_modules/.cache/eslint/"), "."],
  },
  ...[
    "core-as",
    "worker",
    "client",
    "client/command",
    "examples",
    "scripts",
    "bench",
    "tests",
    "tests/worker",
    "tests/reliability",
  ]
    .filter((room) => existsSync(inRoot(room, "tsconfig.json")))
    .map((room) => ({
      name: `types of ${room}`,
      script: tsc,
      args: ["-p", `${room}/tsconfig.json`, "--incremental", "--tsBuildInfoFile", remembered(room)],
    })),
  { name: "kit sync", script: inRoot("node_modules/@sveltejs/kit/svelte-kit.js"), args: ["sync"] },
  {
    name: "types of app",
    script: inRoot("node_modules/svelte-check/bin/svelte-check"),
    args: ["--tsconfig", "app/tsconfig.json", "--fail-on-warnings", "--output", "human"],
  },
];

// The AssemblyScript compiler is the kernel's type check.
await build({ only: "kernel", onPart: (name) => console.log(`ok      types of the ${name}`) });
let failed = 0;
for (const { name, script, args } of steps) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd: inRoot(), encoding: "utf8" });
  if (result.status === 0) console.log(`ok      ${name}`);
  else {
    failed++;
    console.log(`FAILED  ${name}\n${result.stdout}${result.stderr}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
