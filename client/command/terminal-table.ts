/** A comparison on a terminal: the answer in one line, then what changed, the largest effect first, in plain words. */
import type {
  Comparison,
  ComparisonCompat,
  ComparisonFeature,
  ComparisonPerformance,
} from "#core/domain/comparison.ts";
import { short } from "#core/compare/change.ts";
import { formatCount } from "#core/report/format.ts";
import { byLoudness } from "#core/report/loudness.ts";
import {
  cut,
  displayWidth,
  type Paint,
  padded,
  padStart,
  printable,
  type Style,
  wrapped,
} from "./terminal-text.ts";

export interface TableOptions {
  /** Columns of the terminal. */
  width: number;
  paint: Paint;
  /** Every feature; otherwise the calm ones beyond the first few are only counted. */
  all: boolean;
}

/** Calm features that are listed without `--all`. */
const calmListed = 15;

const styles: Record<string, Style[]> = {
  drift: ["red", "bold"],
  warning: ["yellow", "bold"],
  ok: ["green"],
  insufficient: ["dim"],
  error: ["magenta", "bold"],
};

export function renderComparison(comparison: Comparison, options: TableOptions): string {
  const blocks = [
    files(comparison),
    verdict(comparison, options),
    features(comparison, options),
    legend(comparison, options),
    series(comparison, options),
    segments(comparison, options),
    comparison.performance ? performance(comparison.performance, options) : [],
    comparison.compat ? compat(comparison.compat, options) : [],
    notices(comparison, options),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function files({ inputs, rows }: Comparison): string[] {
  const names = [inputs.reference.name, inputs.current.name].map((name) => printable(name) || "rows");
  const width = Math.max(...names.map(displayWidth));
  const counts = [rows.reference, rows.current].map(formatCount);
  const most = Math.max(...counts.map((count) => count.length));
  return ["reference", "current"].map(
    (side, i) => `${padded(side, 9)}  ${padded(names[i], width)}  ${padStart(counts[i], most)} rows`,
  );
}

function verdict(
  { verdict: { status, reason, errors } }: Comparison,
  { paint, width }: TableOptions,
): string[] {
  const word = status.toUpperCase();
  const [first = "", ...rest] = wrapped(printable(reason), width - displayWidth(word) - 2);
  const failed = errors > 0 && !reason.includes("could not") ? [`${errors} could not be evaluated.`] : [];
  const indent = " ".repeat(displayWidth(word) + 2);
  return [
    `${paint(word, ...styles[status])}  ${first}`,
    ...[...rest, ...failed].map((line) => indent + line),
  ];
}

function features({ features: all }: Comparison, options: TableOptions): string[] {
  const ordered = byLoudness(all);
  const loud = ordered.filter(({ verdict: { status } }) => status !== "ok");
  const calm = ordered.filter(({ verdict: { status } }) => status === "ok");
  const room = options.all ? calm.length : Math.max(5, calmListed - loud.length);
  const shown = [...loud, ...calm.slice(0, room)];
  const left = calm.length - Math.min(room, calm.length);
  const rows = shown.map((feature) => ({
    cells: [
      printable(feature.name),
      printable(feature.change),
      effectOf(feature),
      pOf(feature),
      feature.verdict.status,
    ],
    style: styles[feature.verdict.status],
  }));
  const lines = table(["feature", "what changed", "effect", "adjusted p", "verdict"], rows, options);
  return left > 0 ? [...lines, options.paint(`and ${left} more as before (--all lists them)`, "dim")] : lines;
}

interface Row {
  cells: string[];
  /** Of the last cell. */
  style?: Style[];
}

/** The first column gets up to a third, the second what is left; the others are numbers and stay whole. */
function table(heads: string[], rows: Row[], { width, paint }: TableOptions): string[] {
  const widths = heads.map((head, i) =>
    Math.max(displayWidth(head), ...rows.map(({ cells }) => displayWidth(cells[i]))),
  );
  const gaps = 2 * (heads.length - 1);
  const fixed = widths.slice(2).reduce((sum, one) => sum + one, gaps);
  const room = Math.max(24, width - fixed);
  widths[0] = Math.min(widths[0], Math.max(Math.floor(room / 3), room - widths[1]));
  widths[1] = Math.min(widths[1], room - widths[0]);
  const line = (cells: string[], style: (text: string, column: number) => string): string =>
    cells
      .map((cell, i) => {
        const text = cut(cell, widths[i]);
        const whole = i < 2 || i === cells.length - 1 ? padded(text, widths[i]) : padStart(text, widths[i]);
        return style(i === cells.length - 1 ? text : whole, i);
      })
      .join("  ")
      .trimEnd();
  return [
    paint(
      line(heads, (text) => text),
      "dim",
    ),
    ...rows.map(({ cells, style = [] }) =>
      line(cells, (text, i) => (i === cells.length - 1 ? paint(text, ...style) : text)),
    ),
  ];
}

function effectOf({ verdict: { effect, effectName } }: ComparisonFeature): string {
  return effectName === "none" ? "–" : effect.toFixed(3);
}

function pOf({ verdict: { adjustedP, effectName } }: ComparisonFeature): string {
  return effectName === "none" ? "–" : probability(adjustedP);
}

export function probability(p: number): string {
  if (p < 0.0001) return "<0.0001";
  return p >= 0.995 ? "1" : p.toPrecision(2);
}

const meant: Record<string, string> = {
  "ks gap": "largest gap between the two distributions",
  "share distance": "distance between the two sets of shares",
  "wasserstein/std": "distance moved, in standard deviations",
  "psi excess": "PSI, less what chance adds",
};

function legend(
  { features: all, verdict: { family }, nulls }: Comparison,
  { width, paint }: TableOptions,
): string[] {
  const gates = new Map(all.map(({ verdict: { effectName, gate } }) => [effectName, gate]));
  const explained = Object.entries(meant).flatMap(([name, says]) => {
    const gate = gates.get(name);
    return gate ? [`${says} (warning from ${short(gate.warning)}, drift from ${short(gate.drift)})`] : [];
  });
  const level = short(family.level.drift);
  const lines = [
    ...(explained.length > 0 ? [`effect: ${explained.join("; ")}; 0 is no change.`] : []),
    `adjusted p: how likely so large a difference is by chance, among ${family.size} tests; an alarm needs ${level} or less.`,
    nulls.sentence,
  ];
  return lines.flatMap((line) => wrapped(line, width)).map((line) => paint(line, "dim"));
}

const blocks: Record<string, string> = { ok: "·", insufficient: " ", warning: "▒", drift: "█", error: "!" };
const listedPeriods = 20;

function series({ series: found }: Comparison, options: TableOptions): string[] {
  if (found === null) return [];
  const { width, paint } = options;
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const strip = found.periods
    .map(({ verdict: { status } }) => paint(blocks[status], ...styles[status]))
    .reduce<string[]>((lines, block, i) => {
      if (i % (width - 2) === 0) lines.push("");
      lines[lines.length - 1] += block;
      return lines;
    }, []);
  const loud = found.periods.filter(
    ({ verdict: { status } }) => status !== "ok" && status !== "insufficient",
  );
  const rows = loud.slice(0, listedPeriods).map(({ startMs, rows: count, verdict: one }) => ({
    cells: [day(startMs), printable(one.reason), formatCount(count), one.status],
    style: styles[one.status],
  }));
  const [first, last] = [found.periods[0], found.periods[found.periods.length - 1]];
  return [
    ...wrapped(`By ${found.by}: ${found.sentence}`, width),
    ...strip,
    paint(
      `${day(first.startMs)} to ${day(last.startMs)}; █ drift, ▒ warning, · ok, blank: insufficient`,
      "dim",
    ),
    ...(rows.length > 0 ? table([found.by, "what", "rows", "verdict"], rows, options) : []),
    ...(loud.length > listedPeriods
      ? [paint(`and ${loud.length - listedPeriods} more (--json has all)`, "dim")]
      : []),
  ];
}

function segments({ segments: found }: Comparison, options: TableOptions): string[] {
  if (found === null) return [];
  const rows = found.values.map(({ value, rows: { reference, current }, verdict: one }) => ({
    cells: [
      printable(value),
      printable(one.reason),
      formatCount(reference),
      formatCount(current),
      one.status,
    ],
    style: styles[one.status],
  }));
  const omitted = found.omitted.slice(0, 5).map(({ value, reason }) => `${printable(value)} (${reason})`);
  const more = found.omitted.length > 5 ? ` and ${found.omitted.length - 5} more` : "";
  return [
    ...wrapped(`By ${printable(found.column)}: ${found.sentence}`, options.width),
    ...table(["segment", "what", "reference", "current", "verdict"], rows, options),
    ...(omitted.length > 0
      ? wrapped(`left out: ${omitted.join(", ")}${more}`, options.width).map((line) =>
          options.paint(line, "dim"),
        )
      : []),
  ];
}

function performance(found: ComparisonPerformance, options: TableOptions): string[] {
  const { realised, estimated, changed, assumptions } = found;
  const sides = [realised.reference, realised.current ?? estimated];
  const names = [...new Set(sides.flatMap((side) => Object.keys(side?.metrics ?? {})))];
  const cell = (side: (typeof sides)[number], name: string): string => {
    const metric = side?.metrics[name];
    if (!metric) return "–";
    const bounds =
      metric.low === null || metric.high === null
        ? ""
        : ` (${short(metric.low, 3)} to ${short(metric.high, 3)})`;
    return short(metric.value, 3) + bounds;
  };
  const rows = names.map((name) => {
    const moved = changed.find(({ metric }) => metric === name);
    const word = moved ? (moved.better ? "better" : "worse") : "";
    return {
      cells: [name, cell(sides[0], name), cell(sides[1], name), word],
      style: (moved && !moved.better ? ["red", "bold"] : []) as Style[],
    };
  });
  const how = realised.current === null && estimated !== null ? "current (estimated)" : "current";
  return [
    `Performance${found.target === null ? "" : ` on ${printable(found.target)}`}`,
    ...(rows.length > 0
      ? table(["metric", "reference", how, ""], rows, options)
      : ["No row has both a label and a prediction."]),
    ...assumptions.flatMap((line) => wrapped(line, options.width)).map((line) => options.paint(line, "dim")),
  ];
}

function compat(found: ComparisonCompat, options: TableOptions): string[] {
  const said = (drifted: boolean | null): string => (drifted === null ? "–" : drifted ? "drift" : "ok");
  const rows = found.columns.map(({ column, method, score, threshold, drifted, alarms }) => ({
    cells: [
      printable(column),
      (method ?? "not compared") + (alarms ? `, ${alarms.alarmed} of ${alarms.chunks} chunks` : ""),
      score === null ? "–" : short(score),
      threshold === null ? "–" : short(threshold),
      said(drifted),
    ],
  }));
  return [
    ...wrapped(found.note, options.width),
    ...table(["column", "by", "score", "threshold", found.tool], rows, options),
    `${found.tool} would say: ${said(found.drifted)} (uncalibrated)`,
  ];
}

/** Types that were decided as expected are told on request; here is what a reader should know. */
function notices({ notices: all, nulls }: Comparison, { width, paint, all: every }: TableOptions): string[] {
  return all
    .filter(({ kind, message }) => (every || kind !== "type") && message !== nulls.sentence)
    .flatMap(({ kind, column, message }) => {
      const text = kind === "type" && column !== null ? `"${column}" is ${message}` : message;
      const [first = "", ...rest] = wrapped(printable(text), width - 6);
      return [`${paint("note:", "bold")} ${first}`, ...rest.map((line) => `      ${line}`)];
    });
}
