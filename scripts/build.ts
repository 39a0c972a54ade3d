/**
 * Builds what runs: the kernel (Wasm), the Worker (a bundle), the command (one file) and the dashboard (static files). Each part is built again only when its inputs
 * changed, so that a second `npm start` begins at once; `npm run build -- --force` builds all.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inRoot, root } from "./paths.ts";

interface Part {
  name: string;
  script: string;
  /** Files and folders that the result depends on. */
  inputs: string[];
  /** Must exist for the result to count. */
  output: string;
}

const parts: Part[] = [
  {
    name: "kernel",
    script: "scripts/build-kernel.mjs",
    inputs: ["core-as/assembly", "scripts/build-kernel.mjs", "package-lock.json"],
    output: "core-as/build/kernel.wasm",
  },
  {
    name: "worker",
    script: "scripts/build-worker.ts",
    inputs: ["worker", "core-as", "sql", "wrangler.toml", "scripts/build-worker.ts", "package-lock.json"],
    output: "build/worker/options.json",
  },
  {
    name: "command",
    script: "scripts/build-command.ts",
    inputs: ["client", "core-as", "scripts/build-command.ts", "package.json", "package-lock.json"],
    output: "dist/mdt.js",
  },
  {
    name: "dashboard",
    script: "scripts/build-app.mjs",
    inputs: [
      "app",
      "core-as",
      "sql/workbench",
      "svelte.config.js",
      "vite.config.ts",
      "scripts/build-app.mjs",
      "package-lock.json",
    ],
    output: "app/build/index.html",
  },
];

/** Not inputs: results, and what tools leave behind. */
const ignored = new Set(["build", ".svelte-kit", "node_modules"]);

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name))
    .flatMap((entry) => filesIn(join(path, entry.name)));
}

function fingerprint(part: Part): string {
  const hash = createHash("sha256");
  for (const file of part.inputs.flatMap((input) => filesIn(inRoot(input))).sort())
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function run(part: Part): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRoot(part.script)], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`building the ${part.name} failed:\n${output.slice(-6000)}`)),
    );
  });
}

/** Builds what is stale. `onPart` hears each part's name and how many seconds it took (0: it was up to date). */
export async function build(
  options: {
    force?: boolean;
    only?: string | string[];
    onPart?: (name: string, seconds: number) => void;
  } = {},
): Promise<void> {
  const wanted = options.only === undefined ? null : [options.only].flat();
  for (const part of parts.filter(({ name }) => wanted === null || wanted.includes(name))) {
    // In the checkout, not with the packages: two checkouts may share those, and neither speaks for the other's build.
    const stamp = inRoot("build", `${part.name}.sha256`);
    const now = fingerprint(part);
    const fresh = existsSync(stamp) && readFileSync(stamp, "utf8") === now && existsSync(inRoot(part.output));
    const startedMs = performance.now();
    if (options.force || !fresh) {
      await run(part);
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, now);
    }
    options.onPart?.(part.name, options.force || !fresh ? (performance.now() - startedMs) / 1000 : 0);
  }
}

if (import.meta.main) {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  await build({
    force: process.argv.includes("--force"),
    only: named.length > 0 ? named : undefined,
    onPart: (name, seconds) =>
      console.log(seconds === 0 ? `${name}: up to date` : `${name}: built in ${seconds.toFixed(1)} s`),
  });
}
