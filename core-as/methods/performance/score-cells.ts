/**
 * ROC-AUC and average precision from score cells: a monitor that counted scores into fixed cells by class no longer knows
 * the order inside a cell. So both come as an exact interval: `low` and `high` are what the worst and the best order
 * inside every cell would give, and nothing outside can be. A cell marked `single` holds one value only; its rows are
 * tied, and it adds no width. Narrower cells narrow the interval; with every score in a cell of its own it is a point.
 *
 * The statistic takes the rows of a cell as tied, as if scores had been rounded to their cell. Sampling error comes on
 * top: `standardError` is that of the tied value, and `samplingLow` and `samplingHigh` are a 95 % interval (or another
 * level's) around each end of what the order allows.
 *
 * Cost: a pass over the cells, whatever the number of rows. Edge cases: as for rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { averagePrecisionOfGroups } from "./average-precision.ts";
import { areaOf, auc, rocAucOfGroups } from "./roc-auc.ts";
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { rowsByClass, type ScoreGroups } from "./score-groups.ts";

export interface CellMeasure extends Measure {
  samplingLow: number | null;
  samplingHigh: number | null;
}

/** Counts by class in cells of ascending scores; `single[i]` is 1 where cell i holds one value only. */
export interface ScoreCells extends ScoreGroups {
  single: Uint8Array;
}

const undefinedCells: Readonly<CellMeasure> = { ...undefinedMeasure, samplingLow: null, samplingHigh: null };

export function rocAucOfCells(kernel: Kernel, cells: ScoreCells, level = 0.95): CellMeasure {
  checkCells(cells);
  const tied = rocAucOfGroups(kernel, cells, level);
  if (Number.isNaN(tied.statistic)) return { ...undefinedCells };
  const worth = (loose: number): number[] =>
    Array.from(cells.single, (single) => (single === 1 ? 0.5 : loose));
  const [low, high] = [areaOf(cells, worth(0)), areaOf(cells, worth(1))];
  const rows = rowsByClass(cells);
  const pairs = Math.min(rows.negatives, rows.positives);
  return {
    ...result(tied.statistic, { low, high }),
    standardError: tied.standardError,
    samplingLow: auc(kernel, low, tied.standardError, pairs, level).low,
    samplingHigh: auc(kernel, high, tied.standardError, pairs, level).high,
  };
}

export function averagePrecisionOfCells(kernel: Kernel, cells: ScoreCells, level = 0.95): CellMeasure {
  checkCells(cells);
  const tied = averagePrecisionOfGroups(kernel, cells, level);
  if (Number.isNaN(tied.statistic)) return { ...undefinedCells };
  let [highs, lows, worst, best] = [0, 0, 0, 0];
  for (let cell = cells.positives.length - 1; cell >= 0; cell--) {
    const [ofHighs, ofLows] = [cells.positives[cell], cells.negatives[cell]];
    if (ofHighs > 0) {
      const together = (ofHighs * (highs + ofHighs)) / (highs + ofHighs + lows + ofLows);
      const single = cells.single[cell] === 1;
      // Worst: all negatives first, then the positives one by one. Best: all positives at once, then the negatives.
      worst += single ? together : precisionsOneByOne(kernel, highs, lows + ofLows, ofHighs);
      best += single ? together : (ofHighs * (highs + ofHighs)) / (highs + ofHighs + lows);
    }
    highs += ofHighs;
    lows += ofLows;
  }
  // The bounds hold the tied value exactly; rounding must not put it outside.
  const low = Math.min(tied.statistic, worst / highs);
  const high = Math.min(1, Math.max(tied.statistic, best / highs));
  return {
    ...result(tied.statistic, { low, high }),
    standardError: tied.standardError,
    samplingLow: logitMeasure(kernel, low, tied.standardError, level).low,
    samplingHigh: logitMeasure(kernel, high, tied.standardError, level).high,
  };
}

/** Σ (highs + r)/(highs + r + lows) for r = 1 … rows; beyond some rows by the digamma function, a sum of reciprocals. */
function precisionsOneByOne(kernel: Kernel, highs: number, lows: number, rows: number): number {
  if (lows === 0) return rows;
  const before = highs + lows;
  if (rows > 256) return rows - lows * (kernel.digamma(before + rows + 1) - kernel.digamma(before + 1));
  let sum = 0;
  for (let row = 1; row <= rows; row++) sum += (highs + row) / (before + row);
  return sum;
}

function checkCells({ negatives, single }: ScoreCells): void {
  if (negatives.length !== single.length)
    throw new RangeError(`${negatives.length} cells against ${single.length} marks`);
}
