import type { Result } from "../methods/result.ts";

/** What a block's counts say of a window, whatever the task. */
export interface Estimated {
  /** Rows that the estimate is of: those with all that it needs. */
  rows: number;
  /** By metric (domain/performance-metrics.ts); `low` and `high` are certain bounds of what the rows themselves would give. */
  metrics: Record<string, Result>;
  /** Expected rows by [actual class][predicted class]; null for a regression. */
  confusion: number[][] | null;
  /** The sentence that belongs beside it. */
  assumption: string;
}
