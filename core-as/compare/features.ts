/**
 * The features of a comparison: the verdict that `evaluate` gave, beside it the exact statistics on the rows, what both
 * sides look like, and what changed in words. A profile in place of the reference's rows has its cells only.
 */
import type { Check, FamilyTest, FeatureCheck } from "../domain/check.ts";
import type { Column, Columns } from "../domain/columns.ts";
import type {
  ColumnSummary,
  ComparisonFeature,
  ComparisonTest,
  ComparisonVerdict,
} from "../domain/comparison.ts";
import type { Reference, ReferenceFeature } from "../domain/reference.ts";
import { layoutOf } from "../domain/reference-cells.ts";
import { featureCounts } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { type Sample, sampleOf } from "../methods/numeric/sample.ts";
import { changeInWords } from "./change.ts";
import {
  countScores,
  finite,
  numericScores,
  pairedCategories,
  type Scores,
  shareScores,
  scoreOf,
} from "./exact-scores.ts";
import { absentSummary, categoricalSummary, newValues, numericSummary, profileSummary } from "./summary.ts";

export interface Sides {
  reference: Reference;
  /** The reference's rows; null where only its profile is at hand. */
  referenceRows: Columns | null;
  current: Columns;
  /** The current rows' counts in the reference's cells. */
  counts: readonly number[];
}

export function comparedFeatures(kernel: Kernel, check: Check, sides: Sides): ComparisonFeature[] {
  const layout = layoutOf(sides.reference);
  return check.features.map((judged, index) => {
    const feature = sides.reference.features[index];
    const { cells } = featureCounts(sides.counts, layout, index);
    return comparedFeature(kernel, judged, feature, cells, sides);
  });
}

function comparedFeature(
  kernel: Kernel,
  judged: FeatureCheck,
  feature: ReferenceFeature,
  counted: Float64Array,
  { referenceRows, current }: Sides,
): ComparisonFeature {
  const { name, type, role, n, m, missing, unseen } = judged;
  const [before, now] = [referenceRows?.columns.get(name), current.columns.get(name)];
  const verdict = verdictOf(judged.verdict);
  const onCells = Object.fromEntries(
    Object.entries(judged.scores).map(([method, score]) => [method, scoreOf(score, "cells")]),
  );
  const exact = onRows(kernel, type, before, now);
  const summary = {
    reference: exact.reference ?? profileSummary(feature),
    current: exact.current ?? absentSummary(current.rows),
  };
  const fresh = now ? newValues(feature, now) : [];
  return {
    ...{ name, type, role, n, m, missing, unseen },
    scores: { ...onCells, ...exact.scores },
    tests: judged.tests.map(testOf),
    verdict,
    summary,
    change: changeInWords({
      type,
      verdict,
      summary,
      absent: now === undefined,
      fresh,
      moved: exact.moved ?? cellMoved(feature, counted),
    }),
  };
}

interface OnRows {
  scores: Scores;
  reference: ColumnSummary | null;
  current: ColumnSummary | null;
  moved: Moved | null;
}

type Moved = { value: string; before: number; now: number };

/** What the rows say where both sides have them; where one has, what it looks like. */
function onRows(
  kernel: Kernel,
  type: ComparisonFeature["type"],
  before: Column | undefined,
  now: Column | undefined,
): OnRows {
  const found: OnRows = { scores: {}, reference: null, current: null, moved: null };
  const samples = [before, now].map((column): Sample | null =>
    column?.kind === "numeric" ? sampleOf(kernel, column.values) : null,
  );
  const [r, c] = samples;
  if (r) found.reference = numericSummary(kernel, r);
  if (c) found.current = numericSummary(kernel, c);
  if (before?.kind === "categorical") found.reference = categoricalSummary(before);
  if (now?.kind === "categorical") found.current = categoricalSummary(now);
  if (r && c && r.sorted.length > 0 && c.sorted.length > 0) found.scores = numericScores(kernel, r, c);
  if (before?.kind === "categorical" && now?.kind === "categorical") {
    const { values, a, c: counts } = pairedCategories(before, now);
    if (a.some((count) => count > 0) && counts.some((count) => count > 0)) {
      found.scores = countScores(kernel, a, counts);
      if (type === "boolean")
        Object.assign(found.scores, shareScores(kernel, yesNo(values, a), yesNo(values, counts)));
      found.moved = mostMoved(values, a, counts);
    }
  }
  return found;
}

/** False and true, whichever of them occurs. */
const yesNo = (values: string[], counts: Float64Array): Float64Array =>
  Float64Array.from(["false", "true"], (value) => counts[values.indexOf(value)] ?? 0);

/** In cells of one value each, what moved is known without rows. */
export function cellMoved({ cells, counts }: ReferenceFeature, counted: Float64Array): Moved | null {
  if (cells.kind === "quantile") return null;
  const names = cells.values.map(String);
  return mostMoved(names.concat(counts.length > names.length ? ["other"] : []), counts, counted);
}

function mostMoved(names: string[], a: ArrayLike<number>, c: ArrayLike<number>): Moved | null {
  const total = (counts: ArrayLike<number>): number =>
    Array.from(counts).reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(a), total(c)];
  if (n === 0 || m === 0) return null;
  let most: Moved | null = null;
  names.forEach((value, i) => {
    const one = { value, before: a[i] / n, now: c[i] / m };
    if (most === null || Math.abs(one.now - one.before) > Math.abs(most.now - most.before)) most = one;
  });
  return most;
}

export function testOf(test: FamilyTest): ComparisonTest {
  const { kind, method, statistic, pSampling, pChunk, pValue, adjustedP } = test;
  const { effect, effectName, gate, status, marks } = test;
  return {
    ...{ kind, method, statistic: finite(statistic), pSampling, pChunk, pValue, adjustedP },
    ...{ effect, effectName, gate, status, marks },
  };
}

export function verdictOf(verdict: FeatureCheck["verdict"]): ComparisonVerdict {
  const { status, kind, method, adjustedP, effect, effectName, gate, detectable, reason, marks } = verdict;
  return { status, kind, method, adjustedP, effect, effectName, gate, detectable, reason, marks };
}
