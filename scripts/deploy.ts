/**
 * `npm run deploy`: bucket, migrations, secrets, then `wrangler deploy`, and the owner's sign-in link once.
 * `npm run deploy -- --dry-run` works offline: it bundles as for production and checks every size against the limits.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "./build.ts";
import { inRoot, wranglerBin } from "./paths.ts";
import { createSignInLink } from "./sign-in.ts";

const MIB = 1024 * 1024;
/** Cloudflare refuses larger ones at deploy time; a Worker of more than 3 MB gzipped needs a paid plan. */
const largest = { assetBytes: 25 * MIB, workerBytes: 64 * MIB, workerGzipBytes: 3 * MIB };

/** Of the archived rows; as in wrangler.toml. */
const bucket = "mdt-edge-rows";

const { values: options } = parseArgs({
  options: { "dry-run": { type: "boolean", default: false }, url: { type: "string" } },
});

function wrangler(args: string[], input?: string): string {
  const result = spawnSync(process.execPath, [wranglerBin, ...args], {
    cwd: inRoot(),
    encoding: "utf8",
    input,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
    stdio: [input === undefined ? "inherit" : "pipe", "pipe", "inherit"],
  });
  if (result.status !== 0) throw new Error(`wrangler ${args.join(" ")} failed:\n${result.stdout}`);
  return result.stdout;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function checkSizes(bundle: string): void {
  const worker = filesIn(bundle).filter((file) => !file.endsWith(".map") && !file.endsWith(".md"));
  const bytes = worker.reduce((sum, file) => sum + statSync(file).size, 0);
  const gzipped = worker.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  const assets = filesIn(inRoot("app", "build")).map((file) => ({ file, bytes: statSync(file).size }));
  const heavy = assets.filter((asset) => asset.bytes > largest.assetBytes);
  const most = assets.reduce((a, b) => (a.bytes > b.bytes ? a : b));
  console.log(`Worker: ${kib(bytes)} (${kib(gzipped)} gzipped; at most ${kib(largest.workerGzipBytes)})`);
  console.log(
    `assets: ${assets.length} files, ${kib(assets.reduce((sum, asset) => sum + asset.bytes, 0))}; largest ` +
      `${relative(inRoot("app", "build"), most.file)} ${kib(most.bytes)} (at most ${kib(largest.assetBytes)})`,
  );
  if (bytes > largest.workerBytes || gzipped > largest.workerGzipBytes)
    throw new Error("the Worker is too large");
  if (heavy.length > 0) throw new Error(`too large an asset: ${heavy.map(({ file }) => file).join(", ")}`);
}

const kib = (bytes: number): string => `${Math.round(bytes / 1024).toLocaleString("en-US")} KiB`;

await build({ onPart: (name, seconds) => console.log(seconds > 0 ? `${name} built` : `${name} up to date`) });
const bundle = mkdtempSync(join(tmpdir(), "mdt-deploy-"));
try {
  wrangler(["deploy", "--dry-run", "--outdir", bundle]);
  checkSizes(bundle);
} finally {
  rmSync(bundle, { recursive: true });
}
if (options["dry-run"]) {
  console.log("dry run: nothing was sent");
} else {
  if (readFileSync(inRoot("wrangler.toml"), "utf8").includes("00000000-0000-0000-0000-000000000000"))
    throw new Error(
      "put your database's id into wrangler.toml first: `npx wrangler d1 create mdt-edge` prints it",
    );
  if (!wrangler(["r2", "bucket", "list"]).includes(bucket)) wrangler(["r2", "bucket", "create", bucket]);
  wrangler(["d1", "migrations", "apply", "mdt-edge", "--remote"]);
  const ownerSecret = randomBytes(32).toString("base64url");
  const hasSecret = wrangler(["secret", "list"]).includes("MDT_OWNER_SECRET");
  const printed = wrangler(["deploy"]);
  if (!hasSecret) wrangler(["secret", "put", "MDT_OWNER_SECRET"], ownerSecret);
  const url = options.url ?? /https:\/\/\S+\.workers\.dev/.exec(printed)?.[0];
  console.log(printed.trim());
  if (hasSecret) console.log("the owner's secret was set before and is kept");
  else if (url)
    console.log(`sign in once, within 10 minutes: ${url}${await createSignInLink(url, ownerSecret)}`);
  else console.log("give --url https://your.domain to get the owner's sign-in link");
}
