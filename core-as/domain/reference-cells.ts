/**
 * Cells: the mapping from a value to an integer, fixed by the reference (METHODS §2), and the layout of the one flat
 * vector of counts in which a pane or a window holds all features. Mapping is here, counting is in window.ts.
 */
import { derivedKindOf, type DerivedBlock } from "../derived/kinds.ts";
import type { FeatureRole, FeatureType } from "./model.ts";

/** Right-closed `(edges[i-1], edges[i]]`, outer cells open; B = edges.length + 1. */
export interface QuantileCells {
  kind: "quantile";
  /** Strictly ascending order statistics of the reference. */
  edges: number[];
  /** 1 where the cell holds a single value, `(nextDown(v), v]`. */
  single: (0 | 1)[];
  /** B − 1 fixed widths of the Wasserstein sum: what each inner edge stands for, in the feature's unit. */
  widths: number[];
  /** Indices into `edges` of the distinct deciles, for the coarse methods. */
  deciles: number[];
}

/** One cell a value, for numeric features with few distinct values. */
export interface ValueCells {
  kind: "values";
  /** Strictly ascending. */
  values: number[];
}

/** One cell a category; with `other`, the last cell takes the rest of the reference's categories. */
export interface CategoryCells {
  kind: "categories";
  values: string[];
  /** Categories counted into the last cell; what is in neither list is unseen. Empty: there is no such cell. */
  other: string[];
}

export type Cells = QuantileCells | ValueCells | CategoryCells;

/** B: the number of counting cells, without the four extra slots. */
export function cellCount(cells: Cells): number {
  if (cells.kind === "quantile") return cells.edges.length + 1;
  if (cells.kind === "values") return cells.values.length;
  return cells.values.length + (cells.other.length > 0 ? 1 : 0);
}

/** What each inner edge stands for in the feature's unit: B − 1 widths; none for categories, which have no order. */
export function edgeWidths(cells: Cells): Float64Array {
  if (cells.kind === "quantile") return new Float64Array(cells.widths);
  if (cells.kind === "categories") return new Float64Array();
  const { values } = cells;
  const widths = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 0; i < widths.length; i++) widths[i] = values[i + 1] - values[i];
  return widths;
}

/** Slots after a feature's cells, in this order. */
export const extraSlots = ["unseen", "missing", "negInf", "posInf"] as const;

/** What is counted: a reference, or its features alone. */
export interface Celled {
  features: readonly LayoutFeature[];
  derived?: readonly DerivedBlock[];
}

export interface LayoutFeature {
  name: string;
  type: FeatureType;
  role: FeatureRole;
  cells: Cells;
}

/**
 * Where each feature's counts lie: cells at `offset … offset + cells − 1`, then the four extra slots. Derived blocks follow
 * the features.
 */
export interface Layout {
  slots: number;
  features: { name: string; offset: number; cells: number }[];
  derived: { kind: string; offset: number; slots: number }[];
}

export function layoutOf({ features, derived = [] }: Celled): Layout {
  let slots = 0;
  const placed = features.map(({ name, cells }) => {
    const place = { name, offset: slots, cells: cellCount(cells) };
    slots += place.cells + extraSlots.length;
    return place;
  });
  const blocks = derived.map((block) => {
    const place = { kind: block.kind, offset: slots, slots: derivedKindOf(block).slots(block) };
    slots += place.slots;
    return place;
  });
  return { slots, features: placed, derived: blocks };
}

/** A derived block's part of a flat vector; null where the reference has none of the kind. */
export function derivedCounts(counts: Float64Array, layout: Layout, kind: string): Float64Array | null {
  const place = layout.derived.find((block) => block.kind === kind);
  return place === undefined ? null : counts.slice(place.offset, place.offset + place.slots);
}
