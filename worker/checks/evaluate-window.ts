import { checkId, type Check } from "#core/domain/check.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import { checksPerMonth, type Series, seriesOf } from "#core/domain/monitor.ts";
import { nominalMs, startOfWindowMs } from "#core/domain/monitor-windows.ts";
import type { Policy } from "#core/domain/policy.ts";
import { evaluate } from "#core/evaluate.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { mergePanes, referenceCounted, startOfLastRows } from "../objects/model/panes.ts";

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
  { key, monitor, segment }: Series,
  windowEndMs: number,
  { revision, complete }: { revision: number; complete: boolean },
): EvaluatedWindow | null {
  const { model, policy, configVersion } = store.configured;
  const { windowStartMs } = windowEnding(store, { monitor, segment }, windowEndMs);
  const referenceId =
    referenceCounted(store.sql, windowStartMs, windowEndMs, segment) ??
    referenceInForce(store, windowStartMs, segment);
  if (referenceId === null) return null;
  const slots = store.references.slotsOf(referenceId);
  const { rows, counts } = mergePanes(store.sql, windowStartMs, windowEndMs, { referenceId, segment }, slots);
  const identity = {
    modelId: model.id,
    monitor: key,
    windowStartMs,
    windowEndMs,
    revision,
    configVersion,
  };
  const { features } = model;
  const windowMs = nominalMs(monitor.window, model);
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
      level: familyLevel(model, policy),
    });
    return { check, counts };
  } catch (error) {
    // A window that cannot be evaluated must never look calm: the check says so, and the log says why.
    console.error(`evaluating ${key} of ${model.id} from ${windowStartMs} failed`, error);
    return { check: failedCheck({ ...identity, referenceId, rows, complete }), counts };
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
function referenceInForce(store: ModelStore, atMs: number, segment: string): string | null {
  const whole = referenceAt(store.configured.activations, atMs);
  if (whole === null || segment === "") return whole;
  return store.references.get(whole).segments[segment] ?? null;
}

/** The false incidents that are accepted in a month are shared by all checks in it (METHODS §1). */
function familyLevel(model: ModelConfig, policy: Policy): { warning: number; drift: number } {
  const checks = seriesOf(model, policy).reduce(
    (sum, { monitor }) => sum + checksPerMonth(monitor.window, model),
    0,
  );
  const { warning, drift } = policy.falseIncidentsPerMonth;
  return { warning: Math.min(0.5, warning / checks), drift: Math.min(0.5, drift / checks) };
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
