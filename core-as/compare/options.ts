/** The options of a comparison with everything left out filled in. */
import type { ComparisonOptions } from "../domain/comparison.ts";

/** What a comparison of two files may err at, without drift: one in twenty (METHODS §1). */
export const defaultLevel = 0.05;

/** The document's options with everything left out filled in. */
export function optionsOf(given: Partial<ComparisonOptions> = {}): ComparisonOptions {
  return {
    level: given.level ?? defaultLevel,
    correction: given.correction ?? "bh",
    time: given.time ?? null,
    segment: given.segment ?? null,
    by: given.by ?? null,
    target: given.target ?? null,
    prediction: given.prediction ?? null,
    score: given.score ?? null,
    positive: given.positive ?? null,
    compat: given.compat ?? null,
    methods: given.methods ?? {},
  };
}
