/** What the Compare page and its web worker say to each other. */
import type { FilesToCompare } from "#core/compare/compare-files.ts";
import type { Comparison } from "#core/domain/comparison.ts";
import type { Verification } from "#core/compare/verify.ts";
import type { Reference } from "#core/domain/reference.ts";

export type Ask =
  | {
      kind: "compare";
      /** A file, or the profile of a model's reference. */
      reference: File | { profile: Reference; name: string };
      current: File;
      options: FilesToCompare["options"];
      read: FilesToCompare["read"];
    }
  | { kind: "verify"; comparison: Comparison };

/** The page brings the compiled kernel: its requests pass the service worker, and so work without a network. */
export interface Asked {
  kernel: WebAssembly.Module;
  ask: Ask;
}

export type Answer =
  | { kind: "progress"; stage: string; share: number }
  | { kind: "compared"; json: string }
  | { kind: "verified"; verification: Verification }
  | { kind: "failed"; code: string; message: string };
