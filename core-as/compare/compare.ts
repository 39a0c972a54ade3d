/**
 * Two sets of rows, one answer. Pure: the command line and the browser's worker call it with the same rows and get the
 * same document (domain/comparison.ts), byte for byte.
 *
 * The verdict is the product's own: a profile of the reference's rows, the current rows counted in its cells, `evaluate`.
 * Beside it stand exact statistics on the rows. Cost: two sorts a numeric column and side, and a few merges.
 */
import type { Columns } from "../domain/columns.ts";
import {
  type Comparison,
  type ComparisonFeature,
  type ComparisonInput,
  type ComparisonOptions,
  comparisonSchema,
  type Notice,
} from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import { DAY_MS } from "../domain/limits.ts";
import type { Feature } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { likeOthers } from "./compat.ts";
import { optionsOf } from "./options.ts";
import { chunksOf } from "./judge.ts";
import { comparedPerformance } from "./performance.ts";
import { asRead, type ComparePlatform, isProfile, profileOf } from "./profile.ts";
import { cut, fitting, judgeRows, segmented, verdictOfSet } from "./sets.ts";

export interface CompareInput {
  /** Rows, or a profile that was made of some. */
  reference: Columns | Reference;
  current: Columns;
  /** What is compared; a profile brings its own. */
  features: readonly Feature[];
  options?: Partial<ComparisonOptions>;
  inputs?: Partial<Comparison["inputs"]>;
  /** What reading the files has to say: types with their reasons, values that did not fit. */
  notices?: readonly Notice[];
}

/** @throws ProblemError `reference_invalid` without rows or features, `comparison_invalid` where options do not fit */
export async function compare(
  kernel: Kernel,
  input: CompareInput,
  platform: ComparePlatform,
): Promise<Comparison> {
  const options = optionsOf(input.options);
  const { current } = input;
  if (!(options.level > 0 && options.level <= 0.5))
    throw new ProblemError("comparison_invalid", `The level ${options.level} is not between 0 and 0.5.`);
  if (!isProfile(input.reference) && input.features.length === 0)
    throw new ProblemError("comparison_invalid", "The files have no column in common that can be compared.");
  const rows = isProfile(input.reference) ? null : input.reference;
  const features = isProfile(input.reference) ? input.reference.features : input.features;
  await platform.progress?.("profiling the reference", 0);
  const reference = isProfile(input.reference)
    ? input.reference
    : await profileOf(kernel, input.reference, features, platform);
  await platform.progress?.("comparing", 0.4);
  const whole = judgeRows(kernel, {
    ...{ reference, referenceRows: rows, current: fitting(current, reference), options },
    ...{ monitor: "rows", level: options.level },
  });
  const { check } = whole.judged;
  const named = new Set(features.map(({ name }) => name));
  await platform.progress?.("comparing", 0.7);
  const comparison: Comparison = {
    schema: comparisonSchema,
    inputs: {
      reference: input.inputs?.reference ?? noInput(isProfile(input.reference) ? "profile" : "rows"),
      current: input.inputs?.current ?? noInput("rows"),
    },
    options,
    rows: { reference: reference.rows, current: current.rows },
    verdict: {
      ...verdictOfSet(check),
      drifted: countOf(whole.features, "drift"),
      warned: countOf(whole.features, "warning"),
      compared: whole.features.length,
    },
    nulls: nullsOf(reference, rows ? rows.timesMs !== null : reference.fromMs !== null),
    features: whole.features,
    segments: rows ? await segmented(kernel, rows, current, features, options, platform) : null,
    series: await cut(kernel, reference, fitting(current, reference), options, platform),
    performance: comparedPerformance(kernel, rows, current, options),
    compat: rows && options.compat ? likeOthers(kernel, options.compat, rows, current, [...named]) : null,
    notices: [...(input.notices ?? []), ...misfits(current, reference), ...refused(rows, options)],
    evidence: { ...whole.judged.evidence, reference },
  };
  await platform.progress?.("done", 1);
  return asRead(comparison);
}

/** The document as text; its bytes are the same wherever it was made. */
export const comparisonJson = (comparison: Comparison): string => `${JSON.stringify(comparison)}\n`;

const countOf = (features: readonly ComparisonFeature[], status: string): number =>
  features.filter(({ verdict }) => verdict.status === status).length;

const noInput = (format: string): ComparisonInput => ({ name: "", bytes: null, format });

function nullsOf(reference: Reference, timed: boolean): Comparison["nulls"] {
  const chunks = chunksOf(reference);
  if (chunks !== null)
    return {
      chunks: { count: chunks.starts.length, periodMs: chunks.periodMs },
      sentence: `Two nulls: sampling noise, and how ${chunks.starts.length} ${chunks.periodMs === DAY_MS ? "days" : "chunks"} of the reference differ from each other.`,
    };
  return {
    chunks: null,
    sentence:
      "Assumes independent rows: " +
      (timed
        ? "the reference has fewer than fourteen days to learn from how days differ, so that all gates are doubled."
        : "the reference has no times to learn from how days differ, so that all gates are doubled."),
  };
}

function misfits(current: Columns, { features }: Reference): Notice[] {
  return features.flatMap(({ name, type }): Notice[] => {
    const column = current.columns.get(name);
    if (column === undefined)
      return [
        {
          ...{ kind: "only-in-reference", column: name },
          message: `"${name}" is not in the current file: it counts as missing in every row.`,
        },
      ];
    if ((column.kind === "numeric") === (type === "numeric")) return [];
    return [
      {
        ...{ kind: "did-not-fit", column: name },
        message: `"${name}" is ${type} in the reference and ${column.kind} in the current file: it counts as missing in every row.`,
      },
    ];
  });
}

/** What was asked for and cannot be answered from a profile. */
function refused(rows: Columns | null, { segment, compat }: ComparisonOptions): Notice[] {
  if (rows !== null) return [];
  const notices: Notice[] = [];
  if (segment !== null)
    notices.push({
      ...{ kind: "segment", column: segment },
      message: "A profile has no rows to segment: give the reference's file instead.",
    });
  if (compat !== null)
    notices.push({
      ...{ kind: "compat", column: null },
      message: "A profile has no rows for another tool's rules: give the reference's file instead.",
    });
  return notices;
}
