import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { inRoot } from "../../scripts/paths.ts";
import { metricRows } from "../../scripts/print-metrics.ts";

it("the documented metrics are those that there are", () => {
  const page = readFileSync(inRoot("docs/methods/performance.md"), "utf8");
  const table = /<!-- metrics -->([\s\S]*)<!-- \/metrics -->/.exec(page)?.[1] ?? "";
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(metricRows());
});
