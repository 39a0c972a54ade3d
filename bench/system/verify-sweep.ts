/**
 * `npm run verify:sweep`: a thousand models × 100 features whose windows close at one time, on the built platform. Fails where
 * their checks take more than 30 seconds of processor time, or one is missing. Writes bench/system.json and docs/scale.md.
 *
 *   --models <n>     (1000)     --features <n>   (100)
 *   --minutes <n>    until the windows close: what making the models may take (15)
 *   --print          writes nothing
 */
import { parseArgs } from "node:util";
import { writeScalePage } from "../costs/scale-page.ts";
import { about } from "./about.ts";
import { onPlatform } from "./platform.ts";
import { recordSweep } from "./results.ts";
import { featuresOf, referenceOf } from "./set-up.ts";
import { runSweep } from "./sweep.ts";

const cpuSecondsMost = 30;

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "1000" },
    features: { type: "string", default: "100" },
    minutes: { type: "string", default: "15" },
    print: { type: "boolean", default: false },
  },
});
const [models, features, minutes] = [options.models, options.features, options.minutes].map(Number);
if (![models, features, minutes].every((value) => value >= 1))
  throw new RangeError("--models, --features and --minutes want numbers");

const measured = about();
const reference = await referenceOf(featuresOf({ features }));
const result = await onPlatform((api, group) => runSweep(api, group, { models, reference, minutes }));
console.log(JSON.stringify(result, null, 2));
if (!options.print) {
  await recordSweep({ ...result, measured });
  await writeScalePage();
}
const checked = models - (result.statuses.missing ?? 0) - (result.statuses.error ?? 0);
if (checked < models || (result.cpuSeconds ?? 0) > cpuSecondsMost) {
  console.error(
    `${checked} of ${models} models were checked in ${result.cpuSeconds} s; ${cpuSecondsMost} s are allowed`,
  );
  process.exitCode = 1;
}
