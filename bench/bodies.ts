/** Bodies of requests as a sender would make them, and the reference's cells that they are counted in. */
import type { LayoutFeature } from "#core/domain/reference-cells.ts";
import { normals, quantileEdges } from "./data.ts";

export const featureCount = 100;
const cellsAFeature = 32;
/** The first row's time; the others follow by the millisecond. */
export const startMs = 1.7e12;

export interface Batch {
  rows: number;
  /** By feature; each as long as there are rows. */
  columns: Map<string, Float64Array>;
  /** By feature, from other rows. */
  edges: Float64Array[];
  features: LayoutFeature[];
}

/**
 * A third of the features are whole numbers, a third amounts in hundredths, a third scores with all their digits: so
 * the text of a row is neither the shortest nor the longest that numbers can be.
 */
export function batchOf(rows: number): Batch {
  const draw = (feature: number, seed: number, size: number): Float64Array => {
    const z = normals(size, 100 * seed + feature);
    if (feature % 3 === 0) return z.map((value) => Math.round(40 + 12 * value));
    return feature % 3 === 1 ? z.map((value) => Math.round(5000 + 1500 * value) / 100) : z;
  };
  const names = Array.from({ length: featureCount }, (_, feature) => `feature_${feature}`);
  const edges = names.map((_, feature) => quantileEdges(draw(feature, 2, 4096), cellsAFeature));
  return {
    rows,
    columns: new Map(names.map((name, feature) => [name, draw(feature, 1, rows)])),
    edges,
    features: names.map((name, feature) => ({
      name,
      type: "numeric",
      role: "feature",
      cells: {
        kind: "quantile",
        edges: [...edges[feature]],
        single: new Array<0>(edges[feature].length + 1).fill(0),
        widths: [],
        deciles: [],
      },
    })),
  };
}

/** The same rows as JSON objects, in bytes. */
export function jsonBody({ rows, columns }: Batch): Uint8Array {
  const objects = Array.from({ length: rows }, (_, row) => ({
    timestamp: startMs + row,
    ...Object.fromEntries([...columns].map(([name, values]) => [name, values[row]])),
  }));
  return new TextEncoder().encode(JSON.stringify({ rows: objects }));
}
