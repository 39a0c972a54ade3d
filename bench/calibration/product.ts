/**
 * The product's own functions, as the measurement calls them: nothing here computes a p-value.
 *
 * One thing is made cheaper without changing what is measured: null distributions that depend on the reference's counts
 * only are simulated once for many windows. The seeds of these tables are the measurement's, a pool of them, so that the
 * error of a single table does not become the error of a row.
 */
import { createHash } from "node:crypto";
import type { Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import { type Method, Policy } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { FeatureCounts } from "#core/domain/window.ts";
import {
  driftTest,
  type FeatureInput,
  inCells,
  isChunked,
  type PendingTest,
  shareTest,
} from "#core/evaluate/feature-tests.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { buildReference } from "#core/reference/build.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { multinomial } from "./chance.ts";

/** Tables kept at once; the least of a reference's windows need a few dozen. */
const mostTables = 400;
let pool = 0;
const tables = new Map<string, Float64Array>();

/** Short and equal for equal numbers only. */
const digest = (values: Float64Array): string => createHash("sha1").update(values).digest("base64");

function kept(key: string, make: () => Float64Array): Float64Array {
  let table = tables.get(key);
  if (table === undefined) {
    if (tables.size >= mostTables) tables.clear();
    tables.set(key, (table = make()));
  }
  return table;
}

const plain = nodeKernel();

export const kernel: Kernel = {
  ...plain,
  simulateNull: (request) => {
    // Both sides redrawn from their pooled counts: another null for every window.
    if (request.sampler === "hypergeometric") return plain.simulateNull(request);
    const { statistic, a, m, draws, widths } = request;
    const key = `${pool}|${statistic}|${m}|${draws}|${digest(a)}|${widths ? digest(widths) : ""}`;
    return kept(key, () => plain.simulateNull({ ...request, seed: pool }));
  },
  // Without ties all references of n rows have the same cells.
  symmetricEigenvalues: (matrix, k) =>
    kept(`${k}|${digest(matrix)}`, () => plain.symmetricEigenvalues(matrix, k)).slice(),
};

/** Chooses the seed of the null tables from here on; unsigned 32 bits. */
export function drawTablesFrom(seed: number): void {
  pool = seed;
}

export const sha256 = (text: string): Promise<string> =>
  Promise.resolve(createHash("sha256").update(text).digest("hex"));

export function referenceFrom(
  features: Feature[],
  columns: Columns,
  seed: number,
  periodMs = DAY_MS,
): Promise<Reference> {
  return buildReference(kernel, { features, columns, periodMs, seed }, sha256);
}

/** A window's counts by the true shares of the cells; the last share is what no cell holds. */
export function drawWindow(shares: Float64Array, rows: number): FeatureCounts {
  const counts = multinomial(shares, rows);
  return {
    cells: counts.slice(0, -1),
    unseen: counts[counts.length - 1],
    missing: 0,
    negInf: 0,
    posInf: 0,
  };
}

const policies = new Map<string, Policy>();

/** What the product is asked about one window of a reference with one feature. */
export interface Question {
  reference: Reference;
  window: FeatureCounts;
  seed: number;
  /** Any time will do for windows of a day. */
  windowStartMs?: number;
  windowMs?: number;
}

function inputOf(
  { reference, window, seed, windowStartMs = 0, windowMs = DAY_MS }: Question,
  policy: Policy,
): FeatureInput {
  const chunked = isChunked(reference, windowStartMs, windowMs);
  const [feature] = reference.features;
  return {
    kernel,
    reference,
    feature,
    window,
    ...inCells(feature, window),
    quality: null,
    outside: null,
    policy,
    chunked,
    windowStartMs,
    seed,
    // Rates are measured at levels of all sizes: every p-value as exact as the draws make it.
    level: 1,
  };
}

/** One drift test as `evaluate` makes it, by the given method, before the family. */
export function singleTest(question: Question, method: Method): PendingTest {
  const { name } = question.reference.features[0];
  const key = `${name}|${method}`;
  let policy = policies.get(key);
  if (policy === undefined) policies.set(key, (policy = Policy.parse({ features: { [name]: { method } } })));
  return driftTest(inputOf(question, policy));
}

const defaults = Policy.parse({});

/** The test of values that the reference never had; null where there is nothing to test. */
export const unseenTest = (question: Question): PendingTest | null =>
  shareTest(inputOf(question, defaults), "unseen");
