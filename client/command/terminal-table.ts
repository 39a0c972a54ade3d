/** A comparison on a terminal: the answer in one line, then what changed, the largest effect first, in plain words. */
import type { Comparison, ComparisonFeature } from "#core/domain/comparison.ts";
import { short } from "#core/compare/change.ts";
import { formatCount } from "#core/report/format.ts";
import { byLoudness } from "#core/report/loudness.ts";
import { seriesLines, segmentLines } from "./terminal-breakdowns.ts";
import { compatLines, performanceLines } from "./terminal-model.ts";
import { statusStyles, table, type TableOptions } from "./terminal-rows.ts";
import { displayWidth, padded, padStart, printable, wrapped } from "./terminal-text.ts";

/** Calm features that are listed without `--all`. */
const calmListed = 15;

export function renderComparison(comparison: Comparison, options: TableOptions): string {
  const blocks = [
    files(comparison),
    verdict(comparison, options),
    features(comparison, options),
    legend(comparison, options),
    seriesLines(comparison, options),
    segmentLines(comparison, options),
    comparison.performance ? performanceLines(comparison.performance, options) : [],
    comparison.compat ? compatLines(comparison.compat, options) : [],
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
    `${paint(word, ...statusStyles[status])}  ${first}`,
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
    style: statusStyles[feature.verdict.status],
  }));
  const lines = table(["feature", "what changed", "effect", "adjusted p", "verdict"], rows, options);
  return left > 0 ? [...lines, options.paint(`and ${left} more as before (--all lists them)`, "dim")] : lines;
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
