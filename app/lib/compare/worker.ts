/** The Compare page's web worker: reads files, compares, verifies. Nothing leaves it but the answer. */
import { ProblemError } from "#core/domain/errors.ts";
import kernelUrl from "#core/build/kernel.wasm?url&no-inline";
import { comparisonJson } from "#core/compare/compare.ts";
import { verifyComparison } from "#core/compare/verify.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { loadKernel } from "#core/kernel.ts";
import { api } from "../api.ts";
import type { Answer, Ask } from "./messages.ts";

const tell = (answer: Answer): void => postMessage(answer);

const theKernel = async (): Promise<Kernel> => loadKernel(await (await api.asset(kernelUrl)).arrayBuffer());

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function answer(ask: Ask): Promise<Answer> {
  const kernel = await theKernel();
  if (ask.kind === "verify")
    return { kind: "verified", verification: await verifyComparison(kernel, ask.comparison, sha256) };
  throw new Error("not yet");
}

onmessage = ({ data }: MessageEvent<Ask>): void => {
  answer(data).then(tell, (error: unknown) =>
    tell({
      kind: "failed",
      code: error instanceof ProblemError ? error.code : "unexpected",
      message: error instanceof Error ? error.message : String(error),
    }),
  );
};
