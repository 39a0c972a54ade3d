/**
 * A reference made of counts: a past window, or the windows before the one under test, in the cells of a reference that
 * they were counted in. Cells stay as they are; counts, chunks and nulls are the windows' own.
 *
 * What only a sample tells is told as well as counts can. Moments take each cell's middle for its values, outer cells
 * ending at the first reference's least and greatest value; single values are those that stand alone in a cell of one
 * value. Values that the first reference never had have no cell: they stay unseen, and as many are expected again.
 */
import { derivedKindOf } from "../derived/kinds.ts";
import type { Cells } from "../domain/reference-cells.ts";
import { layoutOf } from "../domain/reference-cells.ts";
import type { Reference, ReferenceFeature } from "../domain/reference.ts";
import type { CountedChunk } from "../domain/wire/compared.ts";
import { type FeatureCounts, featureCounts, mergeCounts } from "../domain/window.ts";
import { rebased } from "../estimation/rebase.ts";
import type { Kernel } from "../kernel/api.ts";
import { referenceOfWindows } from "./of-windows.ts";
import { profileFeature } from "./profile-feature.ts";

export interface CountsInput {
  base: Reference;
  /** Side by side or apart, ascending; at least one. */
  chunks: readonly CountedChunk[];
  /** Length of each. */
  periodMs: number;
  seed: number;
}

/** Null tables of windows that are compared with are drawn from this, wherever a check is made or made again. */
export const comparedSeed = 1;

/**
 * The reference without its content address, which costs a hash that not everybody needs.
 * @throws ProblemError `reference_invalid` when the chunks hold no rows
 */
export function referenceFromCounts(
  kernel: Kernel,
  { base, chunks: given, periodMs, seed }: CountsInput,
): Omit<Reference, "id"> {
  const layout = layoutOf(base);
  return referenceOfWindows(given, periodMs, (chunks, chunked) => {
    const whole = new Float64Array(layout.slots);
    for (const { counts } of chunks) mergeCounts(whole, counts);
    const features = base.features.map((feature, index): ReferenceFeature => {
      const counts = featureCounts(whole, layout, index);
      return profileFeature(kernel, {
        ...feature,
        counts,
        chunks: chunked ? chunks.map((chunk) => featureCounts(chunk.counts, layout, index)) : null,
        singletons: standAlone(feature.cells, counts),
        moments: momentsOfCells(feature, counts),
        intraclass: null,
        seed,
      });
    });
    const derived = base.derived.map((block, index) => {
      const { offset, slots } = layout.derived[index];
      const own = (counts: Float64Array): Float64Array => counts.subarray(offset, offset + slots);
      const ofChunks = chunked ? chunks.map(({ counts }) => own(counts)) : null;
      return (
        derivedKindOf(block).rebase?.(kernel, block, own(whole), ofChunks) ??
        rebased(block, own(whole), ofChunks)
      );
    });
    return { features, derived, importances: base.importances };
  });
}

function standAlone(cells: Cells, { cells: counts }: FeatureCounts): number {
  return cells.kind === "quantile" ? 0 : counts.reduce((alone, count) => alone + (count === 1 ? 1 : 0), 0);
}

function momentsOfCells(
  { cells, moments }: ReferenceFeature,
  { cells: counts }: FeatureCounts,
): ReferenceFeature["moments"] {
  if (cells.kind === "categories" || moments === null) return moments;
  const middles = middlesOf(cells, moments);
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return moments;
  const mean = counts.reduce((sum, count, cell) => sum + count * middles[cell], 0) / n;
  const squares = counts.reduce(
    (sum, count, cell) => sum + count * (middles[cell] - mean) * (middles[cell] - mean),
    0,
  );
  const variance = n > 1 ? squares / (n - 1) : 0;
  if (!Number.isFinite(variance)) return moments;
  const at = (share: number): number => middles[cellAtRank(counts, Math.ceil(share * n))];
  return {
    mean,
    variance,
    std: Math.sqrt(variance),
    min: moments.min,
    max: moments.max,
    iqr: at(0.75) - at(0.25),
  };
}

function middlesOf(
  cells: Exclude<Cells, { kind: "categories" }>,
  { min, max }: NonNullable<ReferenceFeature["moments"]>,
): number[] {
  if (cells.kind === "values") return cells.values;
  const borders = [min, ...cells.edges, max];
  return borders.slice(1).map((right, cell) => borders[cell] / 2 + right / 2);
}

function cellAtRank(counts: Float64Array, rank: number): number {
  let [cell, upTo] = [0, counts[0]];
  while (upTo < rank && cell < counts.length - 1) upTo += counts[++cell];
  return cell;
}
