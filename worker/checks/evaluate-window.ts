import { checkId, type Check } from "#core/domain/check.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { familyLevel, type Series } from "#core/domain/monitor.ts";
import { nominalMs, startOfWindowMs } from "#core/domain/monitor-windows.ts";
import { evaluate } from "#core/evaluate.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { QualityEvidence } from "#core/domain/quality-evidence.ts";
import { type CountedChunk, noReference } from "#core/domain/wire.ts";
import { referenceFromCounts } from "#core/reference/from-counts.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { comparedWindows } from "./compared-windows.ts";
import { qualityEvidence } from "./quality-evidence.ts";
import { mergePanes, referenceCounted, startOfLastRows } from "../objects/model/panes.ts";

export interface EvaluatedWindow {
  check: Check;
  /** In the cells of the check's reference; null where its rows were sketched. */
  counts: Float64Array | null;
  /** The earlier windows that it was compared with; null where it was the reference itself. */
  chunks: readonly CountedChunk[] | null;
  evidence: QualityEvidence;
}

/**
 * Merges a window's panes and evaluates them under the reference they were counted in; an empty window under the one in
 * force. Rows without a reference are `insufficient`; null where there are neither.
 */
export function evaluateWindow(
  store: ModelStore,
  kernel: Kernel,
  series: Series,
  windowEndMs: number,
  { revision, complete, nowMs }: { revision: number; complete: boolean; nowMs: number },
): EvaluatedWindow | null {
  const { key, monitor, segment } = series;
  const { model, policy, configVersion } = store.configured;
  const { windowStartMs } = windowEnding(store, { monitor, segment }, windowEndMs);
  const referenceId =
    referenceCounted(store.sql, windowStartMs, windowEndMs, segment) ??
    referenceInForce(store, windowStartMs, segment);
  if (referenceId === null) return null;
  const identity = {
    modelId: model.id,
    monitor: key,
    windowStartMs,
    windowEndMs,
    revision,
    configVersion,
  };
  const evidence = qualityEvidence(store, series, { windowStartMs, windowEndMs }, nowMs);
  if (referenceId === noReference) {
    const sketched = { ...identity, referenceId: null, rows: evidence.rows, complete };
    const check = withoutVerdict(sketched, "insufficient", notCompared);
    return { check, counts: null, chunks: null, evidence };
  }
  const slots = store.references.slotsOf(referenceId);
  const { rows, counts } = mergePanes(store.sql, windowStartMs, windowEndMs, { referenceId, segment }, slots);
  const { features } = model;
  const windowMs = nominalMs(monitor.window, model);
  const compared = comparedWindows(store, monitor, segment, { windowStartMs, referenceId });
  try {
    const reference = compared
      ? { ...referenceFromCounts(kernel, compared), id: referenceId }
      : store.references.get(referenceId);
    const check = evaluate(kernel, {
      ...identity,
      reference,
      policy,
      windowMs,
      features,
      counts,
      rows,
      complete,
      level: familyLevel(model, policy, store.references.get(referenceId).performance !== null),
      against: compared?.told,
      quality: evidence,
    });
    return { check, counts, chunks: compared?.chunks ?? null, evidence };
  } catch (error) {
    if (error instanceof ProblemError && error.code === "reference_invalid") {
      const check = withoutVerdict(
        { ...identity, referenceId, rows, complete },
        "insufficient",
        nothingBefore,
      );
      return { check, counts, chunks: null, evidence };
    }
    // A window that cannot be evaluated must never look calm: the check says so, and the log says why.
    console.error(`evaluating ${key} of ${model.id} from ${windowStartMs} failed`, error);
    const check = withoutVerdict({ ...identity, referenceId, rows, complete }, "error", notEvaluated);
    return { check, counts, chunks: null, evidence };
  }
}

/** The window of a series that ends then. */
export function windowEnding(
  store: ModelStore,
  { monitor, segment }: Pick<Series, "monitor" | "segment">,
  windowEndMs: number,
): { windowStartMs: number; windowEndMs: number } {
  const rule = monitor.window;
  const windowStartMs =
    rule.kind === "last-rows"
      ? startOfLastRows(store.sql, rule, segment, windowEndMs)
      : startOfWindowMs(rule, store.configured.model, windowEndMs);
  return { windowStartMs, windowEndMs };
}

/** The reference that rows of the segment would be counted in; null where it has none. */
export function referenceInForce(store: ModelStore, atMs: number, segment: string): string | null {
  const whole = referenceAt(store.configured.activations, atMs);
  if (whole === null || segment === "") return whole;
  return store.references.get(whole).segments[segment] ?? null;
}

type FailedIdentity = Pick<
  Check,
  | "modelId"
  | "monitor"
  | "windowStartMs"
  | "windowEndMs"
  | "revision"
  | "configVersion"
  | "referenceId"
  | "rows"
  | "complete"
>;

const notCompared =
  "No reference was in force when these rows came: they are sketched. The window can become a reference, or part of one.";
const nothingBefore = "There are no earlier windows to compare with yet.";
const notEvaluated = "The window could not be evaluated; the server's log has the cause.";

function withoutVerdict(identity: FailedIdentity, status: "error" | "insufficient", reason: string): Check {
  const { modelId, monitor, windowEndMs, revision } = identity;
  return {
    ...identity,
    id: checkId(modelId, monitor, windowEndMs, revision),
    seed: 0,
    periodMs: identity.windowEndMs - identity.windowStartMs,
    status,
    errors: status === "error" ? 1 : 0,
    worst: null,
    reason,
    family: { size: 0, correction: "none", level: { warning: 0, drift: 0 } },
    features: [],
    quality: [],
  };
}
