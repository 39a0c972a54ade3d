/** Numbers below the least or above the greatest value that the reference has. */
import { blockOf } from "../derived/kinds.ts";
import { defaultGates } from "../domain/policy.ts";
import { derivedCounts, type Layout } from "../domain/reference-cells.ts";
import type { Reference } from "../domain/reference.ts";
import { shareDistance } from "../methods/effects.ts";
import { betweenWindows } from "../methods/quality/against-past.ts";
import { beyondBothEnds } from "../methods/quality/out-of-range.ts";
import { chunksLike } from "../nulls/chunk-null.ts";
import { doubled, type FeatureInput, type PendingTest, smallestShareChange } from "./feature-tests.ts";
import { percent } from "./words.ts";

/** What a window and its reference count outside of a feature's range. */
export interface Outside {
  min: number;
  max: number;
  /** The range of the reference's own rows, or of the one in whose cells they were counted. */
  own: boolean;
  before: number;
  below: number;
  above: number;
  /** Of the reference's outermost rows so many come together; null without chunks. */
  cluster: number | null;
  /** Rows outside, of each chunk of a reference that is made of windows; null without. */
  chunks: readonly number[] | null;
}

/** By feature; numbers with quantile cells only. */
export function outsideOf(
  { derived }: Reference,
  counts: Float64Array,
  layout: Layout,
): Map<string, Outside> {
  const block = blockOf(derived, "ranges");
  const counted = derivedCounts(counts, layout, "ranges");
  if (block === null || counted === null) return new Map();
  const { own, counts: before, clusters, outside } = block.reference;
  return new Map(
    block.features.map(({ name, min, max }, at) => [
      name,
      {
        ...{ min, max, own },
        before: before[2 * at] + before[2 * at + 1],
        below: counted[2 * at],
        above: counted[2 * at + 1],
        cluster: clusters && clusters[at],
        chunks: outside && outside[at],
      },
    ]),
  );
}

/**
 * Of the reference's own range: the exact law of its extremes, which any window passes now and then (methods/quality), and
 * between chunks the same law of as many times fewer rows as the outermost of them come together: a storm is one event. Of
 * the range of another reference: exact mid-p of the two shares, and how the chunks' shares differ. One-sided: no value
 * outside is no surprise.
 */
export function rangeTest(input: FeatureInput): PendingTest | null {
  const { kernel, feature, n, m, outside, chunked, policy } = input;
  if (outside === null) return null;
  const { own, before } = outside;
  const now = outside.below + outside.above;
  if (m === 0 || (own ? n < 2 : n === 0 || before + now === 0)) return null;
  const more = now / m - before / n;
  const a = Float64Array.of(n - before, before);
  const c = Float64Array.of(m - now, now);
  const pSampling = own
    ? beyondBothEnds(n, m, now)
    : more > 0
      ? kernel.hypergeomMidP(now, m, before + now, n + m)
      : 1;
  const pChunk = chunked ? betweenChunks(input, outside, n, m) : null;
  const given = policy.quality.gates.out_of_range ?? defaultGates.share;
  return {
    kind: "out_of_range",
    method: own ? "extremes" : "hypergeom",
    statistic: now / m,
    pSampling,
    pChunk,
    pValue: Math.max(pSampling, pChunk ?? 0),
    effect: more > 0 ? shareDistance(a, c) : 0,
    effectName: "share distance",
    gate: chunked ? given : doubled(given),
    marks: ["exact", ...(chunked ? [] : ["assumes-independent-rows"])],
    floorMet: more >= smallestShareChange,
    finding: `${feature.name} lies outside of ${outside.min} to ${outside.max}, the reference's range, in ${percent(now / m)} of its values.`,
  };
}

function betweenChunks(
  { kernel, reference, windowStartMs, window }: FeatureInput,
  { own, below, above, cluster, chunks: outside }: Outside,
  n: number,
  m: number,
): number | null {
  const now = below + above;
  if (own)
    return cluster === null
      ? null
      : beyondBothEnds(Math.floor(n / cluster), Math.ceil(m / cluster), Math.floor(now / cluster));
  const { chunks } = reference;
  if (chunks === null || outside === null) return null;
  const past = chunksLike(chunks, windowStartMs).map((chunk) => ({
    count: outside[chunk],
    of: chunks.rows[chunk],
  }));
  const rows = m + window.unseen + window.missing + window.negInf + window.posInf;
  return betweenWindows(kernel, { count: now, of: rows }, past);
}
