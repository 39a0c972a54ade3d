/**
 * Builds the dashboard: static files, their content security policy, and DuckDB compressed to pass the size limit of
 * static assets.
 */
import {
  createReadStream,
  createWriteStream,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "app", "build");
const assetLimitBytes = 25 * 1024 * 1024;

process.chdir(root);
await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });

// The Wasm is 34 MB: too large for an asset. Under an extension that nobody else decompresses it is ours to inflate.
const duckdb = join(root, "node_modules", "@duckdb", "duckdb-wasm", "dist", "duckdb-eh.wasm");
await pipeline(
  createReadStream(duckdb),
  createGzip({ level: 9 }),
  createWriteStream(join(output, "duckdb-eh.wasm.packed")),
);

const index = readFileSync(join(output, "index.html"), "utf8");
const policy = /<meta http-equiv="content-security-policy" content="([^"]*)">/i.exec(index)?.[1] ?? "";
const hashes = policy.match(/'sha256-[^']+'/g);
if (!hashes) throw new Error("the page has no script hash: it would stay blank under its policy");
// The header says all of it; two policies would both apply.
writeFileSync(
  join(output, "index.html"),
  index.replace(/\s*<meta http-equiv="content-security-policy"[^>]*>/i, ""),
);
const directives = [
  "default-src 'self'",
  `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(" ")}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "connect-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];
const headers = [
  "/*",
  `  Content-Security-Policy: ${directives.join("; ")}`,
  "  X-Content-Type-Options: nosniff",
  "  Referrer-Policy: no-referrer",
];
// No rule that keeps hashed files for a year: the single-page fallback answers for missing ones too, and a page asked
// for in the middle of a deployment would be kept as a script. Entity tags make asking again cheap.
writeFileSync(join(output, "_headers"), `${headers.join("\n")}\n`);

for (const name of readdirSync(output, { recursive: true })) {
  const bytes = statSync(join(output, name)).size;
  if (bytes > assetLimitBytes) {
    rmSync(join(output, "index.html"));
    throw new Error(`${name} has ${bytes} bytes; static assets may have ${assetLimitBytes}`);
  }
}
