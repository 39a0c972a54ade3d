/** Which features come first where people read: the loud ones. */
import { severity } from "../domain/check.ts";
import type { ComparisonFeature } from "../domain/comparison.ts";

/** How strong an effect is against the gate it must pass for drift; 1 is at the gate. */
export const strength = ({ verdict }: Pick<ComparisonFeature, "verdict">): number =>
  verdict.gate.drift > 0 ? verdict.effect / verdict.gate.drift : 0;

/** Loudest first: by status, then by effect against its gate. */
export function byLoudness(features: readonly ComparisonFeature[]): ComparisonFeature[] {
  return [...features].sort(
    (a, b) =>
      severity[b.verdict.status] - severity[a.verdict.status] ||
      strength(b) - strength(a) ||
      (a.name < b.name ? -1 : 1),
  );
}
