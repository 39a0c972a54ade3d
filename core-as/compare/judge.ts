/**
 * One call of `evaluate` on files, and all that is needed to make it again. Rows of a file take the place of a model's
 * window: the family's level is given instead of following from false incidents a month (METHODS §1).
 */
import type { Check } from "../domain/check.ts";
import type { EvaluateEvidence } from "../domain/comparison.ts";
import { DAY_MS } from "../domain/limits.ts";
import { Policy } from "../domain/policy.ts";
import type { ComparisonOptions } from "../domain/comparison.ts";
import type { Reference } from "../domain/reference.ts";
import { evaluate } from "../evaluate.ts";
import type { Kernel } from "../kernel/api.ts";

export interface Judged {
  check: Check;
  evidence: EvaluateEvidence;
}

export interface Stretch {
  startMs: number;
  endMs: number;
}

export interface JudgeInput {
  reference: Reference;
  counts: Float64Array;
  rows: number;
  /** What the rows are: part of the identity that the simulations are seeded by. */
  monitor: string;
  stretch: Stretch;
  options: Pick<ComparisonOptions, "correction" | "methods">;
  level: number;
}

export function judge(kernel: Kernel, input: JudgeInput): Judged {
  const { reference, counts, rows, monitor, stretch, options, level } = input;
  const evidence = {
    policy: Policy.parse({
      correction: options.correction,
      features: Object.fromEntries(
        Object.entries(options.methods).map(([name, method]) => [name, { method }]),
      ),
    }),
    level: { warning: level, drift: level },
    modelId: "compare",
    monitor,
    windowStartMs: stretch.startMs,
    windowEndMs: stretch.endMs,
    windowMs: periodOf(reference),
    rows,
    counts: [...counts],
  };
  const check = rejudge(kernel, reference, evidence);
  return { check, evidence: { ...evidence, seed: check.seed } };
}

/** From stored evidence: what `mdt verify` does. */
export function rejudge(
  kernel: Kernel,
  reference: Reference,
  { counts, ...evidence }: Omit<EvaluateEvidence, "seed">,
): Check {
  return evaluate(kernel, {
    ...evidence,
    reference,
    counts: Float64Array.from(counts),
    revision: 0,
    configVersion: 0,
    complete: true,
    features: reference.features,
  });
}

/**
 * The chunks that files are compared by: whole days or more, whatever the file's own length (rows of another length than a
 * chunk's are compared by what they share: nulls/chunk-null.ts). A monitor's hours are told apart by the time of day, and a
 * file has all of them.
 */
export function chunksOf({ chunks }: Reference): Reference["chunks"] {
  return chunks !== null && chunks.periodMs >= DAY_MS ? chunks : null;
}

export const periodOf = (reference: Reference): number => chunksOf(reference)?.periodMs ?? DAY_MS;

/** Whole periods that hold all the times; the first period of all where there are none. */
export function stretchOf(times: Float64Array | null, periodMs: number): Stretch {
  let [first, last] = [Infinity, -Infinity];
  for (const time of times ?? []) {
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (first > last) return { startMs: 0, endMs: periodMs };
  return {
    startMs: Math.floor(first / periodMs) * periodMs,
    endMs: (Math.floor(last / periodMs) + 1) * periodMs,
  };
}
