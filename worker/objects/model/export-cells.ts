import { limits } from "#core/domain/limits.ts";
import { layoutOf, type Cells } from "#core/domain/reference-cells.ts";
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { readCounts } from "#core/domain/wire.ts";
import { listChecks } from "./checks.ts";
import type { ModelStore } from "./model-store.ts";

/** Rows of the export table `cells`, as columns: hundreds of thousands of small objects would not pass RPC. */
export interface CellColumns {
  windowStartMs: Float64Array;
  feature: string[];
  cell: Int32Array;
  label: string[];
  lower: Float64Array;
  upper: Float64Array;
  referenceShare: Float64Array;
  currentCount: Float64Array;
}

/** Counting cells of all checked windows that begin in [from, to); bounds are NaN where a cell has none. */
export function exportCells(store: ModelStore, fromMs: number, toMs: number): CellColumns {
  const windows = listChecks(store.sql, fromMs, toMs, limits.historyChecks).map(({ summary, counts }) => {
    const { features } = store.references.get(summary.referenceId);
    const layout = layoutOf(features);
    return { startMs: summary.windowStartMs, features, layout, counts: readCounts(counts, layout.slots) };
  });
  const rows = windows.reduce(
    (sum, { layout }) => sum + layout.features.reduce((cells, place) => cells + place.cells, 0),
    0,
  );
  const columns: CellColumns = {
    windowStartMs: new Float64Array(rows),
    feature: [],
    cell: new Int32Array(rows),
    label: [],
    lower: new Float64Array(rows),
    upper: new Float64Array(rows),
    referenceShare: new Float64Array(rows),
    currentCount: new Float64Array(rows),
  };
  let row = 0;
  for (const { startMs, features, layout, counts } of windows)
    layout.features.forEach((place, index) => {
      const feature = features[index]!;
      const described = describeCells(feature);
      for (let cell = 0; cell < place.cells; cell++, row++) {
        columns.windowStartMs[row] = startMs;
        columns.feature.push(place.name);
        columns.cell[row] = cell;
        columns.label.push(described.labels[cell]!);
        columns.lower[row] = described.lower[cell]!;
        columns.upper[row] = described.upper[cell]!;
        columns.referenceShare[row] = described.shares[cell]!;
        columns.currentCount[row] = counts[place.offset + cell]!;
      }
    });
  return columns;
}

interface DescribedCells {
  labels: string[];
  lower: number[];
  upper: number[];
  shares: number[];
}

function describeCells(feature: ReferenceFeature): DescribedCells {
  const total = feature.counts.reduce((sum, count) => sum + count, 0);
  const shares = feature.counts.map((count) => (total === 0 ? 0 : count / total));
  return { shares, ...boundsOf(feature.cells) };
}

function boundsOf(cells: Cells): Omit<DescribedCells, "shares"> {
  if (cells.kind === "categories") {
    const labels = [...cells.values, ...(cells.other.length > 0 ? ["other"] : [])];
    return { labels, lower: labels.map(() => NaN), upper: labels.map(() => NaN) };
  }
  if (cells.kind === "values")
    return { labels: cells.values.map(String), lower: cells.values, upper: cells.values };
  const lower = [-Infinity, ...cells.edges];
  const upper = [...cells.edges, Infinity];
  return {
    lower,
    upper,
    labels: lower.map((low, index) =>
      cells.single[index] === 1 ? `${upper[index]}` : `(${low}, ${upper[index]}]`,
    ),
  };
}
