/**
 * The flights demo as a program: `main.ts prepare` computes and trains (no server needed), `main.ts replay` creates both
 * models and sends half a year of flights through the public API; without a word, both. Ending it at any moment is safe.
 *
 *   MDT_ENDPOINT   where the platform answers            MDT_KEY        a key that may do everything
 *   MDT_STATE_DIR  where the prepared flights are kept   MDT_PROGRESS   json: progress as lines of JSON
 */
import { join } from "node:path";
import { createReporter } from "../../client/command/reporter.ts";
import { createClient } from "../../client/http.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { stateDir } from "../../scripts/paths.ts";
import { replayFromMs, replayToMs } from "./calendar.ts";
import { readPosition } from "./cursor.ts";
import type { Dataset } from "./dataset.ts";
import { digest } from "./digest.ts";
import { demoModels } from "./models.ts";
import { prepare } from "./prepare.ts";
import { profileReference } from "./profile.ts";
import { replay, rowsBefore } from "./replay.ts";
import { setUpModel } from "./setup.ts";

const reporter = createReporter({
  out: process.stdout,
  json: process.env.MDT_PROGRESS === "json",
  nowMs: () => performance.now(),
});

async function prepareFlights(): Promise<Dataset> {
  const fromMs = performance.now();
  const dataset = await prepare({
    cacheDir: join(stateDir, "demo"),
    onProgress: (phase, done, total) => reporter.at(phase, done, total),
  });
  const seconds = ((performance.now() - fromMs) / 1000).toFixed(1);
  const { auc, baseRate, threshold } = dataset.training;
  reporter.say(
    "prepare",
    `delay model ready in ${seconds} s: AUC ${auc.toFixed(3)} out of sample on 1–28 January, ` +
      `${(100 * baseRate).toFixed(1)} % late, called late from a score of ${threshold.toFixed(3)}`,
  );
  return dataset;
}

async function replayFlights(dataset: Dataset): Promise<void> {
  const client = createClient({
    endpoint: required("MDT_ENDPOINT"),
    key: required("MDT_KEY"),
    attempts: 12,
  });
  let profiled: ReturnType<typeof profileReference> | null = null;
  const reference = (): ReturnType<typeof profileReference> =>
    (profiled ??= profileReference(nodeKernel(), dataset));
  for (const model of demoModels) await setUpModel(client, dataset, model, reference);
  reporter.say("replay", "both models are set up; their flights stream in");

  const data = digest(dataset);
  const through = await Promise.all(
    demoModels.map(async ({ id }) => (await readPosition(client, id, data)) ?? replayFromMs),
  );
  const sent = through.map((throughMs) => rowsBefore(dataset, Math.min(throughMs, replayToMs)));
  const total = demoModels.length * rowsBefore(dataset, replayToMs);
  const results = await Promise.all(
    demoModels.map((model, index) =>
      replay({
        client,
        dataset,
        model,
        data,
        resumeMs: through[index],
        onStep: (rows, throughMs) => {
          sent[index] += rows;
          through[index] = throughMs;
          const done = sent.reduce((sum, count) => sum + count, 0);
          reporter.at("replay", done, total, Math.min(...through, replayToMs));
        },
      }),
    ),
  );
  const rejected = results.reduce((sum, result) => sum + result.rejected, 0);
  const late = results.reduce((sum, result) => sum + result.late, 0);
  if (rejected + late > 0)
    throw new Error(`${rejected} rows were refused and ${late} came late: the replay is not faithful`);
  reporter.say("replay", `${total.toLocaleString("en-US")} predictions and their labels are in`);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

const command = process.argv[2] ?? "all";
if (!["prepare", "replay", "all"].includes(command))
  throw new Error(`unknown command ${command}: prepare, replay, or nothing for both`);
const dataset = await prepareFlights();
if (command !== "prepare") await replayFlights(dataset);
