/** One series of quality over windows: its value against what was expected, in the unit that fits. */
import type { Annotation } from "#core/domain/model.ts";
import type { QualityPoint, QualitySeries } from "#core/domain/quality.ts";
import { formatCount, formatNumber, formatPercent } from "#core/report/format.ts";
import { durationUnit } from "../queries/duration.ts";
import { kindWords } from "../queries/quality-kinds.ts";
import type { QualityWindow } from "../queries/quality-rows.ts";
import type { OverTime, TimePoint } from "./over-time.ts";

type Format = NonNullable<OverTime["format"]>;
type Drawn = Pick<TimePoint, "value" | "low" | "high" | "beside">;

/** What to draw; the table below the chart says the same. */
export function qualityOverTime(
  series: Pick<QualitySeries, "kind" | "unit" | "points">,
  windows: readonly QualityWindow[],
  annotations: readonly Annotation[],
): OverTime & { format: Format } {
  const { kind, points } = series;
  const drawn = (of: (point: QualityPoint) => Drawn) => ({
    points: linePoints(points, windows, of, untestedAtZero.has(kind)),
    ...{ annotations, lines: [], zeroBased: true, strip: true },
  });
  if (kind === "volume")
    return {
      ...drawn(({ value, expected, expectedLow, expectedHigh }) => {
        return { value, beside: expected, low: expectedLow, high: expectedHigh };
      }),
      ...{ name: "rows", besideName: "expected", bandName: "95 % of such windows" },
      format: (rows) => (rows == null ? "–" : formatCount(rows)),
    };
  if (kind === "silence") {
    const unit = durationUnit(Math.max(...points.map(({ value }) => value)));
    return {
      ...drawn(({ value }) => ({ value: value / unit.ms })),
      name: `silence at the window's end, ${unit.name}`,
      format: formatNumber,
    };
  }
  if (kind === "co_missing") {
    const gate = points.at(-1)?.gate;
    return {
      ...drawn(({ effect }) => ({ value: effect })),
      lines: gate ? [{ value: gate.drift, label: "drift gate", color: "drift" }] : [],
      name: "share distance",
      format: formatNumber,
    };
  }
  return {
    ...drawn(({ value, low, high, expected }) => ({ value, low, high, beside: expected })),
    name: kindWords[kind].name,
    besideName: points.some(({ expected }) => expected !== null) ? "expected" : undefined,
    format: formatPercent,
  };
}

/** What is not tested while there is none of it: then the share is 0. */
const untestedAtZero: ReadonlySet<QualitySeries["kind"]> = new Set([
  "type_mismatch",
  "duplicates",
  "refused",
  "empty_batches",
]);

/** Where a window has no point, nothing, or a gap. */
function linePoints(
  points: readonly QualityPoint[],
  windows: readonly QualityWindow[],
  of: (point: QualityPoint) => Drawn,
  orNothing: boolean,
): TimePoint[] {
  const byEnd = new Map(points.map((point) => [point.windowEndMs, point]));
  return windows.map(({ windowStartMs: startMs, windowEndMs: endMs }) => {
    const point = byEnd.get(endMs);
    if (point) return { startMs, endMs, ...of(point), status: point.status };
    return { startMs, endMs, value: orNothing ? 0 : null };
  });
}
