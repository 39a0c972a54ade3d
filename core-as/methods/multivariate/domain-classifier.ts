/**
 * Can a model tell the window's rows from the reference's? If not even a learner that sees all features at once can, nothing
 * that it could learn has changed. Boosted trees (estimation/gradient-boosting.ts: 40 trees of 4 leaves, squared loss on 0 and 1)
 * are trained on four fifths of the rows of both sides and score the rest, five times; the statistic is the area under the ROC
 * curve of those scores, averaged over the folds: ½ for rows that cannot be told apart, 1 for rows that always can.
 *
 * Source: a classifier as two-sample test, Friedman (2003) and Lopez-Paz & Oquab (2017). p-value, one-sided: the area of one
 * fold is Mann & Whitney's U, whose null is known as the scores come from other rows. Those of two folds are not independent:
 * rows that help to score each other do so both ways, which at most doubles the variance of their mean (exactly where scores
 * are linear in the labels). The doubled one is used, so p is rather too large than too small.
 *
 * Cost: five trainings on at most 5000 rows a side, about a second for ten features; in a browser or on the command line, not at
 * the edge. Edge cases: fewer than ten rows on a side, or no features, have no answer. Missing values are a value of their own
 * here, and categories are ordered by their frequency in the reference, those that it never had before all others.
 */
import { type Column, gather } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { fitBoostedTrees, predictBoosted } from "../estimation/gradient-boosting.ts";
import { rocAucOfGroups } from "../performance/roc-auc.ts";
import { logitMeasure } from "../performance/sampling-error.ts";
import { groupsOfScores, rowsByClass, type ScoreGroups } from "../performance/score-groups.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { type RandomSource, randomSource } from "../seeded-random.ts";
import { spreadRows } from "./covariance-eigenvalues.ts";

export interface DomainOptions {
  /** Unsigned 32 bits: which rows are in which fold. */
  seed: number;
  folds?: number;
  /** Most rows a side; of more, as many at equal distances. */
  mostRows?: number;
}

export interface DomainDrift extends Result {
  /** The area of each fold. */
  areas: number[];
}

const leastRows = 10;
const treesOf = { trees: 40, leaves: 4, leastRows: 10, rate: 0.1 };
/** Of the mean of the folds' areas, over that of independent ones: see above. */
const dependence = 2;

/**
 * The effect is twice the area less 1, at least 0: the share of pairs of rows that are told apart beyond chance.
 *
 * @param r the reference's columns, of equal length, and `c` the window's. @throws RangeError when `c` lacks one of them
 */
export function domainClassifier(
  kernel: Kernel,
  r: ReadonlyMap<string, Column>,
  c: ReadonlyMap<string, Column>,
  { seed, folds = 5, mostRows = 5000 }: DomainOptions,
): DomainDrift {
  if (!(Number.isSafeInteger(folds) && folds > 1)) throw new RangeError(`${folds} is no number of folds`);
  const pairs = [...r].map(([name, column]) => featureOf(name, column, c.get(name), mostRows));
  const [n, m] = [pairs[0]?.rows[0] ?? 0, pairs[0]?.rows[1] ?? 0];
  for (const { rows } of pairs)
    if (rows[0] !== n || rows[1] !== m) throw new RangeError("columns of different length");
  if (Math.min(n, m) < Math.max(leastRows, folds)) return { ...undefinedResult, areas: [] };
  const columns = pairs.map(({ values }) => values);
  const random = randomSource(kernel, seed);
  const foldOf = Uint32Array.from([...dealt(random, n, folds), ...dealt(random, m, folds)]);
  const groups = Array.from({ length: folds }, (_, fold) => foldGroups(columns, foldOf, fold, n));
  return summary(kernel, groups);
}

function summary(kernel: Kernel, groups: readonly ScoreGroups[]): DomainDrift {
  const parts = groups.map((own) => {
    const { negatives, positives } = rowsByClass(own);
    const { statistic, standardError } = rocAucOfGroups(kernel, own);
    return { pairs: negatives * positives, area: statistic, standardError, nullVariance: nullVariance(own) };
  });
  const pairs = parts.reduce((sum, part) => sum + part.pairs, 0);
  const over = (term: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((sum, part) => sum + term(part), 0);
  const area = over((part) => (part.pairs / pairs) * part.area);
  const square = (x: number): number => x * x;
  const variance = dependence * over((part) => square(part.pairs / pairs) * part.nullVariance);
  const error = Math.sqrt(dependence * over((part) => square((part.pairs / pairs) * part.standardError)));
  const { low, high } = logitMeasure(kernel, area, error, 0.95);
  // All scores equal: nothing was told apart, and nothing could have been.
  const pValue = variance > 0 ? kernel.normalSf((area - 0.5) / Math.sqrt(variance)) : 1;
  return {
    ...result(area, { pValue, low, high, effect: Math.max(0, 2 * area - 1) }),
    areas: parts.map((part) => part.area),
  };
}

/** Of the area when scores say nothing: Mann & Whitney's, tie-corrected. */
function nullVariance(groups: ScoreGroups): number {
  const { negatives: n, positives: m } = rowsByClass(groups);
  const total = n + m;
  let ties = 0;
  groups.negatives.forEach((count, group) => {
    const together = count + groups.positives[group];
    ties += together * (together * together - 1);
  });
  return (total + 1 - ties / (total * (total - 1))) / (12 * n * m);
}

/** Trains on all other folds and scores this one; the window's rows, from place n on, are class 1. */
function foldGroups(
  columns: readonly Float64Array[],
  foldOf: Uint32Array,
  fold: number,
  n: number,
): ScoreGroups {
  const places = Int32Array.from(foldOf.keys());
  const [train, test] = [
    places.filter((row) => foldOf[row] !== fold),
    places.filter((row) => foldOf[row] === fold),
  ];
  const classOf = (row: number): number => (row < n ? 0 : 1);
  const pick = (rows: Int32Array): Float64Array[] => columns.map((column) => gather(column, rows));
  const model = fitBoostedTrees(pick(train), Float64Array.from(train, classOf), treesOf);
  return groupsOfScores(predictBoosted(model, pick(test)), Float64Array.from(test, classOf));
}

/** A fold for each of the rows, as equally many as can be. */
function dealt(random: RandomSource, rows: number, folds: number): number[] {
  const fold = Array.from({ length: rows }, (_, row) => row % folds);
  for (let last = rows - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [fold[last], fold[other]] = [fold[other], fold[last]];
  }
  return fold;
}

/** Both sides' values one after the other, as trees see them: NaN is missing. */
function featureOf(
  name: string,
  r: Column,
  c: Column | undefined,
  mostRows: number,
): { values: Float64Array; rows: [number, number] } {
  if (c?.kind !== r.kind) throw new RangeError(`the feature "${name}" has no ${r.kind} column`);
  const [one, other] = [r, c].map((column) => {
    const values = column.kind === "numeric" ? column.values.map(limited) : ranksOf(column, r);
    return gather(values, spreadRows(values.length, mostRows));
  });
  return { values: Float64Array.from([...one, ...other]), rows: [one.length, other.length] };
}

/** Infinite values lie at the ends of the finite ones. */
const limited = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/** Each row's category by its place in the order of the reference's frequencies; −1 for those that it never had. */
function ranksOf(column: Column, reference: Column): Float64Array {
  if (column.kind !== "categorical" || reference.kind !== "categorical") return new Float64Array();
  const counts = new Float64Array(reference.dictionary.length);
  for (const code of reference.codes) if (code >= 0) counts[code]++;
  const order = [...counts.keys()]
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[a] - counts[b] || (reference.dictionary[a] < reference.dictionary[b] ? -1 : 1));
  const rank = new Map(order.map((code, at) => [reference.dictionary[code], at]));
  const ofCode = column.dictionary.map((category) => rank.get(category) ?? -1);
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : ofCode[code]));
}
