/** Recomputes a stored check in this browser, with the core that made it, from its counts and its reference. */
import kernelUrl from "#core/build/kernel.wasm?url&no-inline";
import type { CheckDetail, ModelDetail } from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import type { Reference } from "#core/domain/reference.ts";
import { evaluate } from "#core/evaluate.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { loadKernel } from "#core/kernel.ts";
import { api } from "./api.ts";

let kernel: Promise<Kernel> | null = null;

function theKernel(): Promise<Kernel> {
  kernel ??= api.asset(kernelUrl).then(async (reply) => loadKernel(await reply.arrayBuffer()));
  return kernel;
}

export interface Verified {
  recomputed: Check;
  /** Every number of the check, as JSON with all digits. */
  same: boolean;
  /** Paths of what differs. */
  differences: string[];
}

export async function verifyCheck(
  { model, policy }: Pick<ModelDetail, "model" | "policy">,
  { check, counts }: CheckDetail,
  reference: Reference,
): Promise<Verified> {
  const { modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, rows, complete } = check;
  const recomputed = evaluate(await theKernel(), {
    ...{ modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, rows, complete },
    reference,
    policy,
    windowMs: model.windowMs,
    counts: Float64Array.from(counts),
    features: model.features,
  });
  const differences = compare(check, JSON.parse(JSON.stringify(recomputed)), "");
  return { recomputed, same: differences.length === 0, differences };
}

/** Doubles survive JSON exactly, so equal text is equal bits. */
function compare(a: unknown, b: unknown, path: string): string[] {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return Object.is(a, b) ? [] : [`${path}: ${String(a)} ≠ ${String(b)}`];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) =>
    compare(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      path === "" ? key : `${path}.${key}`,
    ),
  );
}
