/** Where the change that a check tells of comes from. */
import type { RankedDrift } from "../ranked-drift.ts";
import type { AttributionCheck, Status } from "./check.ts";
import type { Importances } from "./importances.ts";

/** A cell's exact part of a feature's Jensen–Shannon divergence. */
export interface CellShare {
  label: string;
  /** Bounds of the cell; null where it is open or has none. */
  lower: number | null;
  upper: number | null;
  /** Share of rows in it. */
  reference: number;
  current: number;
  /** Part of the feature's divergence, in [0, 1]. */
  share: number;
}

export interface FeatureShare extends RankedDrift {
  status: Status;
  /** Jensen–Shannon divergence in bits, the sum of all cells' parts; null where one side has no rows. */
  divergence: number | null;
  /** Largest part first; unseen and missing are cells of their own. */
  cells: CellShare[];
}

/** One value of a declared segment, by its own check of the same window. */
export interface SegmentShare {
  segment: string;
  check: string;
  status: Status;
  rows: number;
  /** Share of rows, in the window and in the reference; null where that has none of the segment. */
  current: number | null;
  reference: number | null;
  /** The feature that is first by drift × importance in it; null where nothing has drifted at all. */
  feature: string | null;
  /** Part in the segment's change over all its values: rows × (drift × importance), in [0, 1]; null where there is none. */
  share: number | null;
}

/** GET …/checks/{check}/attribution: by drift × importance, most first. */
export interface CheckAttribution {
  check: string;
  importances: Importances | null;
  features: FeatureShare[];
  /** By segment as declared, in each the largest part first; of a check of all rows only. */
  segments: SegmentShare[];
  /** Whether the model leans on other features, where attributions are logged. */
  attribution: AttributionCheck | null;
}
