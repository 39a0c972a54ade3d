/** Recomputes a stored check in this browser, with the core that made it, from its counts and its reference. */
import { verifyCheck, type Verification } from "#core/compare/verify.ts";
import { verifyPerformanceCheck } from "#core/compare/verify-performance.ts";
import type { CheckDetail, ModelDetail } from "#core/domain/api.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import { familyLevel } from "#core/domain/monitor.ts";
import type { Reference } from "#core/domain/reference.ts";
import { theKernel } from "./kernel.ts";
import { sha256 } from "./sha256.ts";

/** Both values of every number, step by step. */
export async function verifyStored(
  { model, policy }: Pick<ModelDetail, "model" | "policy">,
  { check, counts, compared, quality }: CheckDetail,
  reference: Reference,
): Promise<Verification> {
  const { features } = model;
  const level = familyLevel(model, policy, reference.performance !== null);
  const evidence = { check, counts, compared, quality, reference, policy, features, level };
  return verifyCheck(await theKernel(), evidence, sha256);
}

/** The same for a check of performance, from the measured numbers that it holds. */
export async function verifyStoredPerformance(
  { model, policy }: Pick<ModelDetail, "model" | "policy">,
  check: PerformanceCheck,
  reference: Reference,
): Promise<Verification> {
  const level = familyLevel(model, policy, true);
  return verifyPerformanceCheck(await theKernel(), { check, reference, policy, level }, sha256);
}
