/** What was measured, scenario by scenario: each keeps what it was measured on, so that one can be measured again alone. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { inRoot } from "../../scripts/paths.ts";
import type { About } from "./about.ts";
import type { ScenarioResult } from "./run-scenario.ts";
import { scenarios } from "./scenarios.ts";
import type { SweepResult } from "./sweep.ts";

export interface Results {
  scenarios: (ScenarioResult & { measured: About })[];
  sweep: (SweepResult & { measured: About }) | null;
}

const path = inRoot("bench", "system.json");

export function readResults(): Results {
  return existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Results)
    : { scenarios: [], sweep: null };
}

/** In the order of the scenarios; of those that are no more nothing is kept. */
export async function recordScenario(result: ScenarioResult & { measured: About }): Promise<void> {
  const known = readResults();
  const all = [result, ...known.scenarios.filter(({ name }) => name !== result.name)];
  await writeFormatted(path, {
    ...known,
    scenarios: scenarios.flatMap(({ name }) => all.find((one) => one.name === name) ?? []),
  });
}

export async function recordSweep(sweep: SweepResult & { measured: About }): Promise<void> {
  await writeFormatted(path, { ...readResults(), sweep });
}

/** As `npm run check` wants it. */
async function writeFormatted(file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 1);
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
