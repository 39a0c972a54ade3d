/** The same files by Evidently's or NannyML's rules, in one shape, for people who come from there. */
import type { Columns } from "../domain/columns.ts";
import type { ComparisonCompat } from "../domain/comparison.ts";
import type { Kernel } from "../kernel/api.ts";
import { compareLike } from "../methods/compat/compat.ts";
import type { NannymlSeries } from "../methods/compat/nannyml.ts";
import { finite } from "./exact-scores.ts";

const note = {
  evidently:
    "By Evidently's rules: one constant a column, and drift of the data set from half of the columns on. Not calibrated: " +
    "in small files constants alarm without drift, in large ones p-values do.",
  nannyml:
    "By NannyML's rules: ten chunks of the current rows against mean + 3 standard deviations of the reference's own ten. " +
    "Not calibrated: every column and chunk alarms on its own.",
};

export function likeOthers(
  kernel: Kernel,
  tool: "evidently" | "nannyml",
  reference: Columns,
  current: Columns,
  names: readonly string[],
): ComparisonCompat {
  const columns = names.filter((name) => {
    const [before, now] = [reference.columns.get(name), current.columns.get(name)];
    return before !== undefined && now !== undefined && before.kind === now.kind;
  });
  if (tool === "evidently") {
    const found = compareLike(kernel, "evidently", reference, current, { columns });
    return {
      ...{ tool, calibrated: false, note: note.evidently, drifted: found.drifted },
      columns: found.columns.map(({ column, test, score, threshold, drifted }) => ({
        ...{ column, method: test, score: finite(score), threshold, drifted, alarms: null },
      })),
    };
  }
  const series =
    reference.rows > 0 && current.rows > 0
      ? compareLike(kernel, "nannyml", reference, current, { columns })
      : [];
  const judged = series.map(nannymlColumn);
  return {
    ...{ tool, calibrated: false, note: note.nannyml },
    drifted: judged.length > 0 ? judged.some(({ drifted }) => drifted === true) : null,
    columns: judged,
  };
}

/** A series as one line: its farthest chunk, and how many alarm. */
function nannymlColumn({
  column,
  method,
  thresholds,
  current,
}: NannymlSeries): ComparisonCompat["columns"][number] {
  const values = current.map(({ value }) => value).filter(Number.isFinite);
  const alarmed = current.filter(({ alert }) => alert).length;
  return {
    ...{ column, method, threshold: finite(thresholds.upper) },
    score: values.length > 0 ? values.reduce((most, value) => Math.max(most, value)) : null,
    drifted: values.length > 0 ? alarmed > 0 : null,
    alarms: { chunks: current.length, alarmed },
  };
}
