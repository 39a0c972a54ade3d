/**
 * Builds `mdt` as one file for Node 20 and later, the kernel's bytes inside: no installation but Node's own, no type
 * stripping at run time, no file beside it.
 */
import { chmodSync, readFileSync, statSync } from "node:fs";
import { build } from "esbuild";
import { inRoot } from "./paths.ts";

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
const outfile = inRoot("dist", "mdt.js");
await build({
  entryPoints: [inRoot("client", "command", "mdt.ts")],
  absWorkingDir: inRoot(),
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  define: { VERSION: JSON.stringify(version) },
  loader: { ".wasm": "binary" },
  // Packages of the other module system ask for Node's own ones by `require`.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  minifySyntax: true,
  legalComments: "linked",
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
console.log(`dist/mdt.js ${(statSync(outfile).size / 1024).toFixed(0)} KB`);
