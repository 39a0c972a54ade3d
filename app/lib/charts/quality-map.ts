/** What is wrong with the data, and since when: kinds that are of all rows above, features below, one column a window. */
import type { EChartsOption } from "echarts";
import type { Annotation } from "#core/domain/model.ts";
import { formatNumber, formatWindow, statusWords } from "#core/report/format.ts";
import { formatQuality, nameOf } from "../queries/quality-kinds.ts";
import {
  type QualityFinding,
  type QualityRow,
  type QualityWindow,
  strengthOf,
} from "../queries/quality-rows.ts";
import { bandsOf } from "./bands.ts";
import { escape } from "./look.ts";
import type { Palette } from "./palette.ts";
import { statusMapOption } from "./status-map.ts";

export function qualityMapOption(
  /** In the order of the map; null for a gap between two of them. */
  rows: readonly (QualityRow | null)[],
  windows: readonly QualityWindow[],
  annotations: readonly Annotation[],
  palette: Palette,
  narrow: boolean,
  /** Index of the window that the page shows below. */
  selected: number | null,
): EChartsOption {
  const cells = rows.flatMap((line, row) =>
    (line?.cells ?? []).flatMap((found, column) => {
      if (found === null) return [];
      // What is muted was tested, and is loud for nobody.
      const status = found.muted ? "insufficient" : found.point.status;
      return [{ column, row, status, strength: strengthOf(found.point), tooltip: () => tooltip(found) }];
    }),
  );
  const features = rows.map((line) => line?.feature ?? "");
  const bands = annotations.flatMap((annotation) => bandsOf(annotation, windows, features));
  const names = rows.map((line) => line?.label ?? "");
  return statusMapOption({ windows, rows: names, cells, bands, selected }, palette, narrow);
}

function tooltip(finding: QualityFinding): string {
  const { kind, unit, muted, point } = finding;
  const { windowStartMs, windowEndMs, value, expected, effect, gate, status, pValue } = point;
  const lines = [
    `<b>${escape(nameOf(finding))}</b> · ${statusWords[status]}${muted ? ", muted" : ""}`,
    formatWindow(windowStartMs, windowEndMs),
    kind === "schema"
      ? (point.reason ?? "")
      : `${formatQuality(value, unit)}${expected === null ? "" : ` (expected ${formatQuality(expected, unit)})`}`,
    pValue === null ? "" : `effect ${formatNumber(effect)} (drift from ${formatNumber(gate.drift)})`,
  ];
  return lines
    .map((line, at) => (at === 2 ? escape(line) : line))
    .filter(Boolean)
    .join("<br>");
}
