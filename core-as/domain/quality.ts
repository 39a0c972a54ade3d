/** The quality of data: what is tested of it beside drift, of each feature and of a window as a whole (docs/quality.md). */
import type { Status } from "./check.ts";
import type { Gate } from "./policy.ts";

/** Of a feature. */
export const featureQualityKinds = [
  "missing",
  "unseen",
  "out_of_range",
  "type_mismatch",
  "constant",
] as const;
export type FeatureQualityKind = (typeof featureQualityKinds)[number];

/** Of a window. */
export const qualityKinds = [
  "volume",
  "silence",
  "duplicates",
  "refused",
  "empty_batches",
  "schema",
  "co_missing",
] as const;
export type QualityKind = (typeof qualityKinds)[number];

/** One number of a window, and what may be expected of it. */
export interface QualityTest {
  kind: QualityKind;
  /** `schema`: the field, and what became of it; else null. */
  subject: string | null;
  change: "added" | "removed" | "retyped" | null;
  value: number;
  unit: "rows" | "share" | "ms";
  /** 95 % interval of the value, where its rows tell one. */
  low: number | null;
  high: number | null;
  /** What the reference or the windows before lead to expect, and where 95 % of such windows lie; null where unknown. */
  expected: number | null;
  expectedLow: number | null;
  expectedHigh: number | null;
  /** Null where the test could not be made, which is `insufficient`. */
  pSampling: number | null;
  /** Against how windows differ from one to the next; null where too few are known. */
  pChunk: number | null;
  pValue: number | null;
  adjustedP: number | null;
  effect: number;
  effectName: string;
  gate: Gate;
  status: Status;
  /** One plain sentence. */
  reason: string;
  marks: string[];
}

/** One window's number of a quality series, as QualityTest has it. */
export type QualityPoint = Pick<
  QualityTest,
  | "value"
  | "low"
  | "high"
  | "expected"
  | "expectedLow"
  | "expectedHigh"
  | "pValue"
  | "adjustedP"
  | "effect"
  | "gate"
  | "status"
> & {
  windowStartMs: number;
  windowEndMs: number;
  checkId: string;
  /** One plain sentence; null where its feature's verdict has no other than that all is well. */
  reason: string | null;
};

/** What became of one kind of quality over time: of a feature, of a field that came or went, or of all rows. */
export interface QualitySeries {
  kind: QualityKind | FeatureQualityKind;
  /** The feature or field; null where the series is of all rows. */
  subject: string | null;
  change: QualityTest["change"];
  unit: QualityTest["unit"];
  /** In the order of the windows; a window in which there was nothing to test has none. */
  points: QualityPoint[];
}
