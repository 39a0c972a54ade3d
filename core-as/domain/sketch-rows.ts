/**
 * Counting rows where no reference is in force: a sketch for each of the model's features, from which windows can be looked
 * at and references made (reference/from-sketches.ts). Sketches of parts add up to that of all rows, in any order.
 */
import type { Kernel } from "../kernel/api.ts";
import {
  emptyFeature,
  type FeatureSketch,
  mergeFeature,
  sketchColumn,
  sketchRoom,
} from "../methods/sketches/feature-sketch.ts";
import type { Columns } from "./columns.ts";
import type { Feature } from "./model.ts";

type Sketched = readonly Pick<Feature, "name" | "type">[];

/** @param rows of the columns; all when left out. A column that they do not have is missing throughout. */
export function sketchRows(
  kernel: Kernel,
  features: Sketched,
  columns: Columns,
  rows?: Int32Array,
): FeatureSketch[] {
  const room = sketchRoom(features.length);
  return features.map(({ name, type }) => {
    const column = columns.columns.get(name);
    return column === undefined
      ? { ...emptyFeature(type), missing: rows?.length ?? columns.rows }
      : sketchColumn(kernel, column, room, rows);
  });
}

export const emptySketches = (features: Sketched): FeatureSketch[] =>
  features.map(({ type }) => emptyFeature(type));

export function mergeSketches(a: readonly FeatureSketch[], b: readonly FeatureSketch[]): FeatureSketch[] {
  if (a.length !== b.length) throw new RangeError(`${a.length} sketches and ${b.length} have no sum`);
  const room = sketchRoom(a.length);
  return a.map((sketch, index) => mergeFeature(sketch, b[index], room));
}
