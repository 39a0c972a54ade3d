/** What was pushed, for people. */
import type { ModelConfig } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import { estimatingBlock } from "#core/estimation.ts";
import { formatCount, formatPercent } from "#core/report/format.ts";
import type { Surroundings } from "../surroundings.ts";
import { table } from "../terminal-rows.ts";
import { printable, wrapped } from "../terminal-text.ts";
import { isoOf, lengthInWords } from "../times.ts";
import type { Activation } from "./activation.ts";
import type { ProposedColumn } from "./propose-model.ts";

export interface Pushed {
  model: ModelConfig;
  /** False where the model was there before. */
  created: boolean;
  /** What became of each column, where the model was proposed. */
  columns: ProposedColumn[];
  fields: Record<string, string>;
  remarks: string[];
  reference: Reference;
  /** Rows of each segment that has a reference of its own. */
  segments: Record<string, number>;
  activation: Activation;
  /** Whether the rows came with labels. */
  labelled: boolean;
  dryRun: boolean;
}

export function shown(pushed: Pushed, options: Pick<Surroundings, "paint" | "width">): string {
  const { model, created, columns, reference, segments, activation, dryRun, remarks, fields } = pushed;
  const { paint, width } = options;
  const rows = columns.map(({ column, as, reason }) => ({
    cells: [printable(column), printable(reason), as],
    style: as === "left out" ? (["dim"] as const).slice() : [],
  }));
  const proposed =
    rows.length === 0
      ? []
      : [
          ...table(["column", "because", "taken as"], rows, { paint, width, all: true }),
          ...wrapped("--type COLUMN=TYPE says otherwise; --dry-run shows this and sends nothing.", width).map(
            (line) => paint(line, "dim"),
          ),
        ];
  const { windowMs, clock, task } = model;
  const facts = [
    `${created ? (dryRun ? "would make" : "made") : "model"} ${printable(model.id)}: ${task}, windows of ${lengthInWords(windowMs)}, ${clock} clock`,
    `${dryRun ? "would push" : "pushed"} ${reference.id}: ${formatCount(reference.rows)} rows as counts of ${formatCount(reference.features.length)} features`,
    timesOf(reference, fields),
    ...(Object.keys(segments).length > 0
      ? [`segments with a reference of their own: ${printable(Object.keys(segments).join(", "))}`]
      : []),
    ...performanceOf(pushed),
    ...importancesOf(reference),
    activation === null
      ? "not in force yet: activate it in the dashboard or with --activate-from"
      : `${dryRun ? "would be " : ""}in force from ${isoOf(activation.fromMs)} (${activation.why})`,
  ];
  const notes = remarks.map((remark) => `note: ${printable(remark)}`);
  return `${[
    ...proposed,
    ...(proposed.length > 0 ? [""] : []),
    ...[...facts, ...notes].flatMap((line) => {
      const [first = "", ...rest] = wrapped(line, width - 2);
      return [first, ...rest.map((one) => `  ${one}`)];
    }),
  ].join("\n")}\n`;
}

function timesOf({ fromMs, toMs, chunks, rows }: Reference, fields: Pushed["fields"]): string {
  if (fromMs === null || toMs === null)
    return "no times: verdicts assume independent rows, and gates are doubled (--time names the column of times)";
  const stretch = `${isoOf(fromMs)} to ${isoOf(toMs)}, by "${printable(fields.timestamp ?? "timestamp")}"`;
  if (chunks === null)
    return `${stretch}: too few windows to learn how they differ (two weeks and 14 windows are needed), gates are doubled`;
  const counted = chunks.rows.reduce((sum, count) => sum + count, 0);
  const rest = rows - counted;
  return `${stretch}: ${chunks.starts.length} windows show how they differ${rest > 0 ? `, ${formatCount(rest)} rows are in none` : ""}`;
}

const metricsShown = 6;

/** Whatever was measured. */
function performanceOf({ reference, labelled }: Pushed): string[] {
  const { performance } = reference;
  if (performance === null)
    return [
      labelled
        ? "no performance, though there are labels: which column is the model's answer? --create makes a model with --score COLUMN and --prediction COLUMN"
        : "no performance: it needs labels (--label), and a score or prediction",
    ];
  const { metrics, labelled: rows } = performance as {
    metrics?: Record<string, { value?: unknown } | null>;
    labelled?: unknown;
  };
  const said = Object.entries(metrics ?? {}).flatMap(([name, metric]) =>
    typeof metric?.value === "number" ? [`${name} ${metric.value.toPrecision(3)}`] : [],
  );
  if (said.length === 0) return [];
  const more = said.length > metricsShown ? `, and ${said.length - metricsShown} more` : "";
  const on = typeof rows === "number" ? ` on ${formatCount(rows)} labelled rows` : "";
  const foretold = estimatingBlock(reference.derived) !== null;
  return [
    `performance${on}: ${said.slice(0, metricsShown).join(", ")}${more}`,
    foretold
      ? "performance of later windows is estimated before their labels come, as long as concepts do not drift"
      : "performance is not estimated before labels come: too few labelled rows, or no score or prediction",
  ];
}

const importancesShown = 4;

/** What the model leans on most, and who says so. */
function importancesOf({ importances }: Reference): string[] {
  if (importances === null) return [];
  const { source, features, fidelity } = importances;
  const total = features.reduce((sum, { importance }) => sum + importance, 0) || 1;
  const said = features
    .toSorted((a, b) => b.importance - a.importance)
    .slice(0, importancesShown)
    .map(({ name, importance }) => `${printable(name)} ${formatPercent(importance / total, 0)}`);
  const more = features.length > importancesShown ? ", …" : "";
  const by =
    fidelity === null
      ? `as ${source}`
      : `of small trees that repeat the model, R² ${fidelity.rSquared.toFixed(2)} on ${formatCount(fidelity.rows)} unseen rows`;
  return [`importances (${by}): ${said.join(", ")}${more}`];
}
