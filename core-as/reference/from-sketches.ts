/**
 * A reference of past windows whose rows were sketched, because none was in force: fresh cells are laid out from the sketch
 * of them all, and every window is counted into them exactly.
 *
 * Numbers get cells whose edges are ends of the sketch's cells, which no sketch of a part of these rows cuts. An edge lies
 * within 2^−p of itself of where rows would have put it (`edgesWithin` says how much), so cells hold not quite equal mass,
 * and moments, which take each cell's middle for its values, are off by half as much. Few whole numbers, categories and
 * flags are known exactly and get the cells that rows would have given. Categories that lost their place to a bound have
 * none here either: they are unseen, and as many are expected again.
 */
import type { FeatureSketch } from "../methods/sketches/feature-sketch.ts";
import type { CategorySketch } from "../methods/sketches/category-sketch.ts";
import { middleOf, relativeErrorOf } from "../methods/sketches/float-bits.ts";
import { exactValues, type NumericSketch } from "../methods/sketches/numeric-sketch.ts";
import { finiteCount } from "../methods/sketches/quantile-sketch.ts";
import { cellsFromSketch, countSketch } from "../methods/sketches/sketch-reference.ts";
import { limits } from "../domain/limits.ts";
import type { Feature } from "../domain/model.ts";
import type { CategoryCells, QuantileCells, ValueCells } from "../domain/reference-cells.ts";
import type { Reference, ReferenceFeature } from "../domain/reference.ts";
import { mergeSketches } from "../domain/sketch-rows.ts";
import type { FeatureCounts } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { booleanCells, cellsOfCounts } from "./categorical-cells.ts";
import { defaultBins, isComplete } from "./numeric-cells.ts";
import { type CountedWindow, referenceOfWindows } from "./of-windows.ts";
import { profileFeature } from "./profile-feature.ts";

export interface SketchedWindow extends CountedWindow {
  /** In the order of the features. */
  sketches: readonly FeatureSketch[];
}

export interface SketchesInput {
  features: readonly Feature[];
  /** Side by side or apart, ascending; at least one. */
  windows: readonly SketchedWindow[];
  /** Length of each. */
  periodMs: number;
  /** Unsigned 32 bits, for the simulated parts of the null tables. */
  seed: number;
}

/**
 * The reference without its content address.
 * @throws ProblemError `reference_invalid` when the windows hold no rows
 */
export function referenceFromSketches(
  kernel: Kernel,
  { features, windows: given, periodMs, seed }: SketchesInput,
): Omit<Reference, "id"> {
  return referenceOfWindows(given, periodMs, (windows, chunked) => {
    const whole = windows.map(({ sketches }) => sketches).reduce(mergeSketches);
    const profiled = features.map(({ name, type, role }, index): ReferenceFeature => {
      const laidOut = layOut(type, whole[index]);
      const { cells, singletons, moments, edgesWithin } = laidOut;
      const feature = profileFeature(kernel, {
        ...{ name, type, role, cells, singletons, moments, seed },
        counts: laidOut.count(whole[index]),
        chunks: chunked ? windows.map(({ sketches }) => laidOut.count(sketches[index])) : null,
        intraclass: null,
      });
      return edgesWithin === undefined ? feature : { ...feature, edgesWithin };
    });
    return { features: profiled, derived: [], importances: null };
  });
}

interface LaidOut {
  cells: QuantileCells | ValueCells | CategoryCells;
  /** A sketch of all rows, or of a part of them, in these cells. */
  count(sketch: FeatureSketch): FeatureCounts;
  singletons: number;
  moments: ReferenceFeature["moments"];
  edgesWithin?: number;
}

function layOut(type: Feature["type"], whole: FeatureSketch): LaidOut {
  if (whole.kind === "numeric") return layOutNumbers(whole);
  const cells = type === "boolean" ? booleanCells : cellsOfCounts(whole.counts, limits.categories);
  return {
    cells,
    count: (sketch) => countCategories(cells, categoriesOf(sketch)),
    singletons: type === "boolean" ? 0 : countOnes(whole.counts.values()),
    moments: null,
  };
}

function layOutNumbers(whole: NumericSketch): LaidOut {
  const values = exactValues(whole);
  const moments = momentsOf(whole, values);
  const alone = countOnes(whole.counts);
  const n = finiteCount(whole);
  if (values !== null && (n === 0 || (values.length <= defaultBins && isComplete(values.length, alone, n)))) {
    const cells: ValueCells = { kind: "values", values: [...values] };
    return {
      cells,
      count: (sketch) => countValues(cells, numbersOf(sketch)),
      singletons: alone,
      moments,
      edgesWithin: 0,
    };
  }
  // Numbers of one cell, and yet not all the same, cannot be told apart: they stay without a cell, and without a verdict.
  if (whole.keys.length === 1) {
    const cells: ValueCells = { kind: "values", values: [] };
    const count = (sketch: FeatureSketch) => countValues(cells, numbersOf(sketch));
    return { cells, count, singletons: 0, moments };
  }
  const cells = cellsFromSketch(whole, defaultBins);
  const edges = Float64Array.from(cells.edges);
  return {
    cells,
    count: (sketch) => countSketch(numbersOf(sketch), edges),
    singletons: 0,
    moments,
    edgesWithin: values === null ? 2 * relativeErrorOf(whole.p) : 0,
  };
}

function numbersOf(sketch: FeatureSketch): NumericSketch {
  if (sketch.kind === "numeric") return sketch;
  throw new RangeError("a numeric feature was sketched as categories");
}

function categoriesOf(sketch: FeatureSketch): CategorySketch {
  if (sketch.kind === "categories") return sketch;
  throw new RangeError("a categorical feature was sketched as numbers");
}

function countValues({ values }: ValueCells, sketch: NumericSketch): FeatureCounts {
  const { missing, negInf, posInf, counts } = sketch;
  const cells = new Float64Array(values.length);
  const found = exactValues(sketch);
  let unseen = 0;
  counts.forEach((count, at) => {
    const cell = found === null ? -1 : values.indexOf(found[at]);
    if (cell >= 0) cells[cell] = count;
    else unseen += count;
  });
  return { cells, unseen, missing, negInf, posInf };
}

function countCategories({ values, other }: CategoryCells, sketch: CategorySketch): FeatureCounts {
  const cells = Float64Array.from(values, (value) => sketch.counts.get(value) ?? 0);
  let rest = 0;
  for (const value of other) rest += sketch.counts.get(value) ?? 0;
  let unseen = sketch.other - rest;
  for (const count of sketch.counts.values()) unseen += count;
  for (const count of cells) unseen -= count;
  const counted = other.length > 0 ? Float64Array.of(...cells, rest) : cells;
  return { cells: counted, unseen, missing: sketch.missing, negInf: 0, posInf: 0 };
}

function countOnes(counts: Iterable<number>): number {
  let ones = 0;
  for (const count of counts) if (count === 1) ones++;
  return ones;
}

/** Each cell's middle stands for its values, within the least and the greatest; values that are known stand for themselves. */
function momentsOf(sketch: NumericSketch, values: Float64Array | null): ReferenceFeature["moments"] {
  const { keys, counts, p, min, max } = sketch;
  const n = finiteCount(sketch);
  if (n === 0) return null;
  const stand = values ?? keys.map((key) => Math.min(max, Math.max(min, middleOf(key, p))));
  const mean = stand.reduce((sum, value, at) => sum + (counts[at] / n) * value, 0);
  const variance = stand.reduce(
    (sum, value, at) => sum + (counts[at] / n) * (value - mean) * (value - mean),
    0,
  );
  if (!Number.isFinite(variance)) return null;
  const at = (share: number): number => {
    let [cell, upTo] = [0, counts[0]];
    while (upTo < Math.ceil(share * n)) upTo += counts[++cell];
    return stand[cell];
  };
  return { mean, variance, std: Math.sqrt(variance), min, max, iqr: at(0.75) - at(0.25) };
}
