/** Features × windows: how far each feature is from its reference, in units of its own drift gate. */
import type { EChartsOption } from "echarts";
import type { DriftHistory } from "#core/domain/api.ts";
import type { Annotation } from "#core/domain/model.ts";
import { formatNumber, formatWindow, statusWords } from "#core/report/format.ts";
import { bandsOf } from "./bands.ts";
import { escape } from "./look.ts";
import type { Palette } from "./palette.ts";
import { statusMapOption } from "./status-map.ts";

type Checks = DriftHistory["checks"];

/** Rows of the heatmap in the order given; the first is drawn on top. */
export function heatmapOption(
  checks: Checks,
  features: readonly string[],
  annotations: readonly Annotation[],
  palette: Palette,
  narrow: boolean,
  /** Index of the window that the page shows below. */
  selected: number | null = null,
): EChartsOption {
  const rowOf = new Map(features.map((name, index) => [name, index]));
  const cells = checks.flatMap((check, column) =>
    check.features.flatMap((feature) => {
      const row = rowOf.get(feature.name);
      if (row === undefined) return [];
      const { status, effect, gate } = feature;
      const strength = effect / (gate.drift || 1);
      return [{ column, row, status, strength, tooltip: () => tooltip(feature, check) }];
    }),
  );
  const bands = annotations.flatMap((annotation) => bandsOf(annotation, checks, features));
  return statusMapOption({ windows: checks, rows: features, cells, bands, selected }, palette, narrow);
}

function tooltip(feature: Checks[number]["features"][number], check: Checks[number]): string {
  const lines = [
    `<b>${escape(feature.name)}</b> · ${statusWords[feature.status]}`,
    formatWindow(check.windowStartMs, check.windowEndMs),
    `${feature.effectName} ${formatNumber(feature.effect)} (drift from ${formatNumber(feature.gate.drift)})`,
    `${feature.m.toLocaleString("en-US")} rows`,
  ];
  return lines.join("<br>");
}
