/**
 * Whether the model still leans on the same features, from logged attributions. One model's attributions have no null of
 * their own: the bar is a constant (methods/attribution-drift.ts), so this verdict stands beside the check, is in no family
 * of tests and opens no incident.
 */
import { attributionsIn } from "../derived/attributions.ts";
import { blockOf } from "../derived/kinds.ts";
import type { AttributionCheck } from "../domain/check.ts";
import { derivedCounts, type Layout } from "../domain/reference-cells.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { attributionBar, attributionDrift } from "../methods/attribution-drift.ts";

/** Undefined where the reference has no attributions, or no row of the window. */
export function attributionCheck(
  kernel: Kernel,
  { derived }: Pick<Reference, "derived">,
  layout: Layout,
  counts: Float64Array,
  { complete, leastRows }: { complete: boolean; leastRows: number },
): AttributionCheck | undefined {
  const block = blockOf(derived, "attributions");
  const own = block && derivedCounts(counts, layout, block.kind);
  if (!block || !own) return undefined;
  const [reference, current] = [attributionsIn(block, block.reference.counts), attributionsIn(block, own)];
  if (current.rows === 0) return undefined;
  const { statistic } = attributionDrift(kernel, reference.means, current.means);
  const told = { ndcg: Number.isNaN(statistic) ? null : statistic, bar: attributionBar, rows: current.rows };
  const features = block.features.map((name, at) => ({
    name,
    reference: finite(reference.means[at]),
    current: finite(current.means[at]),
  }));
  return { ...told, ...verdictOf(told, complete, leastRows), features };
}

const noNull = "Attributions have no null of their own, so this opens no incident.";

function verdictOf(
  { ndcg, bar, rows }: Pick<AttributionCheck, "ndcg" | "bar" | "rows">,
  complete: boolean,
  leastRows: number,
): Pick<AttributionCheck, "status" | "reason"> {
  if (!complete) return { status: "insufficient", reason: "The window is still open." };
  if (ndcg === null)
    return { status: "insufficient", reason: "Some features have no attributions in this window." };
  if (rows < leastRows)
    return {
      status: "insufficient",
      reason: `${rows} rows with attributions are too few: ${leastRows} are needed.`,
    };
  const said = `nDCG ${ndcg.toFixed(3)}`;
  return ndcg < bar
    ? {
        status: "drift",
        reason: `The model leans on its features in another order: ${said}, below ${bar}. ${noNull}`,
      }
    : { status: "ok", reason: `The model leans on the same features: ${said}, at least ${bar}. ${noNull}` };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
