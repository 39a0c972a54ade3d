import type { CalibrationBin } from "../domain/performance.ts";
import type { Kernel } from "../kernel/api.ts";
import { shareMeasure } from "../methods/performance/binary-decisions.ts";
import type { CalibrationBins } from "../methods/performance/calibration-error.ts";
import { estimateOf } from "./estimate.ts";

/** Bins of equal width as a curve; null where no row has a score. */
export function calibrationCurve(
  kernel: Kernel,
  { rows, positives, scores }: CalibrationBins,
): CalibrationBin[] | null {
  if (rows.every((count) => count === 0)) return null;
  return Array.from(rows, (count, bin) => ({
    from: bin / rows.length,
    to: (bin + 1) / rows.length,
    rows: count,
    meanScore: count > 0 ? scores[bin] / count : null,
    share: estimateOf(shareMeasure(kernel, positives[bin], count - positives[bin])),
  }));
}
