/**
 * Builds `mdt` as one file for Node 20 and later, the kernel's bytes inside: no installation but Node's own, no type
 * stripping at run time, no file beside it.
 */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { inRoot } from "./paths.ts";

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
const outfile = inRoot("dist", "mdt.js");
const { metafile } = await build({
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
  // What they say is in the licences beside the file.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
chmodSync(outfile, 0o755);

/** Of every package that is in the file: its licence's text, which has to go with it. */
const packages = new Set(
  Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  ),
);
const licences = [...packages].sort().map((name) => {
  const folder = inRoot("node_modules", ...name.split("/"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    license?: string;
  };
  const text = file
    ? readFileSync(join(folder, file), "utf8").trim()
    : `Licence: ${about.license ?? "unknown"}`;
  return `${name} ${about.version}\n\n${text}\n`;
});
writeFileSync(inRoot("dist", "LICENCES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
console.log(`dist/mdt.js ${(statSync(outfile).size / 1024).toFixed(0)} KB`);
