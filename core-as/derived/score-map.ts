/** An isotonic map and score cells as a block keeps them: plain arrays. */
import * as z from "zod";
import { limits } from "../domain/limits.ts";
import type { IsotonicMap } from "../methods/estimation/isotonic.ts";

export const ascending = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || values[i - 1] < value);

/** From score to probability: straight lines between the knots, level outside. */
export const ScoreMap = z
  .object({
    x: z.array(z.number()).min(1).max(limits.calibrationKnots),
    y: z.array(z.number().min(0).max(1)).max(limits.calibrationKnots),
  })
  .refine(({ x, y }) => x.length === y.length, "as many values as knots")
  .refine(({ x }) => ascending(x), "knots ascend strictly")
  .refine(({ y }) => y.every((value, i) => i === 0 || y[i - 1] <= value), "values never fall");
export type ScoreMap = z.infer<typeof ScoreMap>;

/** Inner edges of right-closed cells of scores from 0 to 1. */
export const ScoreEdges = z
  .array(z.number().min(0).max(1))
  .max(limits.scoreCells - 1)
  .refine(ascending, "edges ascend strictly");

export const isotonicOf = (map: ScoreMap | null): IsotonicMap | null =>
  map && { x: Float64Array.from(map.x), y: Float64Array.from(map.y) };

/** The map as plain arrays; null for none, and where nothing was fitted. */
export const scoreMapOf = (map: IsotonicMap | null): ScoreMap | null =>
  map && map.x.length > 0 ? { x: [...map.x], y: [...map.y] } : null;
