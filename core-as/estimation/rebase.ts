/** A block of estimates for a reference that is made of counts: the same parameters, what it says of itself new. */
import type { DerivedBlock } from "../derived/kinds.ts";
import { OfReference } from "../derived/of-reference.ts";
import { estimateBlock } from "./estimate-block.ts";

/**
 * @param counts the block's part of the whole
 * @param chunks the same of each chunk; null where the reference has no chunks
 */
export function rebased(
  block: DerivedBlock,
  counts: Float64Array,
  chunks: readonly Float64Array[] | null,
): DerivedBlock {
  const known = OfReference.safeParse(block.reference);
  if (!known.success) return block;
  const estimates = chunks?.map((chunk) => estimateBlock(block, chunk)?.metrics ?? {});
  const names = new Set(estimates?.flatMap((metrics) => Object.keys(metrics)));
  const series = Array.from(names, (name): [string, (number | null)[]] => [
    name,
    (estimates ?? []).map((metrics) => finite(metrics[name]?.statistic)),
  ]);
  // How far realised values stray was learnt from labels, which these rows need not have.
  const own: OfReference = {
    counts: [...counts],
    errors: known.data.errors,
    chunks: estimates === undefined ? null : Object.fromEntries(series),
  };
  return { ...block, reference: own };
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
