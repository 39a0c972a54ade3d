import type { Check } from "#core/domain/check.ts";
import type { Cells } from "#core/domain/reference-cells.ts";
import type { ReferenceFeature } from "#core/domain/reference.ts";
import { readCounts } from "#core/domain/wire.ts";
import { mainSeries } from "./answers.ts";
import { listChecks, readCheck, type StoredCheck } from "./checks.ts";
import type { ModelStore } from "./model-store.ts";

/** Exports leave in pages by time, since one answer over RPC may hold 32 MiB. */
const pageBytes = 8 * 1024 * 1024;
const windowsAtOnce = 200;
/** Of a cell's row, and of a feature's part of a check in JSON, near enough. */
const bytesPerCell = 52;
const bytesPerFeature = 2500;

/** A page with where the next one begins; null after the last. */
export interface ExportPage<T> {
  page: T;
  nextFromMs: number | null;
}

/** Texts that repeat, as codes into a list. */
export interface TextColumn {
  dictionary: string[];
  codes: Int32Array;
}

/** Rows of the export table `cells`, as columns; bounds are NaN where a cell has none. */
export interface CellColumns {
  windowStartMs: Float64Array;
  feature: TextColumn;
  cell: Int32Array;
  label: TextColumn;
  lower: Float64Array;
  upper: Float64Array;
  referenceShare: Float64Array;
  currentCount: Float64Array;
}

/** Checked windows that begin in [from, to), oldest first, until a page is full. */
function pageOf(
  store: ModelStore,
  fromMs: number,
  toMs: number,
  bytesOf: (stored: StoredCheck) => number,
): { windows: StoredCheck[]; nextFromMs: number | null } {
  const found = listChecks(
    store.sql,
    { series: mainSeries(store).key, fromMs, toMs },
    windowsAtOnce,
    "oldest",
  );
  let [windows, bytes] = [0, 0];
  for (; windows < found.length && bytes < pageBytes; windows++) bytes += bytesOf(found[windows]);
  const cut = windows < found.length || found.length === windowsAtOnce;
  return {
    windows: found.slice(0, windows),
    nextFromMs: cut ? found[windows - 1].summary.windowStartMs + 1 : null,
  };
}

/** Whole checks, newest revisions. */
export function exportChecks(store: ModelStore, fromMs: number, toMs: number): ExportPage<Check[]> {
  const { windows, nextFromMs } = pageOf(
    store,
    fromMs,
    toMs,
    ({ summary }) => bytesPerFeature * summary.features.length,
  );
  return { page: windows.flatMap(({ summary }) => readCheck(store.sql, summary.id) ?? []), nextFromMs };
}

/** The counting cells of checked windows. */
export function exportCells(store: ModelStore, fromMs: number, toMs: number): ExportPage<CellColumns> {
  const cellsOf = ({ summary: { referenceId } }: StoredCheck): number =>
    referenceId === null
      ? 0
      : store.references.layoutOf(referenceId).features.reduce((sum, { cells }) => sum + cells, 0);
  const { windows, nextFromMs } = pageOf(store, fromMs, toMs, (stored) => bytesPerCell * cellsOf(stored));
  const rows = windows.reduce((sum, stored) => sum + cellsOf(stored), 0);
  return { page: cellColumns(store, windows, rows), nextFromMs };
}

function cellColumns(store: ModelStore, windows: readonly StoredCheck[], rows: number): CellColumns {
  const [feature, label] = [new TextCoder(rows), new TextCoder(rows)];
  const columns: CellColumns = {
    windowStartMs: new Float64Array(rows),
    feature,
    cell: new Int32Array(rows),
    label,
    lower: new Float64Array(rows),
    upper: new Float64Array(rows),
    referenceShare: new Float64Array(rows),
    currentCount: new Float64Array(rows),
  };
  const described = new Map<ReferenceFeature, DescribedCells>();
  let row = 0;
  for (const { summary, counts: encoded } of windows) {
    // Sketched windows have no cells.
    if (summary.referenceId === null) continue;
    const { features } = store.references.get(summary.referenceId);
    const layout = store.references.layoutOf(summary.referenceId);
    const counts = readCounts(encoded, layout.slots);
    layout.features.forEach((place, index) => {
      const of = features[index];
      const cells = described.get(of) ?? describeCells(of);
      described.set(of, cells);
      for (let cell = 0; cell < place.cells; cell++, row++) {
        columns.windowStartMs[row] = summary.windowStartMs;
        feature.set(row, place.name);
        columns.cell[row] = cell;
        label.set(row, cells.labels[cell]);
        columns.lower[row] = cells.lower[cell];
        columns.upper[row] = cells.upper[cell];
        columns.referenceShare[row] = cells.shares[cell];
        columns.currentCount[row] = counts[place.offset + cell];
      }
    });
  }
  return { ...columns, feature: feature.column(), label: label.column() };
}

/** Builds a column of texts that repeat. */
class TextCoder implements TextColumn {
  readonly dictionary: string[] = [];
  readonly codes: Int32Array;
  readonly #codeOf = new Map<string, number>();

  constructor(rows: number) {
    this.codes = new Int32Array(rows);
  }

  set(row: number, text: string): void {
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.dictionary.push(text) - 1;
      this.#codeOf.set(text, code);
    }
    this.codes[row] = code;
  }

  column(): TextColumn {
    return { dictionary: this.dictionary, codes: this.codes };
  }
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
