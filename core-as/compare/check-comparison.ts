/**
 * A check of a model as the document of a comparison, so that the command shows both alike. The rows are gone and the counts in
 * the reference's cells are all there is: what changed in a feature of numbers is said by its median, told from its cells.
 */
import type { CheckDetail } from "../domain/api.ts";
import type { Check, FeatureCheck } from "../domain/check.ts";
import {
  type ColumnSummary,
  type Comparison,
  type ComparisonFeature,
  comparisonSchema,
} from "../domain/comparison.ts";
import { DAY_MS, HOUR_MS } from "../domain/limits.ts";
import type { Policy } from "../domain/policy.ts";
import { layoutOf } from "../domain/reference-cells.ts";
import type { Reference, ReferenceFeature } from "../domain/reference.ts";
import { featureCounts, type FeatureCounts } from "../domain/window.ts";
import { cellMoved, testOf, verdictOf } from "./features.ts";
import { direction, noticeable, percent, shareMoved, toHundredths } from "./change.ts";
import { scoreOf } from "./exact-scores.ts";
import { optionsOf } from "./options.ts";
import { profileSummary } from "./summary.ts";
import { verdictOfSet } from "./sets.ts";

export interface CheckToShow extends Pick<CheckDetail, "check" | "counts"> {
  reference: Reference;
  policy: Policy;
}

export function comparisonOfCheck({ check, counts, reference, policy }: CheckToShow): Comparison {
  const layout = layoutOf(reference);
  const places = new Map(reference.features.map(({ name }, index) => [name, index]));
  const features = check.features.flatMap((judged) => {
    const index = places.get(judged.name);
    return index === undefined
      ? []
      : featureOf(judged, reference.features[index], featureCounts(counts, layout, index));
  });
  const having = (status: string): number =>
    features.filter(({ verdict }) => verdict.status === status).length;
  const { modelId, monitor, windowStartMs, windowEndMs, rows, seed, periodMs, family } = check;
  return {
    schema: comparisonSchema,
    inputs: {
      reference: { name: reference.id, bytes: null, format: "profile" },
      current: { name: windowName(check), bytes: null, format: "window" },
    },
    options: optionsOf({ level: family.level.drift }),
    rows: { reference: reference.rows, current: rows },
    verdict: {
      ...verdictOfSet(check),
      ...{ drifted: having("drift"), warned: having("warning"), compared: features.length },
    },
    nulls: nullsOf(check, reference),
    features,
    ...{ segments: null, series: null, performance: null, compat: null, notices: [] },
    evidence: {
      ...{ policy, level: family.level, modelId, monitor, windowStartMs, windowEndMs, windowMs: periodMs },
      ...{ rows, counts: [...counts], seed, reference },
    },
  };
}

/** `churn, 2026-02-01 to 2026-02-02`, with hours where it is not about whole days. */
function windowName({ modelId, monitor, windowStartMs, windowEndMs, complete }: Check): string {
  const whole = windowStartMs % DAY_MS === 0 && windowEndMs % DAY_MS === 0;
  const [start, end] = [windowStartMs, windowEndMs].map((ms) => {
    const text = new Date(ms).toISOString();
    return whole ? text.slice(0, 10) : text.replace(/(:00)?\.\d+Z$/, "Z");
  });
  const series = monitor === "default" ? "" : ` (${monitor})`;
  return `${modelId}${series}, ${start} to ${end}${complete ? "" : ", still open"}`;
}

function nullsOf({ against, periodMs }: Check, { chunks, fromMs }: Reference): Comparison["nulls"] {
  const length = periodMs % DAY_MS === 0 ? "days" : periodMs % HOUR_MS === 0 ? "hours" : "windows";
  if (against !== undefined)
    return {
      chunks: null,
      sentence: `Compared with ${against.windows} earlier windows (${against.kind}), and how they differ from each other.`,
    };
  if (chunks !== null)
    return {
      chunks: { count: chunks.starts.length, periodMs: chunks.periodMs },
      sentence: `Two nulls: sampling noise, and how ${chunks.starts.length} ${length} of the reference differ from each other.`,
    };
  return {
    chunks: null,
    sentence:
      fromMs === null
        ? "Assumes independent rows: the reference has no times to learn from how windows differ, so that all gates are doubled."
        : "Assumes independent rows: the reference is too short to learn from how windows differ, so that all gates are doubled.",
  };
}

function featureOf(
  judged: FeatureCheck,
  feature: ReferenceFeature,
  counts: FeatureCounts,
): ComparisonFeature {
  const { name, type, role, n, m, missing, unseen } = judged;
  return {
    ...{ name, type, role, n, m, missing, unseen },
    scores: Object.fromEntries(
      Object.entries(judged.scores).map(([method, score]) => [method, scoreOf(score, "cells")]),
    ),
    tests: judged.tests.map(testOf),
    verdict: verdictOf(judged.verdict),
    summary: { reference: profileSummary(feature), current: countsSummary(feature, counts) },
    change: changeOf(judged, feature, counts),
  };
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, one) => total + one, 0);

function countsSummary(
  feature: ReferenceFeature,
  { cells, missing, negInf, posInf, unseen }: FeatureCounts,
): ColumnSummary {
  const values = sum(cells) + unseen;
  const { top } = profileSummary({ ...feature, counts: [...cells] });
  return { rows: values + missing + negInf + posInf, values, missing, distinct: null, numeric: null, top };
}

function changeOf(
  { verdict, missing, m, tests }: FeatureCheck,
  feature: ReferenceFeature,
  counts: FeatureCounts,
): string {
  if (verdict.status === "error") return "could not be compared";
  if (m === 0) return sum(feature.counts) === 0 ? "no values on either side" : "no values any more";
  if (verdict.kind === "missing")
    return `missing ${percent(missing.reference)} → ${percent(missing.current)}`;
  if (verdict.kind === "unseen") return `new values: ${percent(counts.unseen / m)}`;
  if (verdict.kind === "out_of_range")
    return `out of range: ${percent(tests.find(({ kind }) => kind === "out_of_range")?.statistic ?? 0)}`;
  if (feature.cells.kind === "quantile")
    return medianMoved(feature, feature.cells.edges, counts.cells, verdict.status);
  const moved = shareMoved({ moved: cellMoved(feature, counts.cells) });
  return feature.cells.kind === "values"
    ? (valuesMoved(feature, feature.cells.values, counts.cells) ?? moved)
    : moved;
}

function medianMoved(
  { counts, moments }: ReferenceFeature,
  edges: readonly number[],
  now: Float64Array,
  status: FeatureCheck["verdict"]["status"],
): string {
  if (moments === null || !(moments.std > 0)) return "numbers too large to average";
  const [before, after] = [counts, now].map((cells) => medianIn(edges, cells, moments));
  const near = (value: number): string => toHundredths(value, moments.std);
  const moved = (after - before) / moments.std;
  const median = `median ${near(before)} → ${near(after)}`;
  if (Math.abs(moved) >= noticeable) return `${median} (${direction(moved)})`;
  return status === "ok" || status === "insufficient" ? median : `${median}; the shape has changed`;
}

/** Of few values the median jumps from one to the next though next to nothing has moved. */
const fewValues = 20;

/** Numbers with a cell for each value; null where their shares say more than their median. */
function valuesMoved(
  { counts, moments }: ReferenceFeature,
  values: readonly number[],
  now: Float64Array,
): string | null {
  if (values.length <= fewValues || moments === null || !(moments.std > 0)) return null;
  const [before, after] = [counts, now].map((cells) => medianOf(values, cells));
  const moved = (after - before) / moments.std;
  const near = (value: number): string => toHundredths(value, moments.std);
  return Math.abs(moved) >= noticeable
    ? `median ${near(before)} → ${near(after)} (${direction(moved)})`
    : null;
}

/** The value that half of the rows do not exceed. */
function medianOf(values: readonly number[], cells: ArrayLike<number>): number {
  const half = sum(cells) / 2;
  let below = 0;
  const at = values.findIndex((_, cell) => (below += cells[cell]) >= half);
  return values[at] ?? NaN;
}

/** By linear interpolation in the cell that holds it; the outermost cells end where the reference does. */
function medianIn(
  edges: readonly number[],
  cells: ArrayLike<number>,
  { min, max }: { min: number; max: number },
): number {
  const half = sum(cells) / 2;
  let below = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    if (below + cells[cell] >= half && cells[cell] > 0) {
      const [lower, upper] = [
        edges[cell - 1] ?? Math.min(min, edges[0] ?? min),
        edges[cell] ?? Math.max(max, edges[cell - 1] ?? max),
      ];
      return lower + ((half - below) / cells[cell]) * (upper - lower);
    }
    below += cells[cell];
  }
  return NaN;
}
