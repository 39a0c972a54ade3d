/** What the running platform is held to, and whether it was met. */
import type { Results } from "../system/results.ts";
import type { ScenarioResult } from "../system/run-scenario.ts";

export interface Bar {
  what: string;
  bar: string;
  found: string;
  met: boolean;
  /** What is to be said where it is not met. */
  missed?: string;
}

const rowsPerSecondLeast = 110_000;
const p99MostMs = 250;
const rowsWrittenMost = 1.1;
const sweepSecondsMost = 30;
const sweepModels = 1_000;
/** The last third of a long run over its first, after the first minute. */
const memoryGrowthMost = 1.1;

/** Of what was measured; nothing is said of the rest. */
export function barsOf({ scenarios, sweep }: Results): Bar[] {
  const named = (name: string) => scenarios.find((scenario) => scenario.name === name);
  const [json, binary, large, soak, flood] = ["json", "binary", "binary-large", "steady", "flood"].map(named);
  const gathered = named("gathered");
  const bars: Bar[] = [];
  if (json)
    bars.push(
      {
        what: "rows/s × 100 features into one model's object, 500-row JSON batches",
        bar: `at least ${rowsPerSecondLeast.toLocaleString("en")}`,
        found: `${json.rowsPerSecond.toLocaleString("en")}${json.runs ? ` in the fastest of ${json.runs.count} runs, ${json.runs.slowestRowsPerSecond.toLocaleString("en")} in the slowest` : ""}${json.readOnly ? `; ${json.readOnly.rowsPerSecond.toLocaleString("en")} are only read` : ""}`,
        met: json.rowsPerSecond >= rowsPerSecondLeast,
        ...(json.readOnly?.cpuMsPerBatch && { missed: whyNotMore(json, json.readOnly.cpuMsPerBatch) }),
      },
      {
        what: "p99 of these",
        bar: `at most ${p99MostMs} ms`,
        found: `${json.p99Ms} ms`,
        met: json.p99Ms <= p99MostMs,
      },
    );
  if (json && large) {
    const ratio = large.rowsPerSecond / json.rowsPerSecond;
    const same = binary
      ? `, ${(binary.rowsPerSecond / json.rowsPerSecond).toFixed(1)} × in batches of as many rows`
      : "";
    bars.push({
      what: `binary columns, ${large.rowsPerBatch.toLocaleString("en")} rows a batch, beside these JSON rows`,
      bar: "several times the rows/s",
      found: `${ratio.toFixed(1)} ×${same}`,
      met: ratio >= 3,
    });
  }
  if (json)
    bars.push({
      what: "rows written per batch of these, amortised over what is folded together",
      bar: `at most ${rowsWrittenMost}`,
      found: String(json.rowsWrittenPerBatch),
      met: json.rowsWrittenPerBatch <= rowsWrittenMost,
    });
  if (gathered)
    bars.push({
      what: "the same of models whose batches come alone, of two hours",
      bar: `at most ${rowsWrittenMost}`,
      found: String(gathered.rowsWrittenPerBatch),
      met: gathered.rowsWrittenPerBatch <= rowsWrittenMost,
    });
  const errors = scenarios.reduce((sum, { errors5xx, failed }) => sum + errors5xx + failed, 0);
  if (scenarios.length > 0)
    bars.push({
      what: "replies of 5xx, and requests without one, in all scenarios",
      bar: "none",
      found: String(errors),
      met: errors === 0,
    });
  if (flood) bars.push(...floodBar(flood));
  if (soak) bars.push(memoryBar(soak));
  if (sweep?.cpuSeconds) {
    const seconds = (sweep.cpuSeconds / sweep.models) * sweepModels;
    bars.push({
      what: `checks of ${sweepModels.toLocaleString("en")} models × ${sweep.features} features that close at one time, nulls included`,
      bar: `at most ${sweepSecondsMost} s of processor time`,
      found: `${seconds.toFixed(1)} s${sweep.models < sweepModels ? ` (from ${sweep.models} models)` : ""}`,
      met: seconds <= sweepSecondsMost,
    });
  }
  return bars;
}

function floodBar({ flood, replies429, errors5xx }: ScenarioResult): Bar[] {
  if (flood === undefined) return [];
  const { retryAfterSeconds: wait, acknowledgedRows, countedRows, takesAgain } = flood;
  const missing = acknowledgedRows - countedRows;
  const said = wait === null ? "not all with Retry-After" : `Retry-After ${wait.least} to ${wait.most} s`;
  const rows = acknowledgedRows.toLocaleString("en");
  return [
    {
      what: "429 past the limit: requests of inferences without their responses, more than a model's object keeps",
      bar: "429 with Retry-After, none of 5xx; all that was acknowledged is counted when the responses come",
      found: `${replies429} of 429 (${said}), ${errors5xx} of 5xx; ${missing} of ${rows} rows missing`,
      met: replies429 > 0 && wait !== null && errors5xx === 0 && missing === 0 && takesAgain,
    },
  ];
}

function memoryBar({ memoryMb, seconds }: ScenarioResult): Bar {
  const settled = memoryMb.slice(Math.ceil((60 / seconds) * memoryMb.length));
  const third = Math.max(1, Math.floor(settled.length / 3));
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const growth = mean(settled.slice(-third)) / mean(settled.slice(0, third));
  return {
    what: `memory over ${Math.round(seconds / 60)} minutes: the last third over the first, after a minute`,
    bar: `at most ${memoryGrowthMost}`,
    found: growth.toFixed(2),
    met: growth <= memoryGrowthMost,
    missed: `After the first minute memory was lowest at ${Math.min(...settled)} MB, and ${memoryMb[0]} MB when the load began; from there it climbed. What it climbs by is not held: see “memory” above.`,
  };
}

/** The local platform runs the Worker and all objects in one thread. */
function whyNotMore({ cpuMsPerBatch, rowsPerBatch, bytesPerBatch }: ScenarioResult, readMs: number): string {
  const megabytes = (bytesPerBatch / 1e6).toFixed(2);
  const allowedMs = ((1000 * rowsPerBatch) / rowsPerSecondLeast).toFixed(1);
  return `The local platform runs the Worker and its objects in one thread, where a batch of ${megabytes} MB takes ${cpuMsPerBatch} ms of processor time and may take ${allowedMs}: reading it ${readMs} in a Worker that does nothing else, then its fingerprint, its numbers (\`json-rows\` in performance.md), counting, and storing. Production runs as many Workers as requests need.`;
}
