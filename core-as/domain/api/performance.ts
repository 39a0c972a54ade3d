import type { Task } from "../model.ts";
import type { PerformanceCheck } from "../performance-check.ts";
import type { PerformanceWindow, ReferencePerformance } from "../performance.ts";

/** GET …/performance?segment&from&to: windows that begin in the range, oldest first. */
export interface Performance {
  task: Task;
  /** In the order of the confusion matrices. */
  classes: readonly string[];
  /** What the windows are held against: the reference in force now, where it came with labels. */
  reference: (ReferencePerformance & { referenceId: string }) | null;
  /** `check`: the newest of the window; null before it was judged. */
  windows: (PerformanceWindow & { check: PerformanceCheck | null })[];
}

/** GET …/performance/checks?segment&from&to: the newest revision of each window's check, oldest first. */
export interface PerformanceChecks {
  checks: PerformanceCheck[];
}

/** GET …/checks/{check} of a check of performance: with the reference it holds all it was made of. */
export interface PerformanceCheckDetail {
  check: PerformanceCheck;
}
