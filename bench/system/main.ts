/**
 * `npm run bench:system`: the built platform as `npm start` runs it (workerd, SQLite on disk) under a real load
 * generator beside it on the same machine. Prints a table; writes bench/system.json and docs/scale.md, scenario by scenario.
 *
 *   --only <name,…>        only these scenarios; the others stay as they were measured
 *   --seconds <n>          of load a scenario (20)
 *   --soak-minutes <n>     of the steady scenario (10)
 *   --print                writes nothing
 */
import { parseArgs } from "node:util";
import { writeScalePage } from "../costs/scale-page.ts";
import { about } from "./about.ts";
import { onPlatform } from "./platform.ts";
import { readOnly } from "./read-only.ts";
import { recordScenario } from "./results.ts";
import { runScenario, type ScenarioResult } from "./run-scenario.ts";
import { scenarios } from "./scenarios.ts";
import { featuresOf, referenceOf } from "./set-up.ts";
import { tableOf } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "20" },
    "soak-minutes": { type: "string", default: "10" },
    print: { type: "boolean", default: false },
  },
});
const [seconds, soakSeconds] = [Number(options.seconds), 60 * Number(options["soak-minutes"])];
const only = options.only?.split(",");
const unknown = only?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
if (!(seconds >= 1 && soakSeconds >= 1) || unknown.length > 0)
  throw new RangeError(
    `--seconds and --soak-minutes want numbers; scenarios are ${scenarios.map(({ name }) => name).join(", ")}`,
  );

const results: ScenarioResult[] = [];
for (const scenario of scenarios.filter(({ name }) => only?.includes(name) ?? true)) {
  const measured = about();
  const reference = await referenceOf(featuresOf(scenario));
  const asked = { scenario, reference, seconds: scenario.soak ? soakSeconds : (scenario.seconds ?? seconds) };
  const ran = await onPlatform((api, group) => runScenario(api, group, asked));
  const result = { ...ran, readOnly: scenario.readOnly ? await readOnly(scenario) : null };
  results.push(result);
  console.log(tableOf([result]));
  if (options.print) continue;
  await recordScenario({ ...result, measured });
  await writeScalePage();
}
console.log(`\n${tableOf(results)}`);
