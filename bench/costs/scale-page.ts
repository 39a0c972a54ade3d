/** `npm run costs`: writes docs/scale.md from what was measured (bench/system.json) and the platform's prices. */
import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { inRoot } from "../../scripts/paths.ts";
import { type About } from "../system/about.ts";
import { readResults, type Results } from "../system/results.ts";
import type { ScenarioResult } from "../system/run-scenario.ts";
import { cellsOf } from "../system/table.ts";
import { barsOf } from "./bars.ts";
import { type Bill, billOf, type MeasuredBatch } from "./cost-model.ts";
import { prices } from "./prices.ts";
import { storedPanes } from "./stored-panes.ts";

/** From a laptop to a million a second. */
const loads: { predictionsPerSecond: number; models: number }[] = [
  { predictionsPerSecond: 1, models: 1 },
  { predictionsPerSecond: 10, models: 1 },
  { predictionsPerSecond: 100, models: 10 },
  { predictionsPerSecond: 1_000, models: 10 },
  { predictionsPerSecond: 10_000, models: 100 },
  { predictionsPerSecond: 10_000, models: 1_000 },
  { predictionsPerSecond: 100_000, models: 1_000 },
  { predictionsPerSecond: 1_000_000, models: 1_000 },
  { predictionsPerSecond: 1_000_000, models: 1 },
];
const flushSeconds = 60;
const features = 100;

export async function writeScalePage(): Promise<void> {
  const path = inRoot("docs", "scale.md");
  const text = await pageOf(readResults());
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

export async function pageOf(results: Results): Promise<string> {
  return [
    `# Scale

Written by \`npm run bench:system\`, \`npm run verify:sweep\` and \`npm run costs\`: do not edit.`,
    machinePart(results),
    scenariosPart(results.scenarios),
    sweepPart(results),
    barsPart(results),
    await costsPart(results.scenarios),
  ].join("\n\n");
}

const described = ({ cpu, system, node, workerd, wrangler }: About): string =>
  `${cpu}; ${system}; Node ${node}, workerd ${workerd}, wrangler ${wrangler}`;

function machinePart({ scenarios, sweep }: Results): string {
  const all = [...scenarios, ...(sweep ? [sweep] : [])].map(({ measured }) => measured);
  const machines = [...new Set(all.map(described))];
  return `## What one machine does

The built platform as \`npm start\` runs it (workerd, SQLite on disk), each scenario on a fresh one, with the load generator
(autocannon) beside it on the same machine: it takes part of the processors, which production does not know. Every request is a batch of its own with a new id; models have a reference in force; a third of the
features are whole numbers, a third have two decimals, a third all digits; every hundredth value is missing.

${machines.map((machine) => `- ${machine}`).join("\n")}`;
}

const figures = `- **rows/s** counts rows that were accepted, labels among them; **p50** and **p99** are from a request's first byte to the end
  of its reply. Of several runs the fastest is told, with the rows/s of the slowest behind it: a virtual machine shares caches and
  cores with others, which only take time away. What failed counts of all.
- **only read** is how many rows/s a Worker takes in that reads the same bodies and does nothing else, on the same runtime under the
  same load: the most that any Worker on this machine could. Reading a body and hashing it are most of what a binary batch takes.
- **rows written/batch** are rows of SQLite in all of a model's objects, an alarm that is set counting as one (so the platform
  bills them), until everything sent was folded, over the batches that were stored.
- **batches/fold**: a fold writes some rows however many batches it takes. They gather for up to two hours, but what is measured here
  is folded when the load ends: where few batches came to a model in these seconds, few share a fold. “Two hours of a batch every 32
  seconds” is what a model comes to whose batches come alone.
- **CPU** is the processor time of the process that runs the Worker and its objects. It depends less than the other times on
  what else the machine does.
- **load** is how many processes ran or wanted to when the scenario began; with more than the machine's cores, times are too long.
- **memory** is what all processes of the platform hold, the one that started it among them, in the first and the last second.
  A heap is collected as a whole only when it has grown, which takes minutes where batches come slowly, and what the runtime's
  objects of a request hold outside it waits for that; the allocator keeps what is freed for what comes next. So memory
  climbs, and falls back: a collection of the whole heap, forced under load, gave back what it had climbed by.`;

function scenariosPart(scenarios: Results["scenarios"]): string {
  if (scenarios.length === 0) return "Nothing was measured yet.";
  const [head, ...rows] = cellsOf(scenarios);
  const told = rows.map((row, at) => {
    const { version, date, load } = scenarios[at].measured;
    return [...row, String(load), `${version}, ${date}`];
  });
  const soak = scenarios.find(({ name }) => name === "steady");
  const memory = soak
    ? `\n\nMemory over ${Math.round(soak.seconds / 60)} minutes of “${soak.title}”, in MB: ${soak.memoryMb.join(", ")}.`
    : "";
  return `${table([[...head, "load", "measured"], ...told])}\n\n${figures}${memory}`;
}

function sweepPart({ sweep }: Results): string {
  if (sweep === null) return "";
  const {
    models,
    features: many,
    rowsPerModel,
    seconds,
    cpuSeconds,
    cpuMsPerModel,
    statuses,
    measured,
  } = sweep;
  const told = Object.entries(statuses)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");
  return `## Windows that close at one time

${models} models × ${many} features, ${rowsPerModel} rows each, whose windows close at the same second; then cron sweeps. The
folds of their rows, their checks with nulls, what is stored and told of them, and the objects' waking up took
**${cpuSeconds?.toFixed(1) ?? "?"} s of processor time** in all, ${cpuMsPerModel} ms a model, and were done after ${seconds} s (${told}). Measured on ${measured.date} with version
${measured.version}, load ${measured.load}. Each model's object checks its own windows, so in production none of this is one
invocation's.`;
}

function barsPart(results: Results): string {
  const bars = barsOf(results);
  if (bars.length === 0) return "";
  const loads = results.scenarios.map(({ measured }) => measured.load);
  const missed = bars.flatMap(({ met, missed: why }) => (met || why === undefined ? [] : [why]));
  const rows = bars.map(({ what, bar, found, met }) => [what, bar, found, met ? "met" : "**not met**"]);
  return `## Bars

For a machine of two cores that does nothing else. In these runs its load was ${Math.min(...loads)} to ${Math.max(...loads)}: with more than two, rows/s and
times say more about the other work than about the platform. Rows written hold as they are.

${table([["", "bar", "found", ""], ...rows])}${missed.map((sentences) => `\n\n${sentences}`).join("")}`;
}

async function costsPart(scenarios: readonly ScenarioResult[]): Promise<string> {
  const named = (name: string) => scenarios.find((scenario) => scenario.name === name);
  const [json, binary, sparse, gathered] = ["json", "binary-large", "sparse", "gathered"].map(named);
  if (!json || !binary || !sparse || gathered?.rowsWrittenPerFold === undefined) return "";
  const rowsPerFold = gathered.rowsWrittenPerFold;
  const measured = (scenario: ScenarioResult): MeasuredBatch => ({
    rows: scenario.rowsPerBatch,
    cpuMs: scenario.cpuMsPerBatch ?? NaN,
    latencyMs: sparse.p50Ms,
    rowsPerFold,
  });
  const stored = await storedPanes(
    features,
    loads.map(({ predictionsPerSecond, models }) => predictionsPerSecond / models),
  );
  const bills = (batch: MeasuredBatch): Bill[] =>
    loads.map((load, at) => billOf({ ...load, flushSeconds, storedBytesPerModel: stored[at] }, batch));
  const of = (scenario: ScenarioResult): string =>
    billTable(bills(measured(scenario)), Math.round(scenario.rowsPerSecond));
  return `## What it costs

A month of 30 days on the platform's paid plan, in US dollars, by its published prices (read on ${prices.readOn}:
${prices.sources.map((source) => `<${source}>`).join(", ")}) and by what was measured above:

- a batch is sent when it has as many rows as below, or after ${flushSeconds} seconds; a smaller one is counted as if it took as
  much processor time;
- a request to the Worker for each batch, and the row of its key read from D1; all processor time, the objects' too, as if it
  were the Worker's;
- a call to the model's object for each batch, and one for each fold; the object active for as long as a request took where
  batches come alone (${sparse.p50Ms} ms), never more than all the time;
- a row written for each batch, and ${rowsPerFold.toFixed(1)} for each fold (of “${gathered.title}”).
  Nobody looks at a dashboard, so batches gather for two hours, in shards for a minute, or until there are 512; and five each hour
  for every model, to roll its panes up;
- panes kept as long as by default (minutes 2 days, hours 60, days 730), with ${features} features.

Predictions of any number of models with ${features} features, in batches of up to ${json.rowsPerBatch} rows as JSON:

${of(json)}

In batches of up to ${binary.rowsPerBatch} rows as binary columns:

${of(binary)}

**One laptop** is the share of what the machine above took in of the same form, flat out. Rows written dominate where there is much: larger
batches are what saves. Senders that count on their own side (\`POST …/profiles\`) send a batch a minute however many predictions
they make.`;
}

function billTable(bills: readonly Bill[], laptopRowsPerSecond: number): string {
  const head = [
    ...["predictions/s", "models", "rows a batch", "objects a model", "rows written/batch"],
    ...[
      "requests",
      "CPU",
      "objects",
      "rows written",
      "storage",
      "**in all**",
      "a million predictions",
      "one laptop",
    ],
  ];
  const rows = bills.map((bill, at) => {
    const { predictionsPerSecond, models } = loads[at];
    const millions = (predictionsPerSecond * 30 * 86_400) / 1e6;
    return [
      ...[predictionsPerSecond.toLocaleString("en"), models.toLocaleString("en")],
      ...[String(Math.round(bill.rowsPerBatch)), String(bill.shards), bill.rowsWrittenPerBatch.toFixed(2)],
      ...[bill.requestsUsd, bill.cpuUsd, bill.objectsUsd, bill.rowsWrittenUsd, bill.storageUsd].map(dollars),
      `**${dollars(bill.totalUsd)}**`,
      `$${(bill.totalUsd / millions).toPrecision(2)}`,
      percent(predictionsPerSecond / laptopRowsPerSecond),
    ];
  });
  return table([head, ...rows]);
}

const dollars = (usd: number): string =>
  usd === 0 ? "–" : `$${usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString("en")}`;

const percent = (share: number): string =>
  share > 1 ? `${share.toFixed(1)} ×` : `${(100 * share).toPrecision(2)} %`;

function table([head, ...rows]: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, at) => (at === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map(line).join("\n");
}

if (import.meta.main) await writeScalePage();
