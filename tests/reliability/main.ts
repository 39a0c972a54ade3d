/**
 * `npm run verify:reliability`: what docs/reliability.md promises, looked for where it would break. Each part writes
 * docs/verification/reliability-<part>.json and can be run by itself; Ctrl-C ends a part and keeps what it has.
 *
 *   -- --only simulation --seeds 10000 [--continue]    from the seed where the last run was cut short, after those that were wrong
 *   -- --only kills --kills 200 --seed 1
 *   -- --only faults
 *   -- --only simulation --first 42 --seeds 1 --print  one seed again, and no file
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { build } from "../../scripts/build.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { SimulationResult } from "./simulation/main.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    first: { type: "string", default: "1" },
    seeds: { type: "string", default: "10000" },
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    continue: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
  },
});

let ending = false;
process.once("SIGINT", () => (ending = true));
const isEnough = (): boolean => ending;
const say = (line: string): void => console.log(line);

/** What a part found, and whether that is as promised. */
interface Verified {
  isWell: boolean;
  result: object;
  /** Of the run that this one went on from. */
  earlierSeconds?: number;
}

const parts: Record<string, () => Promise<Verified>> = {
  simulation: async () => {
    const { addResults, simulate } = await import("./simulation/main.ts");
    const before = options.continue ? readResult<SimulationResult & { seconds: number }>("simulation") : null;
    const first = before === null ? Number(options.first) : before.firstSeed + before.seeds;
    const wrong: number[] = [];
    for (const seed of before?.wrong ?? []) {
      const again = await simulate({ first: seed, seeds: 1 }, say, isEnough);
      if (again.seeds === 0 || again.wrong.length > 0) wrong.push(seed);
    }
    const seeds = Number(options.seeds) - (before?.seeds ?? 0);
    const added = await simulate({ first, seeds }, say, isEnough);
    const result = before === null ? added : addResults({ ...before, wrong }, added);
    return {
      result,
      isWell: result.wrong.length === 0 && result.seeds > 0,
      earlierSeconds: before?.seconds ?? 0,
    };
  },
  kills: async () => {
    await build({ only: ["worker", "dashboard"] });
    const { killAgainAndAgain } = await import("./kills/main.ts");
    const asked = { kills: Number(options.kills), seed: Number(options.seed) };
    const result = await killAgainAndAgain(asked, say, isEnough);
    for (const sentence of result.wrong) say(`FAILED  ${sentence}`);
    return { result, isWell: result.wrong.length === 0 && result.kills > 0 };
  },
  faults: async () => {
    const { tryStorageFaults } = await import("./faults.ts");
    const result = await tryStorageFaults(say);
    return { result: result ?? { statements: 0 }, isWell: result !== null };
  },
};

function readResult<T>(name: string): T | null {
  const path = resultFile(name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : null;
}

const names = options.only === undefined ? Object.keys(parts) : [options.only];
const unknown = names.find((name) => !(name in parts));
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
await build({ only: "kernel" });
let failed = false;
for (const name of names) {
  say(`${name}:`);
  const startedMs = performance.now();
  const { isWell, result, earlierSeconds = 0 } = await parts[name]();
  const seconds = earlierSeconds + Math.round((performance.now() - startedMs) / 1000);
  if (!isWell) failed = true;
  say(`${isWell ? "ok     " : "FAILED "} ${name}: ${JSON.stringify(result)}`);
  if (!options.print) await write(name, { ...result, seconds });
}
process.exit(failed ? 1 : 0);

function resultFile(name: string): string {
  return inRoot("docs", "verification", `reliability-${name}.json`);
}

async function write(name: string, result: object): Promise<void> {
  const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { version: string };
  const machine = { cpu: cpus()[0]?.model ?? "unknown", node: process.version };
  const whole = { version, machine, date: new Date().toISOString().slice(0, 10), ...result };
  const path = resultFile(name);
  mkdirSync(inRoot("docs", "verification"), { recursive: true });
  const text = await format(JSON.stringify(whole), { ...(await resolveConfig(path)), filepath: path });
  writeFileSync(path, text);
}
