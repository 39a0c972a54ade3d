/**
 * Two sets of rows, one answer. Pure: the command line and the browser's worker call it with the same rows and get the
 * same document (domain/comparison.ts), byte for byte.
 *
 * The verdict is the product's own: a profile of the reference's rows, the current rows counted in its cells, `evaluate`.
 * Beside it stand exact statistics on the rows. Cost: two sorts a numeric column and side, and a few merges.
 */
import type { Check } from "../domain/check.ts";
import type { Columns } from "../domain/columns.ts";
import {
  type Comparison,
  type ComparisonFeature,
  type ComparisonInput,
  type ComparisonOptions,
  type ComparisonPeriod,
  comparisonSchema,
  type ComparisonSegment,
  type Notice,
} from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import { DAY_MS } from "../domain/limits.ts";
import type { Feature } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import { createFolder } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { buildReference } from "../reference/build.ts";
import { likeOthers } from "./compat.ts";
import { comparedFeatures, testOf, verdictOf } from "./features.ts";
import { judge, type Judged, periodOf, type Stretch, stretchOf } from "./judge.ts";
import { comparedPerformance } from "./performance.ts";
import { chooseSegments, segmentsOf } from "./segments.ts";
import { countByStatus, periodsOf } from "./series.ts";

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

export interface ComparePlatform {
  /** Hex digest of a text. */
  sha256(text: string): Promise<string>;
  /** Hears what is being done, with its share in [0, 1]; may pause, or throw to stop. */
  progress?(stage: string, share: number): void | Promise<void>;
}

/** What a comparison of two files may err at, without drift: one in twenty (METHODS §1). */
export const defaultLevel = 0.05;
/** The profile's simulated tables are drawn from this: the same rows make the same profile everywhere. */
const profileSeed = 1;

export const isProfile = (reference: Columns | Reference): reference is Reference => "format" in reference;

/** The document's options with everything left out filled in. */
export function optionsOf(given: Partial<ComparisonOptions> = {}): ComparisonOptions {
  return {
    level: given.level ?? defaultLevel,
    correction: given.correction ?? "bh",
    time: given.time ?? null,
    segment: given.segment ?? null,
    by: given.by ?? null,
    target: given.target ?? null,
    prediction: given.prediction ?? null,
    score: given.score ?? null,
    positive: given.positive ?? null,
    compat: given.compat ?? null,
    methods: given.methods ?? {},
  };
}

/** The profile that rows are compared by; what `--profile` writes. */
export async function profileOf(
  kernel: Kernel,
  columns: Columns,
  features: readonly Feature[],
  { sha256 }: ComparePlatform,
): Promise<Reference> {
  return asRead(
    await buildReference(kernel, { features, columns, periodMs: DAY_MS, seed: profileSeed }, sha256),
  );
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

/** What a reader of the JSON has: nothing may hang on what JSON cannot say, such as the sign of a zero. */
const asRead = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The document as text; its bytes are the same wherever it was made. */
export const comparisonJson = (comparison: Comparison): string => `${JSON.stringify(comparison)}\n`;

interface RowsToJudge {
  reference: Reference;
  referenceRows: Columns | null;
  current: Columns;
  options: ComparisonOptions;
  monitor: string;
  level: number;
}

function judgeRows(
  kernel: Kernel,
  { reference, referenceRows, current, options, monitor, level }: RowsToJudge,
): { judged: Judged; features: ComparisonFeature[] } {
  const counts = createFolder(kernel, reference.features).fold(current);
  const stretch = stretchOf(current.timesMs, periodOf(reference));
  const judged = judge(kernel, { reference, counts, rows: current.rows, monitor, stretch, options, level });
  const sides = { reference, referenceRows, current, counts: judged.evidence.counts };
  return { judged, features: comparedFeatures(kernel, judged.check, sides) };
}

async function segmented(
  kernel: Kernel,
  reference: Columns,
  current: Columns,
  features: readonly Feature[],
  options: ComparisonOptions,
  platform: ComparePlatform,
): Promise<Comparison["segments"]> {
  const { segment: column, level } = options;
  if (column === null) return null;
  const { kept, omitted } = chooseSegments(reference, current, column);
  const own = level / Math.max(1, kept.length);
  const within = features.filter(({ name }) => name !== column);
  const values: ComparisonSegment[] = [];
  for (const part of segmentsOf(reference, current, { kept, column })) {
    await platform.progress?.(`segment ${part.value}`, 0.7 + (0.2 * values.length) / kept.length);
    const profile = await profileOf(kernel, part.reference, within, platform);
    const { judged, features: compared } = judgeRows(kernel, {
      ...{
        reference: profile,
        referenceRows: part.reference,
        current: fitting(part.current, profile),
        options,
      },
      ...{ monitor: `segment ${part.value}`, level: own },
    });
    values.push({
      value: part.value,
      rows: { reference: part.reference.rows, current: part.current.rows },
      verdict: verdictOfSet(judged.check),
      features: compared,
      evidence: { ...judged.evidence, reference: profile },
    });
  }
  return { column, sentence: sharedLevel(kept.length, "segments", level, own), values, omitted };
}

async function cut(
  kernel: Kernel,
  reference: Reference,
  current: Columns,
  options: ComparisonOptions,
  platform: ComparePlatform,
): Promise<Comparison["series"]> {
  const { by, level } = options;
  if (by === null) return null;
  const found = periodsOf(current, by);
  if (found.length === 0)
    throw new ProblemError(
      "comparison_invalid",
      `The current rows have no times to cut them by ${by}: name their column with --time.`,
    );
  const folder = createFolder(kernel, reference.features);
  const own = level / found.length;
  const periods: ComparisonPeriod[] = [];
  for (const { startMs, endMs, rows } of found) {
    await platform.progress?.(`${by} ${periods.length + 1} of ${found.length}`, 0.9);
    const stretch: Stretch = { startMs, endMs };
    const counts = folder.fold(current, rows);
    const { check, evidence } = judge(kernel, {
      ...{ reference, counts, rows: rows.length, monitor: by, stretch, options, level: own },
    });
    periods.push({
      ...{ startMs, endMs, rows: rows.length },
      verdict: verdictOfSet(check),
      features: check.features.map(({ name, m, missing, verdict, tests }) => ({
        ...{ name, m, missing: missing.current },
        ...{ verdict: verdictOf(verdict), tests: tests.map(testOf) },
      })),
      evidence,
    });
  }
  const counted = Object.entries(countByStatus(periods)).map(([status, count]) => `${count} ${status}`);
  const sentence = `${counted.join(", ")}. ${sharedLevel(periods.length, `${by}s`, level, own)}`;
  return { by, sentence, periods };
}

const sharedLevel = (count: number, what: string, level: number, own: number): string =>
  `${count} ${what}, each judged at a level of ${Number(own.toPrecision(3))}: without drift at most ` +
  `${Number((100 * level).toPrecision(3))} % of such reports find any.`;

export function verdictOfSet({ status, worst, reason, errors, family }: Check): ComparisonSegment["verdict"] {
  const { size, correction, level } = family;
  return { status, worst, reason, errors, family: { size, correction, level: { ...level } } };
}

const countOf = (features: readonly ComparisonFeature[], status: string): number =>
  features.filter(({ verdict }) => verdict.status === status).length;

const noInput = (format: string): ComparisonInput => ({ name: "", bytes: null, format });

function nullsOf({ chunks }: Reference, timed: boolean): Comparison["nulls"] {
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

/** The current rows' columns that are of the features' kind; others count as missing throughout. */
function fitting(current: Columns, { features }: Reference): Columns {
  const kinds = new Map(
    features.map(({ name, type }) => [name, type === "numeric" ? "numeric" : "categorical"]),
  );
  return {
    ...current,
    columns: new Map([...current.columns].filter(([name, { kind }]) => kinds.get(name) === kind)),
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
