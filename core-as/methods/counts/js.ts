/**
 * Jensen–Shannon distance: the square root of the Jensen–Shannon divergence (Lin 1991), a metric (Endres and Schindelin
 * 2003). It compares both sides with their mean, so that an empty cell is no problem and nothing needs smoothing.
 *
 * With the logarithm to base 2 (`bits`, our default and NannyML's) it lies in [0, 1]; with the natural one (`nats`,
 * Evidently's) it is smaller by √ln 2 and lies in [0, 0.8326]. A threshold means nothing without its base.
 *
 * p-value: without drift the divergence in nats is an eighth of (1/n + 1/m) times chi-square with one degree less than
 * cells, once 50 rows are expected in every cell (`asymptotic`). Effect: V_b. No interval: near 0 none is sound. Cost:
 * two logarithms a cell. Edge cases: no answer with an empty side; 1 (in bits) where no cell is shared.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, divergenceTail, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export type LogarithmBase = "bits" | "nats";

export function js(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  base: LogarithmBase = "bits",
): CountsResult {
  const counts = pairedCounts(a, c);
  if (!counts) return noAnswer();
  const bits = kernel.divergences(a, c).js;
  const nats = bits * Math.sqrt(Math.LN2);
  return measured(
    a,
    c,
    counts,
    base === "bits" ? bits : nats,
    divergenceTail(kernel, counts, nats * nats, 8),
  );
}
