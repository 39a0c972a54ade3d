/** A column that stands still, or nearly: nearly all of a window's values lie in one cell, and the reference's did not. */
import { defaultGates } from "../domain/policy.ts";
import type { Cells } from "../domain/reference-cells.ts";
import { shareDistance } from "../methods/effects.ts";
import type { Outside } from "./range-test.ts";
import { doubled, type FeatureInput, type PendingTest } from "./feature-tests.ts";
import { percent } from "./words.ts";

/** The largest cell's share from which on a column is almost constant. */
const almostConstant = 0.95;

/**
 * The window's largest cell against the reference's share of the same: one-sided exact mid-p, doubled, summed over the
 * cells that could have been the largest (Bonferroni). p is 1 where the column is not almost constant, or was so before.
 * Between chunks it counts how far the whole column lies from the reference: a weekday stands still all day long, and so does
 * every chunk.
 *
 * Null where no window could be almost constant, given how many rows of both sides together lie in each cell: such a test
 * could never reject (Tarone 1990). `other` holds values of all sorts and is not looked at, nor are outer cells of numbers
 * where it is not known how much of them lies within the reference's range.
 *
 * @param drift the feature's own test of drift; null where it has none
 */
export function constantTest(input: FeatureInput, drift: PendingTest | null): PendingTest | null {
  const { kernel, feature, window, a, n, outside, chunked, policy } = input;
  const c = withinRange(window.cells, outside);
  const m = input.m + window.unseen + window.negInf + window.posInf;
  if (n === 0 || m === 0) return null;
  const could: number[] = [];
  for (let cell = 0; cell < a.length; cell++)
    if (a[cell] + c[cell] >= almostConstant * m && isNarrow(feature.cells, cell, outside)) could.push(cell);
  if (could.length === 0) return null;
  const largest = could.reduce((most, cell) => (c[cell] > c[most] ? cell : most));
  const share = c[largest] / m;
  const [before, rows] = [a[largest], c[largest]];
  const effect =
    share > before / n
      ? shareDistance(Float64Array.of(n - before, before), Float64Array.of(m - rows, rows))
      : 0;
  const given = policy.quality.gates.constant ?? defaultGates.share;
  const gate = chunked ? given : doubled(given);
  const standsStill = share >= almostConstant && effect >= gate.warning;
  const tail = (cell: number): number => {
    const both = a[cell] + c[cell];
    // No draw from a cell with fewer rows is as large.
    if (both < rows) return 0;
    return rows * (n + m) > m * both ? kernel.hypergeomMidP(rows, m, both, n + m) : 1;
  };
  const pSampling = standsStill
    ? Math.min(
        1,
        could.reduce((total, cell) => total + tail(cell), 0),
      )
    : 1;
  const pChunk = drift?.pChunk ?? null;
  return {
    kind: "constant",
    method: "hypergeom",
    statistic: share,
    pSampling,
    pChunk,
    pValue: Math.max(pSampling, pChunk ?? 0),
    ...{ effect, effectName: "share distance", gate },
    marks: chunked ? [] : ["assumes-independent-rows"],
    floorMet: standsStill,
    finding: `${feature.name} stands still: ${percent(share)} of its values are ${nameOf(feature.cells, largest)} (reference: ${percent(before / n)}).`,
  };
}

/** Outer cells are open: what lies beyond the reference's values is not counted in them here. */
function withinRange(cells: Float64Array, outside: Outside | null): Float64Array {
  if (outside === null) return cells;
  const within = Float64Array.from(cells);
  within[0] -= outside.below;
  within[within.length - 1] -= outside.above;
  return within;
}

/** Whether a cell holds values of one kind: not so `other`, nor what is below or above all others with no end in sight. */
function isNarrow(cells: Cells, cell: number, outside: Outside | null): boolean {
  if (cells.kind !== "quantile") return cell < cells.values.length;
  return outside !== null || (cell > 0 && cell < cells.edges.length);
}

function nameOf(cells: Cells, cell: number): string {
  if (cells.kind === "categories") return JSON.stringify(cells.values[cell]);
  if (cells.kind === "values") return String(cells.values[cell]);
  if (cell === 0) return `at most ${cells.edges[0]}`;
  const [lower, upper] = [cells.edges[cell - 1], cells.edges[cell]];
  if (cell === cells.edges.length) return `above ${lower}`;
  return cells.single[cell] === 1 ? String(upper) : `above ${lower} and at most ${upper}`;
}
