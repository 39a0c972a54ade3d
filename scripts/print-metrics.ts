/** Prints the table of metrics that stands in docs/methods/performance.md; a test holds it to the code. */
import { performanceMetrics } from "#core/domain/performance-metrics.ts";

const side = (bound: number | null): string => (bound === null ? "" : String(bound));

export function metricRows(): string[][] {
  return performanceMetrics.map(({ name, says, tasks, better, least, most, unit }) => [
    `\`${name}\``,
    says,
    tasks.join(", "),
    better,
    `${side(least)} … ${side(most)}`.trim(),
    unit,
  ]);
}

if (import.meta.main) {
  const rows = [["name", "what it is", "tasks", "better", "range", "unit"], ...metricRows()];
  rows.splice(
    1,
    0,
    rows[0].map(() => "---"),
  );
  console.log(rows.map((row) => `| ${row.join(" | ")} |`).join("\n"));
}
