/** The quality of the data over time. */
import type { QualitySeries } from "../quality.ts";

/**
 * GET …/quality?from&to&monitor&kind&subject → the quality of the newest revision of each window, as series: of all rows, and
 * of each feature. `kind` and `subject` choose among them. Of too many windows the newest are given.
 */
export interface Quality {
  series: QualitySeries[];
}
