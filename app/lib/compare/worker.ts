/** The Compare page's web worker: reads files, compares, verifies. Nothing leaves it but the answer. */
import { ProblemError } from "#core/domain/errors.ts";
import { comparisonJson } from "#core/compare/compare.ts";
import { compareFiles } from "#core/compare/compare-files.ts";
import { verifyComparison } from "#core/compare/verify.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { createKernel } from "#core/kernel.ts";
import type { ByteSource } from "#core/formats/tables/table.ts";
import type { Answer, Ask, Asked } from "./messages.ts";
import { sha256 } from "../sha256.ts";

const tell = (answer: Answer): void => postMessage(answer);

async function answer(ask: Ask, kernel: Kernel): Promise<Answer> {
  if (ask.kind === "verify")
    return { kind: "verified", verification: await verifyComparison(kernel, ask.comparison, sha256) };
  const { reference, current, options, read } = ask;
  const comparison = await compareFiles(
    kernel,
    {
      reference: reference instanceof File ? sourceOf(reference) : reference,
      current: sourceOf(current),
      ...{ read, options },
    },
    { sha256, progress: (stage, share) => tell({ kind: "progress", stage, share }) },
  );
  return { kind: "compared", json: comparisonJson(comparison) };
}

const sourceOf = (file: File): ByteSource => ({
  ...{ name: file.name, size: file.size },
  stream: () => file.stream(),
  slice: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
});

onmessage = ({ data }: MessageEvent<Asked>): void => {
  answer(data.ask, createKernel(data.kernel)).then(tell, (error: unknown) =>
    tell({
      kind: "failed",
      code: error instanceof ProblemError ? error.code : "unexpected",
      message: error instanceof Error ? error.message : String(error),
    }),
  );
};
