import { checkId, type Check } from "#core/domain/check.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import { evaluate } from "#core/evaluate.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { mergePanes, referenceCounted } from "../objects/model/panes.ts";

/** The one monitor of a model so far: all rows, windows side by side. */
export const MONITOR = "default";

export interface EvaluatedWindow {
  check: Check;
  counts: Float64Array;
}

/**
 * Merges a window's panes and evaluates them under the reference they were counted in; an empty window under the one in
 * force. Null where no reference is.
 */
export function evaluateWindow(
  store: ModelStore,
  kernel: Kernel,
  windowStartMs: number,
  revision: number,
  complete: boolean,
): EvaluatedWindow | null {
  const { model, policy, configVersion, activations } = store.configured;
  const windowEndMs = windowStartMs + model.windowMs;
  const referenceId =
    referenceCounted(store.sql, windowStartMs, windowEndMs) ?? referenceAt(activations, windowStartMs);
  if (referenceId === null) return null;
  const slots = store.references.slotsOf(referenceId);
  const { rows, counts } = mergePanes(store.sql, windowStartMs, windowEndMs, referenceId, slots);
  const identity = {
    modelId: model.id,
    monitor: MONITOR,
    windowStartMs,
    windowEndMs,
    revision,
    configVersion,
  };
  const { windowMs, features } = model;
  const reference = store.references.get(referenceId);
  try {
    const check = evaluate(kernel, {
      ...identity,
      reference,
      policy,
      windowMs,
      features,
      counts,
      rows,
      complete,
    });
    return { check, counts };
  } catch (error) {
    // A window that cannot be evaluated must never look calm: the check says so, and the log says why.
    console.error(`evaluating ${model.id} from ${windowStartMs} failed`, error);
    return { check: failedCheck({ ...identity, referenceId, rows, complete }), counts };
  }
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

function failedCheck(identity: FailedIdentity): Check {
  const { modelId, monitor, windowEndMs, revision } = identity;
  return {
    ...identity,
    id: checkId(modelId, monitor, windowEndMs, revision),
    seed: 0,
    status: "error",
    errors: 1,
    worst: null,
    reason: "The window could not be evaluated; the server's log has the cause.",
    family: { size: 0, correction: "none", level: { warning: 0, drift: 0 } },
    features: [],
  };
}
