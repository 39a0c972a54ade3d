/**
 * `npm run verify:json`: a million seeded bodies, whole and broken, through the kernel's JSON rows and through
 * `JSON.parse` and the slow way. Writes docs/verification/json.json; fails at the first difference. Three minutes on one core.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { format, resolveConfig } from "prettier";
import { build } from "../scripts/build.ts";
import { nodeKernel } from "../scripts/kernel-file.ts";
import { inRoot } from "../scripts/paths.ts";
import { bothWays, documentDraw, documentText, sameOutcome } from "./json-documents.ts";

const documents = 1_000_000;
/** Not the tests' seed: other bodies. */
const seed = 2026;

await build({ only: "kernel" });
const kernel = nodeKernel();
const draw = documentDraw(seed);
let [taken, rows, left, broken] = [0, 0, 0, 0];
for (let index = 0; index < documents; index++) {
  const body = documentText(draw);
  const { quick, slow } = bothWays(kernel, body);
  if (quick === null) {
    if (slow === null) broken++;
    else left++;
    continue;
  }
  if (!sameOutcome(quick, slow)) {
    console.log(`FAILED  body ${index} differs: ${new TextDecoder().decode(body)}`);
    process.exit(1);
  }
  taken++;
  rows += quick.parsed.columns.rows;
}
console.log(
  `${documents} bodies: ${taken} taken (${rows} rows), all equal; ${left} left to JSON.parse; ${broken} no batch`,
);

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
const path = inRoot("docs", "verification", "json.json");
mkdirSync(inRoot("docs", "verification"), { recursive: true });
const result = {
  version,
  machine: { cpu: cpus()[0]?.model ?? "unknown", node: process.version },
  date: new Date().toISOString().slice(0, 10),
  ...{ seed, documents, taken, rowsTaken: rows, leftToJsonParse: left, noBatch: broken, differences: 0 },
};
writeFileSync(path, await format(JSON.stringify(result), { ...(await resolveConfig(path)), filepath: path }));
