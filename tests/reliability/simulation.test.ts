/** The first seeds of `npm run verify:reliability -- --only simulation`: as many as take a few seconds. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { inRoot } from "../../scripts/paths.ts";

test("clients, shards, root and clock with faults of every kind count what one pass counts", () => {
  // In a process of its own: the platform's modules are resolved by Node's hooks.
  const script = inRoot("tests", "reliability", "main.ts");
  const args = [script, "--only", "simulation", "--seeds", "40", "--print"];
  const said = execFileSync(process.execPath, args, { encoding: "utf8" });
  expect(said).toContain('"seeds":40');
  expect(said).toContain('"wrong":[]');
}, 120_000);
