/**
 * `npm run bench:system`: the built platform as `npm start` runs it (workerd, SQLite on disk) under a real load
 * generator beside it on the same machine. Prints a table; writes bench/system.json and docs/scale.md, scenario by scenario.
 *
 *   --only <name,…>        only these scenarios; the others stay as they were measured
 *   --seconds <n>          of load a scenario (20)
 *   --runs <n>             of each but the steady one (1), of which the fastest counts, for every one of which a platform is started
 *   --soak-minutes <n>     of the steady scenario (10)
 *   --print                writes nothing
 */
import { parseArgs } from "node:util";
import { writeScalePage } from "../costs/scale-page.ts";
import { about } from "./about.ts";
import { onPlatform } from "./platform.ts";
import { readOnly } from "./read-only.ts";
import { recordScenario } from "./results.ts";
import { fastestOf, type Ran, runScenario, type ScenarioResult } from "./run-scenario.ts";
import { scenarios } from "./scenarios.ts";
import { featuresOf, referenceOf } from "./set-up.ts";
import { tableOf } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "20" },
    runs: { type: "string", default: "1" },
    "soak-minutes": { type: "string", default: "10" },
    print: { type: "boolean", default: false },
  },
});
const [seconds, soakSeconds] = [Number(options.seconds), 60 * Number(options["soak-minutes"])];
const runs = Number(options.runs);
const only = options.only?.split(",");
const unknown = only?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
if (!(seconds >= 1 && soakSeconds >= 1 && runs >= 1) || unknown.length > 0)
  throw new RangeError(
    `--seconds, --runs and --soak-minutes want numbers; scenarios are ${scenarios.map(({ name }) => name).join(", ")}`,
  );

const results: ScenarioResult[] = [];
for (const scenario of scenarios.filter(({ name }) => only?.includes(name) ?? true)) {
  const measured = about();
  const reference = await referenceOf(featuresOf(scenario));
  const asked = { scenario, reference, seconds: scenario.soak ? soakSeconds : (scenario.seconds ?? seconds) };
  const ran: Ran[] = [];
  while (ran.length < (scenario.soak ? 1 : runs))
    ran.push(await onPlatform((api, group) => runScenario(api, group, asked)));
  const result = { ...fastestOf(ran), readOnly: scenario.readOnly ? await readOnly(scenario) : null };
  results.push(result);
  console.log(tableOf([result]));
  if (options.print) continue;
  await recordScenario({ ...result, measured });
  await writeScalePage();
}
console.log(`\n${tableOf(results)}`);
