/**
 * Where a check's change comes from: which features by drift × importance, which cells of each, and which values of the declared
 * segments. The parts of cells are exact (METHODS §5). A segment's part is that of its rows times what drifted in them:
 * segments have cells of their own, so that the whole is no sum of theirs.
 */
import type { CheckAttribution, FeatureShare, SegmentShare } from "./domain/check-attribution.ts";
import type { Check, Status } from "./domain/check.ts";
import type { Importances } from "./domain/importances.ts";
import { layoutOf } from "./domain/reference-cells.ts";
import type { Reference, ReferenceFeature } from "./domain/reference.ts";
import { featureCounts } from "./domain/window.ts";
import type { Kernel } from "./kernel/api.ts";
import { attributeJs } from "./methods/counts/attribution.ts";
import { type DriftedFeature, driftedFeature, rankDrift } from "./ranked-drift.ts";
import { cellRows } from "./report/cell-rows.ts";

/** Features whose cells are told, and cells of each: what comes after them carries next to nothing. */
const mostFeatures = 50;
const mostCells = 10;

export interface AttributeInput {
  check: Check;
  /** In whose cells all counts are. */
  reference: Reference;
  /** The window's flat vector. */
  counts: ArrayLike<number>;
  /** That of all the earlier windows it was compared with; null where it was the reference itself. */
  compared: ArrayLike<number> | null;
  importances: Importances | null;
  /** By declared segment; none for a check of a segment. */
  segments: readonly (readonly SegmentInput[])[];
}

/** One value of a segment, with its check of the same window. */
export interface SegmentInput {
  segment: string;
  check: { id: string; status: Status; rows: number; features: readonly DriftedFeature[] };
  /** Rows of its own reference; null where it has none. */
  referenceRows: number | null;
}

export function attributeCheck(kernel: Kernel, input: AttributeInput): CheckAttribution {
  const { check, importances, reference, segments } = input;
  const cellsOf = featureCells(kernel, input);
  const statusOf = new Map(check.features.map(({ name, verdict }) => [name, verdict.status]));
  return {
    check: check.id,
    importances,
    features: rankDrift(check.features.map(driftedFeature), importances).map((ranked, rank) => ({
      ...ranked,
      status: statusOf.get(ranked.name) ?? "insufficient",
      ...(rank < mostFeatures ? cellsOf(ranked.name) : { divergence: null, cells: [] }),
    })),
    segments: segments.flatMap((values) => segmentShares(values, check.rows, reference.rows, importances)),
    attribution: check.attribution ?? null,
  };
}

function featureCells(
  kernel: Kernel,
  { reference, counts, compared }: AttributeInput,
): (name: string) => Pick<FeatureShare, "divergence" | "cells"> {
  const layout = layoutOf(reference);
  return (name) => {
    const index = reference.features.findIndex((feature) => feature.name === name);
    if (index < 0) return { divergence: null, cells: [] };
    const before = comparedFeature(
      reference.features[index],
      compared && featureCounts(compared, layout, index),
    );
    const { cells: own, unseen, missing } = featureCounts(counts, layout, index);
    const rows = cellRows(before, [...own, unseen, missing]);
    const side = (of: "reference" | "current"): Float64Array =>
      Float64Array.from(rows, (row) => row.counts[of]);
    const { whole, cells } = attributeJs(kernel, side("reference"), side("current"));
    if (!Number.isFinite(whole)) return { divergence: null, cells: [] };
    const told = cells.filter(({ contribution }) => contribution > 0).slice(0, mostCells);
    return {
      divergence: whole,
      cells: told.map(({ cell, share }) => {
        const { label, lower, upper, reference: p, current } = rows[cell];
        return { label, lower, upper, reference: p, current, share };
      }),
    };
  };
}

/** The feature as the earlier windows had it. */
const comparedFeature = (
  feature: ReferenceFeature,
  counts: { cells: Float64Array; missing: number } | null,
): ReferenceFeature =>
  counts === null ? feature : { ...feature, counts: [...counts.cells], missing: counts.missing };

function segmentShares(
  values: readonly SegmentInput[],
  rows: number,
  referenceRows: number,
  importances: Importances | null,
): SegmentShare[] {
  const carried = values.map(({ segment, check, referenceRows: own }) => {
    const ranked = rankDrift(check.features, importances);
    const drifted = ranked.reduce((sum, { score }) => sum + (score > 0 ? score : 0), 0);
    return {
      share: check.rows * drifted,
      told: {
        ...{ segment, check: check.id, status: check.status, rows: check.rows },
        current: rows > 0 ? check.rows / rows : null,
        reference: own === null || referenceRows === 0 ? null : own / referenceRows,
        feature: drifted > 0 ? ranked[0].name : null,
      },
    };
  });
  const all = carried.reduce((sum, { share }) => sum + share, 0);
  return carried
    .sort((one, other) => other.share - one.share)
    .map(({ told, share }) => ({ ...told, share: all > 0 ? share / all : null }));
}
