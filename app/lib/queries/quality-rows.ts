/** Series of quality as the page shows them: as rows of a map, as one window's list, as what became of fields. */
import { severity, type Status } from "#core/domain/check.ts";
import type { Policy } from "#core/domain/policy.ts";
import { type QualityPoint, type QualitySeries, qualityKinds } from "#core/domain/quality.ts";
import { kindWords } from "./quality-kinds.ts";

export type QualityWindow = Pick<QualityPoint, "windowStartMs" | "windowEndMs">;

/** One test of one window, with what it is of. */
export interface QualityFinding extends Omit<QualitySeries, "points"> {
  point: QualityPoint;
  /** Shown, and no part of verdicts. */
  muted: boolean;
}

/** Everything that is known of one window, loudest first: muted ones last, then by status, then by effect over gate. */
export function findingsIn(
  series: readonly QualitySeries[],
  windowEndMs: number,
  policy: Pick<Policy, "features" | "quality">,
): QualityFinding[] {
  return series
    .flatMap(({ points, ...of }) => {
      const point = points.find((one) => one.windowEndMs === windowEndMs);
      return point ? [{ ...of, point, muted: isMuted(of, policy) }] : [];
    })
    .sort(louderFirst);
}

const louderFirst = (a: QualityFinding, b: QualityFinding): number =>
  Number(a.muted) - Number(b.muted) ||
  severity[b.point.status] - severity[a.point.status] ||
  strengthOf(b.point) - strengthOf(a.point);

const isMuted = (
  { kind, subject }: Pick<QualitySeries, "kind" | "subject">,
  { features, quality }: Pick<Policy, "features" | "quality">,
): boolean =>
  quality.muted.includes(kind) ||
  (kind !== "schema" && subject !== null && features[subject]?.muted === true);

/** Effect in units of the drift gate. */
export const strengthOf = ({ effect, gate }: Pick<QualityPoint, "effect" | "gate">): number =>
  effect / (gate.drift || 1);

/** The windows that any series has, oldest first. */
export function windowsOf(series: readonly QualitySeries[]): QualityWindow[] {
  const windows = new Map<number, QualityWindow>();
  for (const { points } of series)
    for (const { windowStartMs, windowEndMs } of points)
      windows.set(windowEndMs, { windowStartMs, windowEndMs });
  return [...windows.values()].sort((a, b) => a.windowEndMs - b.windowEndMs);
}

/** A row of the map: a kind that is of all rows, or a feature with all of its kinds. */
export interface QualityRow {
  label: string;
  /** Null for kinds of all rows. */
  feature: string | null;
  /** By window, its loudest finding; null where there was none. */
  cells: (QualityFinding | null)[];
}

/** Kinds of all rows first; then features, by the loudest they ever were, then by how often. */
export function mapRows(
  series: readonly QualitySeries[],
  windows: readonly QualityWindow[],
  policy: Pick<Policy, "features" | "quality">,
): { general: QualityRow[]; features: QualityRow[] } {
  const columnOf = new Map(windows.map(({ windowEndMs }, column) => [windowEndMs, column]));
  const rowOf = (label: string, feature: string | null, own: QualitySeries[]): QualityRow => {
    const cells = windows.map((): QualityFinding | null => null);
    for (const { points, ...of } of own) {
      const muted = isMuted(of, policy);
      for (const point of points) {
        const column = columnOf.get(point.windowEndMs);
        if (column === undefined) continue;
        const [found, known] = [{ ...of, point, muted }, cells[column]];
        if (known === null || louderFirst(found, known) < 0) cells[column] = found;
      }
    }
    return { label, feature, cells };
  };
  const kinds: readonly string[] = qualityKinds;
  const general = qualityKinds.flatMap((kind): QualityRow[] => {
    const own = series.filter((one) => one.kind === kind);
    return own.length > 0 ? [rowOf(kindWords[kind].name, null, own)] : [];
  });
  const byFeature = new Map<string, QualitySeries[]>();
  for (const one of series) {
    if (one.subject === null || kinds.includes(one.kind)) continue;
    byFeature.set(one.subject, [...(byFeature.get(one.subject) ?? []), one]);
  }
  const features = [...byFeature].map(([name, own]) => rowOf(name, name, own));
  return { general, features: features.sort((a, b) => loudness(b) - loudness(a)) };
}

/** Of a row over all windows: a drift outweighs any number of warnings that a page can show. */
function loudness({ cells }: QualityRow): number {
  const weight = { drift: 1e4, error: 1e4, warning: 10, insufficient: 0, ok: 0 } satisfies Record<
    Status,
    number
  >;
  return cells.reduce(
    (sum, cell) =>
      cell === null || cell.muted
        ? sum
        : sum + weight[cell.point.status] + Math.min(1, strengthOf(cell.point)),
    0,
  );
}

/** The series that a page opens with: the loudest of a feature's values; missing values where all is calm. */
export function loudestOfFeatures(
  series: readonly QualitySeries[],
  policy: Pick<Policy, "features" | "quality">,
): QualitySeries | null {
  const kinds: readonly string[] = qualityKinds;
  const own = series.filter((one) => !kinds.includes(one.kind));
  const loud = (one: QualitySeries): number =>
    isMuted(one, policy)
      ? 0
      : one.points.reduce(
          (sum, { status }) => sum + (status === "drift" ? 10 : Number(status === "warning")),
          0,
        );
  return own.reduce<QualitySeries | null>(
    (best, one) => (best === null || loud(one) > loud(best) ? one : best),
    null,
  );
}

/** What became of a field: when it was first and last found to have changed, and how loud that was. */
export interface FieldChange {
  field: string;
  change: "added" | "removed" | "retyped";
  windows: number;
  first: QualityPoint;
  last: QualityPoint;
  worst: QualityPoint;
}

/** Changes of the schema, the newest first. */
export function fieldChanges(series: readonly QualitySeries[]): FieldChange[] {
  return series
    .flatMap(({ kind, subject, change, points }): FieldChange[] => {
      if (kind !== "schema" || subject === null || change === null || points.length === 0) return [];
      const worst = points.reduce((most, point) =>
        severity[point.status] > severity[most.status] ? point : most,
      );
      return [
        {
          field: subject,
          change,
          windows: points.length,
          first: points[0],
          last: points[points.length - 1],
          worst,
        },
      ];
    })
    .sort((a, b) => b.last.windowEndMs - a.last.windowEndMs);
}
