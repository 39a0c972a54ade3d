/** Recomputes a stored check in this browser, with the core that made it, from its counts and its reference. */
import kernelUrl from "#core/build/kernel.wasm?url&no-inline";
import { verifyCheck, type Verification } from "#core/compare/verify.ts";
import type { CheckDetail, ModelDetail } from "#core/domain/api.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { loadKernel } from "#core/kernel.ts";
import { api } from "./api.ts";

let kernel: Promise<Kernel> | null = null;

function theKernel(): Promise<Kernel> {
  kernel ??= api.asset(kernelUrl).then(async (reply) => loadKernel(await reply.arrayBuffer()));
  return kernel;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Both values of every number, step by step. */
export async function verifyStored(
  { model, policy }: Pick<ModelDetail, "model" | "policy">,
  { check, counts }: CheckDetail,
  reference: Reference,
): Promise<Verification> {
  const { windowMs, features } = model;
  return verifyCheck(await theKernel(), { check, counts, reference, policy, windowMs, features }, sha256);
}
