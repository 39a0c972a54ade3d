/** One set of rows, or many of them, judged: the whole, each segment, each period. */
import type { Check } from "../domain/check.ts";
import type { Columns } from "../domain/columns.ts";
import type {
  Comparison,
  ComparisonFeature,
  ComparisonOptions,
  ComparisonPeriod,
  ComparisonSegment,
} from "../domain/comparison.ts";
import { ProblemError } from "../domain/errors.ts";
import type { Feature } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import { createFolder } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { comparedFeatures, testOf, verdictOf } from "./features.ts";
import { judge, type Judged, periodOf, type Stretch, stretchOf } from "./judge.ts";
import { type ComparePlatform, profileOf } from "./profile.ts";
import { chooseSegments, segmentsOf } from "./segments.ts";
import { countByStatus, periodsOf } from "./series.ts";

interface RowsToJudge {
  reference: Reference;
  referenceRows: Columns | null;
  current: Columns;
  options: ComparisonOptions;
  monitor: string;
  level: number;
}

export function judgeRows(
  kernel: Kernel,
  { reference, referenceRows, current, options, monitor, level }: RowsToJudge,
): { judged: Judged; features: ComparisonFeature[] } {
  const counts = createFolder(kernel, reference).fold(current);
  const stretch = stretchOf(current.timesMs, periodOf(reference));
  const judged = judge(kernel, { reference, counts, rows: current.rows, monitor, stretch, options, level });
  const sides = { reference, referenceRows, current, counts: judged.evidence.counts };
  return { judged, features: comparedFeatures(kernel, judged.check, sides) };
}

export async function segmented(
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

export async function cut(
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
  const folder = createFolder(kernel, reference);
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

/** The current rows' columns that are of the features' kind; others count as missing throughout. */
export function fitting(current: Columns, { features }: Reference): Columns {
  const kinds = new Map(
    features.map(({ name, type }) => [name, type === "numeric" ? "numeric" : "categorical"]),
  );
  return {
    ...current,
    columns: new Map([...current.columns].filter(([name, { kind }]) => kinds.get(name) === kind)),
  };
}
