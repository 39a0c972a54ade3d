/** A web worker for each question: the page stays quick, and cancelling is ending it, memory and all. */
import type { Comparison } from "#core/domain/comparison.ts";
import type { Verification } from "#core/compare/verify.ts";
import { kernelModule } from "../kernel.ts";
import type { Answer, Ask, Asked } from "./messages.ts";

/** Why there is no answer, with a stable code. */
export class CompareError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "CompareError";
    this.code = code;
  }
}

export interface Running<T> {
  answer: Promise<T>;
  cancel(): void;
}

export function startComparison(
  ask: Extract<Ask, { kind: "compare" }>,
  onProgress: (stage: string, share: number) => void,
): Running<{ comparison: Comparison; json: string }> {
  return start(ask, onProgress, (answer) =>
    answer.kind === "compared"
      ? { comparison: JSON.parse(answer.json) as Comparison, json: answer.json }
      : undefined,
  );
}

export const startVerification = (comparison: Comparison): Running<Verification> =>
  start(
    { kind: "verify", comparison },
    () => undefined,
    (answer) => (answer.kind === "verified" ? answer.verification : undefined),
  );

function start<T>(
  ask: Ask,
  onProgress: (stage: string, share: number) => void,
  take: (answer: Answer) => T | undefined,
): Running<T> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let stop: (error: CompareError) => void = () => undefined;
  const answer = new Promise<T>((resolve, reject) => {
    stop = reject;
    worker.onerror = (event) =>
      reject(new CompareError("worker", event.message || "The page's worker stopped."));
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "progress") return onProgress(data.stage, data.share);
      if (data.kind === "failed") return reject(new CompareError(data.code, data.message));
      const taken = take(data);
      if (taken !== undefined) resolve(taken);
    };
    void kernelModule().then((kernel) => worker.postMessage({ kernel, ask } satisfies Asked), reject);
  }).finally(() => worker.terminate());
  return {
    answer,
    cancel: () => {
      worker.terminate();
      stop(new CompareError("cancelled", "Cancelled."));
    },
  };
}
