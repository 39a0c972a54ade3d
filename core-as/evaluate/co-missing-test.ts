/** Which features are missing together, against the reference's most frequent patterns. */
import { blockOf } from "../derived/kinds.ts";
import { defaultGates } from "../domain/policy.ts";
import { derivedCounts } from "../domain/reference-cells.ts";
import { shareDistance } from "../methods/effects.ts";
import { chunkTest } from "../nulls/chunk-null.ts";
import { samplingTest } from "../nulls/sampling.ts";
import { sum } from "../methods/sum.ts";
import { doubled } from "./feature-tests.ts";
import { gateOf, type PendingQuality, type QualityInput, untold } from "./pending-quality.ts";
import { percent } from "./words.ts";

/** Null where nothing is missing on either side, or everything alike: the test could not reject. */
export function coMissingTest(input: QualityInput): PendingQuality | null {
  const { kernel, reference, counts, layout, chunked, windowStartMs, policy, seed } = input;
  const block = blockOf(reference.derived, "coMissing");
  const c = derivedCounts(counts, layout, "coMissing");
  if (block === null || c === null) return null;
  const a = Float64Array.from(block.reference.counts);
  const [n, m] = [sum(a), sum(c)];
  const inUse = a.filter((count, pattern) => count + c[pattern] > 0).length;
  if (n === 0 || m === 0 || inUse < 2) return null;
  const given = gateOf(policy, "co_missing", defaultGates.share);
  const gate = chunked ? given : doubled(given);
  const effect = shareDistance(a, c);
  const { chunks } = reference;
  const statistic = kernel.chi2(a, c).statistic;
  const statistics = block.reference.chunks;
  const between =
    chunked && chunks && statistics
      ? chunkTest(
          kernel,
          { method: "chi2", statistics, scales: statistics.map(() => 1) },
          { chunks, windowStartMs, n, m },
          statistic,
        )
      : null;
  const { pValue: pSampling, marks } = samplingTest(kernel, "chi2", patternCells(a.length), a, c, {
    seed,
    elsewhere: between?.pValue,
    beneathGate: effect < gate.warning,
  });
  const moved = mostMoved(a, c);
  const names = (block.patterns[moved] ?? []).map((place) => block.features[place]);
  const what =
    moved === 0
      ? "Nothing is missing"
      : moved === block.patterns.length
        ? "Other values than usual are missing together"
        : `${listed(names)} ${names.length === 1 ? "alone is missing" : "are missing together"}`;
  return {
    ...untold,
    ...{ kind: "co_missing", value: c[moved] / m, unit: "share", expected: a[moved] / n },
    ...{ pSampling, pChunk: between?.pValue ?? null, pValue: Math.max(pSampling, between?.pValue ?? 0) },
    ...{ effect, effectName: "share distance", gate },
    marks: [
      ...marks,
      ...(between?.extrapolated ? ["extrapolated"] : []),
      ...(chunked ? [] : ["assumes-independent-rows"]),
    ],
    finding: `${what} in ${percent(c[moved] / m)} of the rows (reference: ${percent(a[moved] / n)}).`,
  };
}

/** Patterns have no order, like categories. */
const patternCells = (count: number): Parameters<typeof samplingTest>[2] => ({
  cells: {
    kind: "categories",
    values: Array.from({ length: count }, (_, pattern) => String(pattern)),
    other: [],
  },
  nulls: { ad: [], ks: [], chunks: { drift: [], missing: null } },
});

/** The pattern whose share grew most; that nothing is missing only where no other grew. */
function mostMoved(a: Float64Array, c: Float64Array): number {
  const [n, m] = [sum(a), sum(c)];
  const growth = (pattern: number): number => c[pattern] / m - a[pattern] / n;
  let [most, largest] = [0, 0];
  for (let pattern = 1; pattern < a.length; pattern++)
    if (growth(pattern) > largest) [most, largest] = [pattern, growth(pattern)];
  return most;
}

const listed = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
