/**
 * GET …/windows?feature=&from=&to= → counts of one feature for each window, newest revision. Windows of a time without a
 * reference have no counts, and what their sketch tells.
 */
export interface FeatureWindows {
  feature: string;
  windows: {
    windowStartMs: number;
    windowEndMs: number;
    referenceId: string | null;
    rows: number;
    counts: number[];
    sketch?: SketchedFeature;
  }[];
}

/** A feature's rows as they were sketched. */
export type SketchedFeature =
  | {
      kind: "numeric";
      missing: number;
      negInf: number;
      posInf: number;
      /** Exact; null without a finite value. */
      min: number | null;
      max: number | null;
      /** The value with at least this share of the finite values at or below it, and certain bounds of it. */
      quantiles: { share: number; value: number; low: number; high: number }[];
    }
  | {
      kind: "categories";
      missing: number;
      /** The most frequent, with the number of their rows, which is exact. */
      values: { value: string; count: number }[];
      /** Rows with a value that is not listed. */
      unlisted: number;
      /** Different values: counted where `complete`, else estimated. */
      distinct: number;
      /** False where there are more values than are kept, chosen by their hash: then frequent ones may be missing. */
      complete: boolean;
    };
