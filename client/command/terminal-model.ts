/** What the model was worth, and what another tool would say, on a terminal. */
import { short } from "#core/compare/change.ts";
import type { ComparisonCompat, ComparisonPerformance } from "#core/domain/comparison.ts";
import { table, type TableOptions } from "./terminal-rows.ts";
import { printable, type Style, wrapped } from "./terminal-text.ts";

export function performanceLines(found: ComparisonPerformance, options: TableOptions): string[] {
  const { realised, estimated, changed, assumptions } = found;
  const sides = [realised.reference, realised.current ?? estimated];
  const names = [...new Set(sides.flatMap((side) => Object.keys(side?.metrics ?? {})))];
  const cell = (side: (typeof sides)[number], name: string): string => {
    const metric = side?.metrics[name];
    if (!metric) return "–";
    const bounds =
      metric.low === null || metric.high === null
        ? ""
        : ` (${short(metric.low, 3)} to ${short(metric.high, 3)})`;
    return short(metric.value, 3) + bounds;
  };
  const rows = names.map((name) => {
    const moved = changed.find(({ metric }) => metric === name);
    const word = moved ? (moved.better ? "better" : "worse") : "";
    return {
      cells: [name, cell(sides[0], name), cell(sides[1], name), word],
      style: (moved && !moved.better ? ["red", "bold"] : []) as Style[],
    };
  });
  const how = realised.current === null && estimated !== null ? "current (estimated)" : "current";
  return [
    `Performance${found.target === null ? "" : ` on ${printable(found.target)}`}`,
    ...(rows.length > 0
      ? table(["metric", "reference", how, ""], rows, options)
      : ["No row has both a label and a prediction."]),
    ...assumptions.flatMap((line) => wrapped(line, options.width)).map((line) => options.paint(line, "dim")),
  ];
}

export function compatLines(found: ComparisonCompat, options: TableOptions): string[] {
  const said = (drifted: boolean | null): string => (drifted === null ? "–" : drifted ? "drift" : "ok");
  const rows = found.columns.map(({ column, method, score, threshold, drifted, alarms }) => ({
    cells: [
      printable(column),
      (method ?? "not compared") + (alarms ? `, ${alarms.alarmed} of ${alarms.chunks} chunks` : ""),
      score === null ? "–" : short(score),
      threshold === null ? "–" : short(threshold),
      said(drifted),
    ],
  }));
  return [
    ...wrapped(found.note, options.width),
    ...table(["column", "by", "score", "threshold", found.tool], rows, options),
    `${found.tool} would say: ${said(found.drifted)} (uncalibrated)`,
  ];
}
