/** What is kept of a feature's rows where no reference is in force: numbers in a quantile sketch, categories by name. */
import type { Column } from "../../domain/columns.ts";
import { limits } from "../../domain/limits.ts";
import type { FeatureType } from "../../domain/model.ts";
import type { Kernel } from "../../kernel/api.ts";
import {
  type CategorySketch,
  emptyCategories,
  mergeCategories,
  sketchCategories,
  valueCount,
} from "./category-sketch.ts";
import { emptyNumbers, mergeNumbers, type NumericSketch, sketchNumbers } from "./numeric-sketch.ts";
import { rowCount } from "./quantile-sketch.ts";

export type FeatureSketch = NumericSketch | CategorySketch;

/** How much of one feature is kept: cells in use, and bytes of categories' names. */
export interface SketchRoom {
  cells: number;
  nameBytes: number;
}

/** Of a key and a count: 2.5 in coarse cells of many rows, hardly 4 in fine cells of few. */
const bytesPerCell = 5;

/** The same for every pane of a model, as what is kept must not depend on where rows are merged. */
export function sketchRoom(features: number): SketchRoom {
  const bytes = Math.floor(limits.sketchPaneBytes / features);
  return {
    cells: Math.min(limits.sketchCells, Math.floor(bytes / bytesPerCell)),
    nameBytes: Math.min(limits.sketchNameBytes, bytes),
  };
}

export const emptyFeature = (type: FeatureType): FeatureSketch =>
  type === "numeric" ? emptyNumbers() : emptyCategories();

/** @param rows of the column; all when left out */
export function sketchColumn(
  kernel: Kernel,
  column: Column,
  room: SketchRoom,
  rows?: Int32Array,
): FeatureSketch {
  return column.kind === "numeric"
    ? sketchNumbers(kernel, column.values, room.cells, rows)
    : sketchCategories(column, room.nameBytes, rows);
}

export function mergeFeature(a: FeatureSketch, b: FeatureSketch, room: SketchRoom): FeatureSketch {
  if (a.kind === "numeric" && b.kind === "numeric") return mergeNumbers(a, b, room.cells);
  if (a.kind === "categories" && b.kind === "categories") return mergeCategories(a, b, room.nameBytes);
  throw new RangeError("a sketch of numbers and one of categories have no sum");
}

/** All rows that the sketch counted, missing ones included. */
export function sketchedRows(sketch: FeatureSketch): number {
  return sketch.kind === "numeric" ? rowCount(sketch) : valueCount(sketch) + sketch.missing;
}
