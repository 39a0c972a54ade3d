/** What the tests of a window are made from, and what they are before the family has decided. */
import type { ComparedWindows } from "../domain/check.ts";
import type { Gate, Policy } from "../domain/policy.ts";
import type { QualityKind, QualityTest } from "../domain/quality.ts";
import type { QualityEvidence } from "../domain/quality-evidence.ts";
import type { Layout } from "../domain/reference-cells.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";

export interface QualityInput {
  kernel: Kernel;
  reference: Reference;
  evidence: QualityEvidence;
  /** The window's flat vector, and where each part of it lies. */
  counts: Float64Array;
  layout: Layout;
  policy: Policy;
  /** Whether the reference has enough chunks of the window's period and time of day. */
  chunked: boolean;
  windowStartMs: number;
  windowMs: number;
  seed: number;
  /** Said where the reference is made of earlier windows. */
  against: ComparedWindows | undefined;
}

/** A test that still waits for its adjusted p and status; `finding` is its sentence. */
export type PendingQuality = Omit<QualityTest, "adjustedP" | "status" | "reason"> & {
  floorMet: boolean;
  finding: string;
};

/** What tests have in common until they say otherwise. */
export const untold = {
  ...{ subject: null, change: null, low: null, high: null },
  ...{ expected: null, expectedLow: null, expectedHigh: null },
  ...{ pSampling: null, pChunk: null, pValue: null, effect: 0, marks: [], floorMet: true },
} satisfies Partial<PendingQuality>;

export const gateOf = ({ quality }: Policy, kind: QualityKind, otherwise: Gate): Gate =>
  quality.gates[kind] ?? otherwise;
