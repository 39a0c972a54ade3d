/**
 * Rules of other monitors as their defaults have them (METHODS §1 and §3). A rule is prepared with the reference, and its
 * chunks where it needs them, and then asked about windows.
 */
import type { Kernel } from "#core/kernel/api.ts";
import { deviationThresholds, outside } from "#core/methods/thresholds.ts";
import * as statistics from "./peer-statistics.ts";
import type { Measure, Sample } from "./peer-statistics.ts";

export interface PeerRule {
  peer: "Evidently" | "NannyML";
  method: string;
  /** What the rule says its rate is; null where it says nothing. */
  alpha: number | null;
  /** Whether it is the tool's choice, or a usual one, for such a reference. */
  applies: (rows: number, numeric: boolean) => boolean;
  prepare: (kernel: Kernel, reference: Sample, chunks: readonly Sample[]) => (window: Sample) => boolean;
  /** The number that the rule judges, where larger is more unlike. */
  score: Measure;
}

/** Below this many reference rows Evidently tests, above it measures. */
const evidentlyTests = 1000;

export const peerRules: PeerRule[] = [
  constant(
    "Wasserstein/std",
    0.1,
    statistics.wassersteinOverStd,
    (rows, numeric) => numeric && rows > evidentlyTests,
  ),
  constant("PSI", 0.1, statistics.evidentlyPsiOf, () => true),
  constant("JS", 0.1, statistics.evidentlyJsOf, () => true),
  significance("KS", statistics.ksP, statistics.ksGap, (rows, numeric) => numeric && rows <= evidentlyTests),
  significance("chi-square", statistics.goodnessOfFitP, statistics.goodnessOfFitOf, (rows, numeric) => !numeric && rows <= evidentlyTests), // prettier-ignore
  betweenChunks("JS", statistics.nannymlJs, () => true),
  betweenChunks("KS", statistics.nannymlKs, (_, numeric) => numeric),
];

function constant(name: string, threshold: number, score: Measure, applies: PeerRule["applies"]): PeerRule {
  return {
    ...{ peer: "Evidently", method: `${name} ≥ ${threshold}`, alpha: null, applies, score },
    prepare: (kernel, reference) => {
      const measure = score(kernel, reference);
      return (window) => measure(window) >= threshold;
    },
  };
}

function significance(name: string, pValue: Measure, score: Measure, applies: PeerRule["applies"]): PeerRule {
  const alpha = 0.05;
  return {
    ...{ peer: "Evidently", method: `${name} p < ${alpha}`, alpha, applies, score },
    prepare: (kernel, reference) => {
      const measure = pValue(kernel, reference);
      return (window) => measure(window) < alpha;
    },
  };
}

/** Above the mean and three standard deviations of the reference's own chunks. */
function betweenChunks(name: string, score: Measure, applies: PeerRule["applies"]): PeerRule {
  return {
    ...{ peer: "NannyML", method: `${name}, mean + 3 sd`, alpha: null, applies, score },
    prepare: (kernel, reference, chunks) => {
      const measure = score(kernel, reference);
      const thresholds = deviationThresholds(kernel, Float64Array.from(chunks, measure), {
        ...{ lower: null, range: { high: 1 } },
      });
      return (window) => outside(measure(window), thresholds) === true;
    },
  };
}
