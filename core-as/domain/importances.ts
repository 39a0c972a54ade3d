/** Which features a model leans on, as a reference says it. */
import * as z from "zod";
import { ProblemError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Feature } from "./model.ts";

export const Importances = z.object({
  /**
   * `given` with the reference; `declared` with the model; `surrogate`: of small trees that repeat the model's answers
   * (methods/surrogate-importance.ts).
   */
  source: z.enum(["given", "declared", "surrogate"]),
  /** Any non-negative scale; of a surrogate they add up to 1. */
  features: z
    .array(z.object({ name: z.string(), importance: z.number().nonnegative() }))
    .max(limits.features),
  /** How well the surrogate repeats the model on rows that it has not seen: R², and of how many rows. */
  fidelity: z.object({ rSquared: z.number().max(1), rows: z.number().int().positive() }).nullable(),
});
export type Importances = z.infer<typeof Importances>;

/** Those declared with a model's features; null where none is. */
export function declaredImportances(features: readonly Feature[]): Importances | null {
  const declared = features.flatMap(({ name, importance }) =>
    importance === undefined ? [] : [{ name, importance }],
  );
  return declared.length > 0 ? { source: "declared", features: declared, fidelity: null } : null;
}

/**
 * Those that come with a reference, by feature.
 * @throws ProblemError `reference_mismatch` when the model has no such feature
 */
export function givenImportances(
  given: Readonly<Record<string, number>>,
  features: readonly Feature[],
): Importances {
  const known = new Set(features.map(({ name }) => name));
  const strange = Object.keys(given).filter((name) => !known.has(name));
  if (strange.length > 0)
    throw new ProblemError(
      "reference_mismatch",
      "Importances are of the model's features.",
      strange.map((name) => ({ path: `importances.${name}`, message: "the model has no such feature" })),
    );
  const named = Object.entries(given).map(([name, importance]) => ({ name, importance }));
  return { source: "given", features: named, fidelity: null };
}
