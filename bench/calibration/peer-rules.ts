/**
 * Rules of other monitors as their defaults have them (METHODS §1 and §3), written from their documented behaviour, over
 * samples as they see them. A rule is prepared with the reference and then asked about windows.
 */
import type { Kernel } from "#core/kernel-api.ts";
import {
  doaneJs,
  goodnessOfFit,
  goodnessOfFitP,
  jsOf,
  ksGap,
  ksPValue,
  psiOf,
  type Sample,
  sturgesShares,
  wassersteinOverStd,
} from "./peer-statistics.ts";

type Score = (kernel: Kernel, reference: Sample) => (window: Sample) => number;

export interface PeerRule {
  peer: string;
  method: string;
  /** What the rule says its rate is; null where it says nothing. */
  alpha: number | null;
  /** Whether the tool would use it by default for this reference. */
  applies: (rows: number, numeric: boolean) => boolean;
  prepare: (kernel: Kernel, reference: Sample, chunks: readonly Sample[]) => (window: Sample) => boolean;
  /** The number that the rule holds against its threshold, where that is one; larger is more unlike. */
  score?: Score;
}

const evidently = "Evidently";
const nannyml = "NannyML";

/** A rule that holds one number against a constant. */
function constant(method: string, threshold: number, applies: PeerRule["applies"], score: Score): PeerRule {
  return {
    ...{ peer: evidently, method: `${method} ≥ ${threshold}`, alpha: null, applies, score },
    prepare: (kernel, reference) => {
      const measure = score(kernel, reference);
      return (window) => measure(window) >= threshold;
    },
  };
}

export const peerRules: PeerRule[] = [
  constant("Wasserstein/std", 0.1, (rows, numeric) => numeric && rows > 1000, wassersteinOverStd),
  constant(
    "PSI",
    0.1,
    () => true,
    (_, reference) => (window) => psiOf(...sturgesShares(reference, window)),
  ),
  constant(
    "JS",
    0.1,
    () => true,
    (_, reference) => (window) => jsOf(...sturgesShares(reference, window)),
  ),
  {
    ...{ peer: evidently, method: "KS p < 0.05", alpha: 0.05 },
    applies: (rows, numeric) => numeric && rows <= 1000,
    prepare: (kernel, reference) => (window) => ksPValue(kernel, reference, window) < 0.05,
    score: ksGap,
  },
  {
    ...{ peer: evidently, method: "chi-square p < 0.05", alpha: 0.05 },
    applies: (rows, numeric) => !numeric && rows <= 1000,
    prepare: (kernel, reference) => (window) => goodnessOfFitP(kernel, reference, window) < 0.05,
    score: (_, reference) => (window) => goodnessOfFit(reference, window).statistic,
  },
  {
    ...{ peer: nannyml, method: "JS, mean ± 3 sd", alpha: null, applies: () => true },
    prepare: (_, reference, chunks) => betweenChunks(doaneJs(reference), chunks),
    score: (_, reference) => doaneJs(reference),
  },
  {
    ...{ peer: nannyml, method: "KS, mean ± 3 sd", alpha: null, applies: (_, numeric) => numeric },
    prepare: (kernel, reference, chunks) => betweenChunks(ksGap(kernel, reference), chunks),
  },
];

/** Mean and three standard deviations of the reference's own chunks; a lower limit below zero is none. */
function betweenChunks(
  measure: (window: Sample) => number,
  chunks: readonly Sample[],
): (window: Sample) => boolean {
  const values = chunks.map(measure);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const [low, high] = [mean - 3 * Math.sqrt(variance), mean + 3 * Math.sqrt(variance)];
  return (window) => {
    const value = measure(window);
    return value > Math.min(1, high) || (low > 0 && value < low);
  };
}
