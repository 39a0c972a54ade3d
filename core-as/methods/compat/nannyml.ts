/**
 * NannyML's univariate drift, as that tool would report it: both tables cut into chunks on their own, each chunk's distance
 * from the whole reference, a threshold of mean + 3 population standard deviations over the reference's own chunks, and an
 * alarm for every chunk above it (`chi2`: for p < 0.05). By default ten chunks by number and the Jensen–Shannon distance.
 *
 * It is here for moving over and for comparing. What its numbers lack: a reference chunk is compared with a reference that it
 * is part of, three standard deviations of ten chunks are not three of the truth (4.7 to 6.3 % alarms without drift where
 * 0.3 % look meant), every column and method alarms on its own, and no effect size says whether a difference matters.
 *
 * Cost: a sort a column and chunk. Edge cases: a column without values has NaN throughout and alarms never.
 */
import type { CategoricalColumn, Columns, NumericColumn } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type Chunking, cutIntoChunks, defaultChunking, inChunkOrder } from "../chunking/chunking.ts";
import type { Chunk, Chunked } from "../chunking/chunk.ts";
import { deviationThresholds, type Thresholds } from "../thresholds.ts";
import { countCategories } from "./category-counts.ts";
import { type CategoricalMethod, measureCategorical } from "./nannyml-categorical.ts";
import { type ContinuousMethod, fitContinuous } from "./nannyml-continuous.ts";

export interface NannymlOptions {
  /** Columns to compare; all that the reference has when left out. */
  columns?: readonly string[];
  chunking?: Chunking;
  continuousMethods?: readonly ContinuousMethod[];
  categoricalMethods?: readonly CategoricalMethod[];
}

export interface NannymlChunk extends Chunk {
  value: number;
  /** Of `chi2`, the only one that has one. */
  pValue: number | null;
  alert: boolean;
}

export interface NannymlSeries {
  column: string;
  method: ContinuousMethod | CategoricalMethod;
  /** Both null for `chi2`. */
  thresholds: Thresholds;
  reference: NannymlChunk[];
  current: NannymlChunk[];
}

/** One series a column and method, columns in the reference's order. A column of another type in the window is a misuse. */
export function nannymlUnivariate(
  kernel: Kernel,
  reference: Columns,
  current: Columns,
  options: NannymlOptions = {},
): NannymlSeries[] {
  const { columns = [...reference.columns.keys()], chunking = defaultChunking } = options;
  const { continuousMethods = ["jensen_shannon"], categoricalMethods = ["jensen_shannon"] } = options;
  const sides = { before: cutIntoChunks(reference, chunking), now: cutIntoChunks(current, chunking) };
  return columns.flatMap((name): NannymlSeries[] => {
    const [before, now] = [reference.columns.get(name), current.columns.get(name)];
    if (!before || !now) throw new RangeError(`both tables need a column ${name}`);
    if (before.kind === "numeric" && now.kind === "numeric")
      return continuousMethods.map((method) => ({
        column: name,
        ...continuousSeries(kernel, method, before, now, sides),
      }));
    if (before.kind === "categorical" && now.kind === "categorical")
      return categoricalMethods.map((method) => ({
        column: name,
        ...categoricalSeries(kernel, method, before, now, sides),
      }));
    throw new RangeError(`column ${name} is numeric on one side and categorical on the other`);
  });
}

interface Sides {
  before: Chunked;
  now: Chunked;
}

type Series = Omit<NannymlSeries, "column">;
type Measured = { value: number; pValue: number | null };

function continuousSeries(
  kernel: Kernel,
  method: ContinuousMethod,
  before: NumericColumn,
  now: NumericColumn,
  sides: Sides,
): Series {
  const measure = fitContinuous(kernel, method, kernel.sortFinite(before.values));
  const along = (column: NumericColumn, chunked: Chunked): Measured[] => {
    const values = inChunkOrder(column.values, chunked);
    return chunked.chunks.map(({ start, end }) => ({
      value: measure(kernel.sortFinite(values.subarray(start, end))),
      pValue: null,
    }));
  };
  return alarmed(kernel, method, along(before, sides.before), along(now, sides.now), sides);
}

function categoricalSeries(
  kernel: Kernel,
  method: CategoricalMethod,
  before: CategoricalColumn,
  now: CategoricalColumn,
  sides: Sides,
): Series {
  const whole = countCategories(before);
  const along = (column: CategoricalColumn, chunked: Chunked): Measured[] => {
    const ordered = { ...column, codes: inChunkOrder(column.codes, chunked) };
    return chunked.chunks.map(({ start, end }) =>
      measureCategorical(kernel, method, whole, countCategories(ordered, start, end)),
    );
  };
  return alarmed(kernel, method, along(before, sides.before), along(now, sides.now), sides);
}

function alarmed(
  kernel: Kernel,
  method: Series["method"],
  before: Measured[],
  now: Measured[],
  sides: Sides,
): Series {
  const thresholds = thresholdsOf(kernel, method, before);
  const { upper } = thresholds;
  const chunksOf = ({ chunks }: Chunked, measured: Measured[]): NannymlChunk[] =>
    chunks.map((chunk, i) => {
      const { value, pValue } = measured[i];
      const alert = method === "chi2" ? pValue !== null && pValue < 0.05 : upper !== null && value > upper;
      return { ...chunk, value, pValue, alert };
    });
  return {
    method,
    thresholds,
    reference: chunksOf(sides.before, before),
    current: chunksOf(sides.now, now),
  };
}

function thresholdsOf(kernel: Kernel, method: Series["method"], before: Measured[]): Thresholds {
  if (method === "chi2") return { lower: null, upper: null };
  const values = Float64Array.from(before, ({ value }) => value);
  const range = method === "kolmogorov_smirnov" ? { high: 1 } : {};
  return deviationThresholds(kernel, values, { lower: null, upper: 3, range });
}
