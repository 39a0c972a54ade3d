/**
 * Bundles the Worker as it is deployed, and writes beside it what wrangler.toml binds it to, as the local runtime takes it: the local
 * platform (serve.ts) then starts without wrangler and without a bundler.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";
import { inRoot, root, workerBuild, wranglerBin } from "./paths.ts";
import { quietWrangler } from "./wrangler.ts";

// Modules have names of their contents: those of before would stay.
rmSync(workerBuild, { recursive: true, force: true });
// Pages are built apart from it, and perhaps later; wrangler wants to see where they will lie.
mkdirSync(inRoot("app", "build"), { recursive: true });
const bundled = spawnSync(
  process.execPath,
  [wranglerBin, "deploy", "--dry-run", "--outdir", join(workerBuild, "bundle")],
  { cwd: root, env: { ...process.env, ...quietWrangler }, encoding: "utf8" },
);
if (bundled.status !== 0) throw new Error(`${bundled.stdout}${bundled.stderr}`);

const { modulesRules: _, ...options } = optionsOf(inRoot("wrangler.toml")).workerOptions;
// A checkout may be moved.
const movable = (_name: string, value: unknown): unknown =>
  typeof value === "string" && value.startsWith(root) ? relative(root, value) || "." : value;
writeFileSync(join(workerBuild, "options.json"), JSON.stringify(options, movable));
