/** Seeded data with known properties: what the statistical tests draw their references and windows from. */
import { createHash } from "node:crypto";
import type { Check } from "#core/domain/check.ts";
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { Feature } from "#core/domain/model.ts";
import { Policy, type PolicyInput } from "#core/domain/policy.ts";
import type { QualityEvidence } from "#core/domain/quality-evidence.ts";
import type { Reference } from "#core/domain/reference.ts";
import { createFolder } from "#core/domain/window.ts";
import { evaluate } from "#core/evaluate.ts";
import { buildReference } from "#core/reference/build.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";

export const kernel = nodeKernel();

export const sha256 = (text: string): Promise<string> =>
  Promise.resolve(createHash("sha256").update(text).digest("hex"));

/** Mulberry32: small, seeded, good enough to draw test data from. */
export class Draws {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** In (0, 1). */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

export const startMs = Date.UTC(2026, 0, 5);

export const numeric = (values: ArrayLike<number>): Column => ({
  kind: "numeric",
  values: Float64Array.from(values),
});

export function categorical(values: readonly (string | null)[]): Column {
  const dictionary = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value)));
  return { kind: "categorical", codes, dictionary };
}

/** Columns of equal length; `perDay` rows a day from `startMs` on, or no times. */
export function columnsOf(columns: Record<string, Column>, perDay?: number): Columns {
  const [first] = Object.values(columns);
  const rows = first.kind === "numeric" ? first.values.length : first.codes.length;
  return {
    rows,
    timesMs:
      perDay === undefined
        ? null
        : Float64Array.from({ length: rows }, (_, row) => startMs + (row / perDay) * DAY_MS),
    columns: new Map(Object.entries(columns)),
  };
}

export const feature = (name: string, type: Feature["type"]): Feature => Feature.parse({ name, type });

export function referenceOf(features: Feature[], columns: Columns): Promise<Reference> {
  return buildReference(kernel, { features, columns, periodMs: DAY_MS, seed: 1 }, sha256);
}

export interface CheckOptions {
  policy?: PolicyInput;
  window?: number;
  complete?: boolean;
  /** Instead of the columns' own. */
  counts?: Float64Array;
  /** What is known beside the counts. */
  quality?: QualityEvidence;
}

/** A complete check of one window; `window` numbers it, so that every window has a seed of its own. */
export function checkOf(
  reference: Reference,
  columns: Columns,
  { policy = {}, window = 0, complete = true, counts, quality }: CheckOptions = {},
): Check {
  const windowStartMs = startMs + (100 + window) * DAY_MS;
  return evaluate(kernel, {
    reference,
    policy: Policy.parse(policy),
    modelId: "synthetic",
    monitor: "default",
    windowStartMs,
    windowEndMs: windowStartMs + DAY_MS,
    windowMs: DAY_MS,
    revision: 0,
    configVersion: 1,
    counts: counts ?? createFolder(kernel, reference).fold(columns),
    rows: columns.rows,
    complete,
    features: reference.features,
    quality,
  });
}

/** Most exceedances that a rate of at most `rate` gives in `trials`, but for one time in a thousand. */
export function mostAllowed(trials: number, rate: number): number {
  let k = 0;
  // P(X > k) = I_rate(k + 1, trials − k)
  while (k < trials && kernel.betaI(k + 1, trials - k, rate) > 0.001) k++;
  return k;
}
