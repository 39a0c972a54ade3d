/** Recomputes a stored check in this browser, with the core that made it, from its counts and its reference. */
import { verifyCheck, type Verification } from "#core/compare/verify.ts";
import type { CheckDetail, ModelDetail } from "#core/domain/api.ts";
import type { Reference } from "#core/domain/reference.ts";
import { theKernel } from "./kernel.ts";
import { sha256 } from "./sha256.ts";

/** Both values of every number, step by step. */
export async function verifyStored(
  { model, policy }: Pick<ModelDetail, "model" | "policy">,
  { check, counts }: CheckDetail,
  reference: Reference,
): Promise<Verification> {
  const { windowMs, features } = model;
  return verifyCheck(await theKernel(), { check, counts, reference, policy, windowMs, features }, sha256);
}
