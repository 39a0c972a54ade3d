import type { ScenarioResult } from "./run-scenario.ts";

const columns: [title: string, cell: (result: ScenarioResult) => string | number][] = [
  ["scenario", ({ title }) => title],
  ["rows/s", ({ rowsPerSecond, runs }) => `${rowsPerSecond}${runs ? ` (${runs.slowestRowsPerSecond})` : ""}`],
  ["only read", ({ readOnly }) => readOnly?.rowsPerSecond ?? "–"],
  ["batches/s", ({ batchesPerSecond }) => batchesPerSecond],
  ["p50 ms", ({ p50Ms }) => p50Ms],
  ["p99 ms", ({ p99Ms }) => p99Ms],
  ["rows written/batch", ({ rowsWrittenPerBatch }) => rowsWrittenPerBatch],
  ["batches/fold", ({ batchesPerFold }) => batchesPerFold ?? "–"],
  ["CPU ms/batch", ({ cpuMsPerBatch }) => cpuMsPerBatch ?? "–"],
  ["CPU µs/row", cpuUsPerRow],
  ["5xx", ({ errors5xx }) => errors5xx],
  ["429", ({ replies429 }) => replies429],
  ["failed", ({ failed }) => failed],
  ["memory MB", ({ memoryMb }) => `${memoryMb[0] ?? "–"} → ${memoryMb.at(-1) ?? "–"}`],
];

/** Title and cells, row after row. */
export function cellsOf(results: readonly ScenarioResult[]): string[][] {
  return [
    columns.map(([title]) => title),
    ...results.map((result) => columns.map(([, cell]) => String(cell(result)))),
  ];
}

/** The results as a table for a terminal. */
export function tableOf(results: readonly ScenarioResult[]): string {
  const rows = cellsOf(results);
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join("  ")).join("\n");
}

function cpuUsPerRow({ cpuMsPerBatch, rowsPerSecond, batchesPerSecond }: ScenarioResult): string | number {
  if (cpuMsPerBatch === null || rowsPerSecond === 0) return "–";
  return Number(((1000 * cpuMsPerBatch * batchesPerSecond) / rowsPerSecond).toPrecision(3));
}
