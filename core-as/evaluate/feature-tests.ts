/** The tests of one feature in one window: drift, missing, unseen; before the family decides. Others lie beside this file. */
import type { FamilyTest, Score } from "../domain/check.ts";
import { defaultGates, type Gate, type Method, type Policy } from "../domain/policy.ts";
import type { QualityEvidence } from "../domain/quality-evidence.ts";
import type { Reference, ReferenceFeature } from "../domain/reference.ts";
import type { FeatureCounts } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { psiExcess, shareDistance } from "../methods/effects.ts";
import { eitherWay } from "../methods/quality/against-past.ts";
import { coarse, methodsFor, methodsShown, singleFlags, statistic } from "../methods/statistics.ts";
import { sum } from "../methods/sum.ts";
import {
  type ChunkContext,
  chunksLike,
  type ChunkTest,
  chunkTest,
  minimumChunks,
} from "../nulls/chunk-null.ts";
import { carefulP } from "../nulls/reference-luck.ts";
import { samplingTest } from "../nulls/sampling.ts";
import type { Outside } from "./range-test.ts";

export interface FeatureInput {
  kernel: Kernel;
  reference: Reference;
  feature: ReferenceFeature;
  window: FeatureCounts;
  /** The reference's counts in the feature's cells, and their sum. */
  a: Float64Array;
  n: number;
  /** The window's rows in the feature's cells. */
  m: number;
  /** What is known of the window's rows beside their counts; null where that is nothing. */
  quality: QualityEvidence | null;
  /** What lies outside of the reference's range; null where that is not counted. */
  outside: Outside | null;
  policy: Policy;
  /** Whether the reference has enough chunks of the window's period and time of day. */
  chunked: boolean;
  windowStartMs: number;
  seed: number;
  /** The family's for a warning, before the correction. */
  level: number;
}

/** What every test of a feature begins with, computed once. */
export function inCells(
  { counts }: Pick<ReferenceFeature, "counts">,
  { cells }: FeatureCounts,
): Pick<FeatureInput, "a" | "n" | "m"> {
  const a = new Float64Array(counts);
  return { a, n: sum(a), m: sum(cells) };
}

/** A test that still waits for its adjusted p and status. */
export type PendingTest = Omit<FamilyTest, "adjustedP" | "status"> & {
  /** Smallest absolute change of a share that counts, where there is one. */
  floorMet: boolean;
  /** What was found, in a sentence; of drift, missing and unseen values `words.ts` knows. */
  finding?: string;
};

/** Changes of rare events below half a percentage point are no incident, however certain. */
export const smallestShareChange = 0.005;
/** n below this: the reference itself is a small sample. */
const smallReference = 1000;

export function decidingMethod({ feature, policy }: Pick<FeatureInput, "feature" | "policy">): Method {
  const methods = methodsFor(feature.cells, feature.type === "boolean");
  const chosen = policy.features[feature.name]?.method;
  return chosen !== undefined && methods.includes(chosen) ? chosen : methods[0];
}

/**
 * Every statistic that is shown, and what decides. Their p-values are the tests'.
 *
 * @param known statistics of the feature that are there already: divergences, which are computed of all features at once
 */
export function scoresOf(
  input: FeatureInput,
  known: Partial<Record<Method, number>>,
): Partial<Record<Method, Score>> {
  const { kernel, feature, window, a, n, m } = input;
  const { cells, type } = feature;
  if (n === 0 || m === 0) return {};
  const scores: ReturnType<typeof scoresOf> = {};
  const scoreOf = (method: Method): Score => {
    if (method === "ks" && cells.kind !== "categories") {
      const { low, high } = kernel.ksCells(a, window.cells, singleFlags(cells));
      return { statistic: low, pValue: null, low, high };
    }
    const value = known[method] ?? statistic(kernel, method, cells, a, window.cells);
    return { statistic: value, pValue: null, low: null, high: null };
  };
  for (const method of [decidingMethod(input), ...methodsShown(cells, type === "boolean")])
    scores[method] ??= scoreOf(method);
  return scores;
}

/** Whether windows that begin then have enough chunks to compare with (METHODS §4). */
export function isChunked(
  { chunks }: Pick<Reference, "chunks">,
  windowStartMs: number,
  windowMs: number,
): boolean {
  return chunks?.periodMs === windowMs && chunksLike(chunks, windowStartMs).length >= minimumChunks;
}

function contextOf(
  { chunked, reference, windowStartMs }: FeatureInput,
  n: number,
  m: number,
): ChunkContext | null {
  return chunked && reference.chunks ? { chunks: reference.chunks, windowStartMs, n, m } : null;
}

export function driftTest(input: FeatureInput): PendingTest {
  const { kernel, feature, window, a, n, m, seed } = input;
  const method = decidingMethod(input);
  const marks: string[] = [];
  const limited = n < smallReference || m > n / 10;
  if (limited) marks.push("reference-limited");
  const value = statistic(kernel, method, feature.cells, a, window.cells);
  const context = contextOf(input, n, m);
  const between = context && betweenChunks(input, context, method, value);
  const { effect, effectName, gate: given } = effectOf(input, method, value);
  const gate = context ? given : doubled(given);
  const sampling = samplingTest(kernel, method, feature, a, window.cells, {
    ...{ seed, value },
    elsewhere: between?.pValue,
    beneathGate: effect < gate.warning,
    level: input.level,
  });
  return {
    kind: "drift",
    method,
    statistic: value,
    pSampling: sampling.pValue,
    pChunk: between?.pValue ?? null,
    pValue: Math.max(carefulP(kernel, sampling.pValue, n, m), between?.pValue ?? 0),
    effect,
    effectName,
    gate,
    marks: [
      ...marks,
      ...sampling.marks,
      ...(between?.extrapolated ? ["extrapolated"] : []),
      ...(between?.autocorrelated ? ["longer-reference-needed"] : []),
      ...(context ? [] : ["assumes-independent-rows"]),
    ],
    floorMet: true,
  };
}

/**
 * References of very many chunks keep the values of the default method only: then that one's variation from chunk to chunk
 * is the second null, whatever decides.
 */
function betweenChunks(
  { kernel, feature, window, a }: FeatureInput,
  context: ChunkContext,
  method: Method,
  value: number,
): ChunkTest | null {
  const { drift } = feature.nulls.chunks;
  const own = drift.find((entry) => entry.method === method);
  if (own) return chunkTest(kernel, own, context, value);
  if (drift.length === 0) return null;
  const [instead] = drift;
  return chunkTest(
    kernel,
    instead,
    context,
    statistic(kernel, instead.method, feature.cells, a, window.cells),
  );
}

/** @param value the method's statistic */
function effectOf(
  { kernel, feature, window, a, policy }: FeatureInput,
  method: Method,
  value: number,
): { effect: number; effectName: string; gate: Gate } {
  const own = policy.features[feature.name]?.gate;
  const c = window.cells;
  if (method === "wasserstein") {
    const std = feature.moments?.std ?? 0;
    const effect = std > 0 ? value / std : 0;
    return { effect, effectName: "wasserstein/std", gate: own ?? defaultGates.wasserstein };
  }
  if (method === "psi") {
    const [ca, cc] = [coarse(feature.cells, a), coarse(feature.cells, c)];
    const effect = psiExcess(value, ca, cc);
    return { effect, effectName: "psi excess", gate: own ?? defaultGates.psi };
  }
  if (feature.cells.kind === "quantile" || method === "ks") {
    const effect = kernel.ksCells(a, c, singleFlags(feature.cells)).low;
    return { effect, effectName: "ks gap", gate: own ?? defaultGates.gap };
  }
  return { effect: shareDistance(a, c), effectName: "share distance", gate: own ?? defaultGates.share };
}

/**
 * A share of all rows (missing, or unseen values) against the reference's: exact mid-p, and the chunks' variation. The
 * reference never has unseen values of its own; how many it would have had, had each row come last, is the number of its
 * values that stand alone (Good 1953). Null
 * where nothing could show: what happened to no row, or to all, on both sides has p = 1 whatever else is true, and
 * would only take from the family's level (Tarone 1990).
 */
export function shareTest(input: FeatureInput, kind: "missing" | "unseen"): PendingTest | null {
  const { kernel, feature, window, n: present, chunked, policy, seed } = input;
  const own = policy.quality.gates[kind] ?? defaultGates.share;
  const [before, now] =
    kind === "missing"
      ? [feature.missing, window.missing]
      : [
          feature.singletons + feature.unseen + feature.negInf + feature.posInf,
          window.unseen + window.negInf + window.posInf,
        ];
  const othersBefore =
    kind === "missing" ? present + feature.negInf + feature.posInf : present - feature.singletons;
  const othersNow = input.m + (kind === "missing" ? window.unseen + window.negInf + window.posInf : 0);
  const a = Float64Array.of(othersBefore, before);
  const c = Float64Array.of(othersNow, now);
  const [n, m] = [sum(a), sum(c)];
  if (n === 0 || m === 0 || before + now === 0 || before + now === n + m) return null;
  // Missing values are counted on both sides alike; how many values stand alone is an estimate, and a rough one.
  const judged = kind === "unseen" ? carried(kernel, c, n, seed) : c;
  const pSampling = kernel.hypergeomMidP(judged[1], sum(judged), before + judged[1], n + sum(judged));
  const value = kernel.chi2(a, c).statistic;
  const pChunk = kind === "missing" ? missingBetweenChunks(input, { now, n, m, value }) : null;
  return {
    kind,
    method: "hypergeom",
    statistic: value,
    pSampling,
    pChunk,
    pValue: Math.max(pSampling, pChunk ?? 0),
    effect: shareDistance(a, c),
    effectName: "share distance",
    gate: chunked ? own : doubled(own),
    marks: chunked ? [] : ["assumes-independent-rows"],
    floorMet: changeOf(kind, now / m - before / n) >= smallestShareChange,
  };
}

/**
 * How shares of missing values differ from chunk to chunk, by the shares themselves. On logarithms of a statistic, as for
 * drift, ten times the usual share would pass: with one degree of freedom it is often next to nothing by chance, and how near
 * to that is what its logarithm mostly shows.
 */
function missingBetweenChunks(
  input: FeatureInput,
  { now, n, m, value }: { now: number; n: number; m: number; value: number },
): number | null {
  const { kernel, feature, windowStartMs } = input;
  const chunk = feature.nulls.chunks.missing;
  const context = contextOf(input, n, m);
  if (chunk === null || context === null) return null;
  const { counts } = chunk;
  if (counts === undefined) return chunkTest(kernel, chunk, context, value)?.pValue ?? null;
  const { chunks } = context;
  const past = chunksLike(chunks, windowStartMs).map((k) => ({ count: counts[k], of: chunks.rows[k] }));
  return eitherWay(kernel, { count: now, of: m }, past);
}

/** Fewer new values than the reference leads to expect are no news: a copy of it has none at all. */
const changeOf = (kind: "missing" | "unseen", change: number): number =>
  kind === "unseen" ? change : Math.abs(change);

/** How many new values to expect is a rough estimate: only as many rows are judged by it as the reference can carry. */
function carried(kernel: Kernel, counts: Float64Array, n: number, seed: number): Float64Array {
  return sum(counts) > n / 10 ? kernel.thin(counts, Math.max(1, Math.floor(n / 10)), seed) : counts;
}

export const doubled = (gate: Gate): Gate => ({ warning: 2 * gate.warning, drift: 2 * gate.drift });
