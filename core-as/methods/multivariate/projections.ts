/**
 * Relations between features as features of their own: the rows seen from a few seeded random directions. Each direction is
 * one number a row, so every univariate method works on it, and a change in the relations that no single feature shows is
 * seen from most directions (Cramér & Wold 1936: two distributions are the same if they are from every direction).
 *
 * Cells are quantiles of the reference along each direction; counts are whole numbers that add and subtract exactly. The
 * test over all directions is the mean of their Anderson–Darling statistics on cells (Kim, Balakrishnan & Wasserman 2020
 * average Cramér–von Mises so, which is weak where relations change the width along a direction), its null a sum of squared
 * normals with the eigenvalues of the reference's covariance, so that directions which see the same thing count once.
 *
 * Cost: a row costs k multiplications and a search in the cells a direction. Edge cases: no rows, or no feature that varies
 * in the reference, have no answer; missing values as in encoded-columns.ts.
 */
import type { Column } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { andersonDarlingWeights } from "../../nulls/quadratic-null.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { randomSource } from "../seeded-random.ts";
import { covarianceEigenvalues, spreadRows } from "./covariance-eigenvalues.ts";
import { type EncodedFeature, learnFeatures, standardisedFeatures } from "./encoded-columns.ts";

/** Plain JSON: stored with a reference, evaluated anywhere. */
export interface ProjectionModel {
  features: EncodedFeature[];
  /** Of length 1, in standardised features. */
  directions: number[][];
  /** Ascending inner edges along each direction: cell i is (edges[i−1], edges[i]], the outer ones open. */
  edges: number[][];
  reference: ProjectionCounts;
  /** Of the covariance of the gaps at all edges, descending. */
  eigenvalues: number[];
}

/** For each direction the rows in each of its cells. */
export type ProjectionCounts = number[][];

export interface ProjectionOptions {
  /** Unsigned 32 bits. */
  seed: number;
  directions?: number;
  /** Cells along each direction. */
  cells?: number;
}

const covarianceRows = 4000;

/** @param columns the reference's, of equal length */
export function learnProjections(
  kernel: Kernel,
  columns: ReadonlyMap<string, Column>,
  { seed, directions = 16, cells = 10 }: ProjectionOptions,
): ProjectionModel {
  for (const [count, what] of [
    [directions, "directions"],
    [cells, "cells"],
  ])
    if (!(Number.isSafeInteger(count) && Number(count) > 0))
      throw new RangeError(`${count} is no number of ${what}`);
  const features = learnFeatures(columns);
  const model: ProjectionModel = {
    features,
    directions: randomDirections(kernel, seed, directions, features),
    edges: [],
    reference: [],
    eigenvalues: [],
  };
  const projected = project(model, columns);
  model.edges = projected.map((values) => quantileEdges(kernel.sortFinite(values), cells));
  model.reference = countAll(kernel, model, projected);
  const seen = spreadRows(projected[0]?.length ?? 0, covarianceRows);
  const weights = model.reference.map((counts) => andersonDarlingWeights(Float64Array.from(counts)));
  const below = projected.flatMap((values, d) =>
    model.edges[d].map((edge, i) => {
      const weight = Math.sqrt(weights[d][i] / directions);
      return Float64Array.from(seen, (row) => (values[row] <= edge ? weight : 0));
    }),
  );
  model.eigenvalues = [...covarianceEigenvalues(kernel, below)];
  return model;
}

/** A window's counts. @throws RangeError when a feature's column is missing */
export function projectionCounts(
  kernel: Kernel,
  model: ProjectionModel,
  columns: ReadonlyMap<string, Column>,
): ProjectionCounts {
  return countAll(kernel, model, project(model, columns));
}

/** Of both together: exact, whichever comes first. */
export function mergeProjectionCounts(a: ProjectionCounts, b: ProjectionCounts): ProjectionCounts {
  return combined(a, b, 1);
}

/** What is left of `whole` without `part`, rows that are in it: the reference without one of its chunks. */
export function withoutProjectionCounts(whole: ProjectionCounts, part: ProjectionCounts): ProjectionCounts {
  return combined(whole, part, -1);
}

export interface ProjectionDrift extends Result {
  /** The KS gap along each direction. */
  gaps: number[];
}

/**
 * The statistic is the mean of Anderson–Darling's over the directions, the effect the largest KS gap along any of them: in
 * the unit of a single feature's, but the largest of several, and so a little above 0 always.
 */
export function projectionDrift(
  kernel: Kernel,
  model: ProjectionModel,
  c: ProjectionCounts,
  r: ProjectionCounts = model.reference,
): ProjectionDrift {
  const varying = model.edges.some((edges) => edges.length > 0);
  if (!(rowsIn(r) > 0 && rowsIn(c) > 0 && varying)) return { ...undefinedResult, gaps: [] };
  const gaps: number[] = [];
  let sum = 0;
  model.edges.forEach((_, d) => {
    const [inR, inC] = [Float64Array.from(r[d]), Float64Array.from(c[d])];
    gaps.push(kernel.ksCells(inR, inC, new Uint8Array(inR.length)).low);
    sum += kernel.adCells(inR, inC);
  });
  const statistic = sum / model.directions.length;
  const pValue = kernel.quadraticFormSf(statistic, Float64Array.from(model.eigenvalues));
  return { ...result(statistic, { pValue, effect: Math.max(...gaps) }), gaps };
}

/** Normal coordinates make every direction equally likely. Constant features have no part in them. */
function randomDirections(
  kernel: Kernel,
  seed: number,
  count: number,
  features: readonly EncodedFeature[],
): number[][] {
  const random = randomSource(kernel, seed);
  return Array.from({ length: count }, () => {
    const direction = features.map(({ encoding }) => {
      const coordinate = random.normal();
      return encoding.std > 0 ? coordinate : 0;
    });
    const length = Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
    return direction.map((x) => (length > 0 ? x / length : 0));
  });
}

function project(
  { features, directions }: ProjectionModel,
  columns: ReadonlyMap<string, Column>,
): Float64Array[] {
  const data = standardisedFeatures(features, columns);
  const rows = data[0]?.length ?? 0;
  return directions.map((direction) => {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < direction.length; i++) values[row] += direction[i] * data[i][row];
    return values;
  });
}

/** Order statistics of the reference, ties merged, none of them its largest value. */
function quantileEdges(sorted: Float64Array, cells: number): number[] {
  const n = sorted.length;
  const edges = new Set<number>();
  for (let k = 1; k < cells; k++) {
    const value = sorted[Math.max(0, Math.ceil((k * n) / cells) - 1)];
    if (value < sorted[n - 1]) edges.add(value === 0 ? 0 : value);
  }
  return [...edges];
}

function countAll(
  kernel: Kernel,
  { edges }: ProjectionModel,
  projected: readonly Float64Array[],
): ProjectionCounts {
  return projected.map((values, d) => [...kernel.countEdges(values, Float64Array.from(edges[d])).cells]);
}

function rowsIn(counts: ProjectionCounts): number {
  return (counts[0] ?? []).reduce((sum, count) => sum + count, 0);
}

function combined(a: ProjectionCounts, b: ProjectionCounts, sign: 1 | -1): ProjectionCounts {
  if (a.length !== b.length || a.some((cells, d) => cells.length !== b[d].length))
    throw new RangeError("counts of different cells");
  return a.map((cells, d) => cells.map((count, i) => count + sign * b[d][i]));
}
