/**
 * A check: one evaluation of one window. Everything in it is derived from the reference, the counts, the policy and
 * the seed; whoever has those gets the same bits.
 */
import type { FeatureRole, FeatureType } from "./model.ts";
import type { Gate, Method } from "./policy.ts";
import type { FeatureQualityKind, QualityTest } from "./quality.ts";

export type Status = "ok" | "warning" | "drift" | "insufficient" | "error";

/** From calm to loud; `error` stands apart and is shown beside. */
export const severity: Record<Status, number> = { insufficient: 0, ok: 1, warning: 2, drift: 3, error: 4 };

/** A statistic with what is known of it. `low` and `high` bound the statistic (the KS gap's certified interval). */
export interface Score {
  statistic: number;
  pValue: number | null;
  low: number | null;
  high: number | null;
}

/** What is tested of a feature. All but `drift` are of the quality of its data. */
export type TestKind = "drift" | FeatureQualityKind;

/** What decides: a method of the policy's, or the exact law of a reference's extremes. */
export type TestMethod = Method | "extremes";

/** One member of the window's family of tests. */
export interface FamilyTest {
  kind: TestKind;
  method: TestMethod;
  statistic: number;
  /** Against sampling noise; right on average over references. */
  pSampling: number;
  /** Against the reference's own variation from chunk to chunk; null where there is no chunk null. */
  pChunk: number | null;
  /** The test's p: the larger of the two, the first as it is for an unlucky reference (nulls/reference-luck.ts). */
  pValue: number;
  adjustedP: number;
  effect: number;
  /** "ks gap", "share distance", "wasserstein/std", "psi excess"; "share of rows" for rows of another type. */
  effectName: string;
  gate: Gate;
  status: Status;
  /**
   * Stable words: `assumes-independent-rows`, `reference-limited`, `longer-reference-needed`, and how p came about:
   * `exact`, `simulated`, `tail`, `extrapolated`.
   */
  marks: string[];
}

/** The smallest normal location shift, alone in the family, that this window would have shown (as a warning at least) with about 80 % power. */
export interface Detectable {
  gap: number;
  standardDeviations: number;
}

export interface FeatureCheck {
  name: string;
  type: FeatureType;
  role: FeatureRole;
  /** Rows of the reference and of the window with a value in a cell (unseen included). */
  n: number;
  m: number;
  /** Shares of all rows, in [0, 1]. */
  missing: { reference: number; current: number };
  unseen: number;
  /** `ks`, `psi`, `js`, `wasserstein` always where defined, and what decides. */
  scores: Partial<Record<Method, Score>>;
  tests: FamilyTest[];
  verdict: {
    status: Status;
    /** The test that gave the status (the loudest, then the smallest p). */
    kind: TestKind;
    method: TestMethod;
    adjustedP: number;
    effect: number;
    effectName: string;
    gate: Gate;
    detectable: Detectable | null;
    /** One plain sentence. */
    reason: string;
    marks: string[];
  };
}

/** Earlier windows as a reference: their stretch, and the length of each of them. */
export interface ComparedWindows {
  kind: "rolling" | "expanding" | "same-hour";
  fromMs: number;
  toMs: number;
  periodMs: number;
  windows: number;
}

/** Whether the model still leans on the same features, from logged attributions. In no family of tests; opens no incident. */
export interface AttributionCheck {
  status: Extract<Status, "ok" | "drift" | "insufficient">;
  /** nDCG of the window's order by the reference's sizes, in [0, 1]; null where it is not defined. Below `bar` is drift. */
  ndcg: number | null;
  bar: number;
  /** Rows with attributions. */
  rows: number;
  /** One plain sentence. */
  reason: string;
  /** Mean |attribution|; null where no row has one. */
  features: { name: string; reference: number | null; current: number | null }[];
}

export interface Check {
  id: string;
  modelId: string;
  /** The series it belongs to (monitor.ts): a monitor's id, with a segment's key where it is of one. */
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  revision: number;
  /**
   * Whose cells the window is counted in, and what it is compared with unless `against` says otherwise. Null where no
   * reference was in force: such a window is `insufficient`.
   */
  referenceId: string | null;
  /** The earlier windows that it is compared with instead; left out where it is the reference itself. */
  against?: ComparedWindows;
  configVersion: number;
  /** Unsigned 32 bits, from the check's identity. */
  seed: number;
  /** How long windows of this series nominally are; chunks of the reference that are as long are compared with. */
  periodMs: number;
  rows: number;
  /** False while the window is still open: such a check is never stored and never alarms. */
  complete: boolean;
  status: Status;
  /** Features in `error`, beside the status. */
  errors: number;
  /** The loudest feature; null where none is loud, whatever `quality` says. */
  worst: string | null;
  reason: string;
  family: { size: number; correction: string; level: { warning: number; drift: number } };
  features: FeatureCheck[];
  /** Of the window as a whole; none where nothing is known but counts, as of files. In the family like any other test. */
  quality: QualityTest[];
  /** Left out where the reference or the window has no attributions. */
  attribution?: AttributionCheck;
}

/** The identity of a check: the same wherever it is computed. */
export function checkId(modelId: string, monitor: string, windowEndMs: number, revision: number): string {
  return `${modelId}~${monitor.replaceAll("~", "%7E")}~${windowEndMs}~${revision}`;
}

/** The parts of a check's id; null for what is none. */
export function readCheckId(id: string): { monitor: string; windowEndMs: number; revision: number } | null {
  const [, monitor, ...numbers] = id.split("~");
  const [windowEndMs, revision] = numbers.map(Number);
  if (monitor === undefined || !Number.isSafeInteger(windowEndMs) || !Number.isSafeInteger(revision))
    return null;
  return { monitor: monitor.replaceAll("%7E", "~"), windowEndMs, revision };
}
