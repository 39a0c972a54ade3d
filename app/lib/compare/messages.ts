/** What the Compare page and its web worker say to each other. */
import type { Comparison, ComparisonOptions } from "#core/domain/comparison.ts";
import type { Verification } from "#core/compare/verify.ts";
import type { Reference } from "#core/domain/reference.ts";

export type Ask =
  | {
      kind: "compare";
      /** A file, or the profile of a model's reference. */
      reference: File | { profile: Reference; name: string };
      current: File;
      options: Partial<ComparisonOptions>;
      /** Columns that are left out. */
      ignore: string[];
    }
  | { kind: "verify"; comparison: Comparison };

export type Answer =
  | { kind: "progress"; stage: string; share: number }
  | { kind: "compared"; json: string }
  | { kind: "verified"; verification: Verification }
  | { kind: "failed"; code: string; message: string };
