/**
 * Power at equal false alarms: every rule gets the threshold at which it alarms in one window of a hundred without drift,
 * on the same rows, and then meets the same changes. Ours is the default test's p-value as a check computes it.
 */
import type { Column } from "#core/domain/columns.ts";
import { createFolder, featureCounts } from "#core/domain/window.ts";
import type { Method } from "#core/domain/policy.ts";
import { methodsFor, statistic } from "#core/methods/statistics.ts";
import { seedFor, startStream, uniform } from "./chance.ts";
import { type Source, sourceOf } from "./data.ts";
import { peerRules } from "./peer-rules.ts";
import { sampleOf } from "./peers.ts";
import { drawTablesFrom, kernel, type Question, referenceFrom, singleTest } from "./product.ts";
import { newTally, type Row, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";

/** The rate of false alarms at which rules are compared. */
export const falseAlarms = 0.01;
/** How far below the best peer ours may lie on a row (METHODS §1). */
export const allowedLoss = 0.03;

interface Change {
  name: string;
  /** Draws a window's rows. */
  draw: (source: Source, rows: number) => Column;
}

const sizes = [0.1, 0.25, 0.5];
const none: Change = { name: "none", draw: (source, rows) => source.draw(rows) };

const shifted = (by: number): Change => ({
  name: `location, ${by} sd`,
  draw: (source, rows) => source.draw(rows, by),
});
const changed = (name: string, value: (x: number) => number): Change => ({
  name,
  draw: (source, rows) => {
    const column = source.draw(rows);
    return column.kind === "numeric" ? { kind: "numeric", values: column.values.map(value) } : column;
  },
});
const scaled = (by: number): Change => changed(`scale, ${1 + by} times`, (x) => x * (1 + by));
/** A share of the rows comes from a distribution three times as wide. */
const contaminated = (by: number): Change =>
  changed(`tails, ${by * 20} % of rows three times as wide`, (x) => (uniform() < by / 5 ? 3 * x : x));
/** A share of the rows goes to the last category, the rarest. */
const moved = (by: number): Change => ({
  name: `${by * 20} % of rows in the rarest category`,
  draw: (source, rows) => {
    const column = source.draw(rows);
    if (column.kind === "categorical")
      for (let row = 0; row < rows; row++)
        if (uniform() < by / 5) column.codes[row] = column.dictionary.length - 1;
    return column;
  },
});

const changesOf: Record<string, ((by: number) => Change)[]> = {
  normal: [shifted, scaled, contaminated],
  lognormal: [shifted, scaled],
  "5 categories": [moved],
  "50 categories": [moved],
};

interface PowerPart {
  data: string;
  n: number;
  m: number;
  group: number;
}

const sizesOf = [
  { n: 5000, m: 200 },
  { n: 5000, m: 1000 },
  { n: 10_000, m: 1000 },
];

export function powerTasks(): Task[] {
  return Object.entries(changesOf).flatMap(([data, groups]) =>
    groups.flatMap((_, group) =>
      sizesOf
        // Thinned windows of many categories would be simulated one by one.
        .filter(({ n, m }) => data !== "50 categories" || m <= n / 10)
        .map(({ n, m }) => ({
          kind: "power",
          name: `power on ${data}, n = ${n}, m = ${m}`,
          part: { data, n, m, group } satisfies PowerPart,
        })),
    ),
  );
}

export async function runPower(part: unknown, effort: Effort): Promise<Tally[]> {
  const { data, n, m, group } = part as PowerPart;
  const source = sourceOf(data);
  const numeric = source.type === "numeric";
  const changes = [none, ...sizes.map(changesOf[data][group])];
  const rules = peerRules.filter(({ applies }) => applies(500, numeric) || applies(n, numeric));
  const windows = effort.costliestWindows;
  /** Scores by change, rule (ours first), reference and window. */
  const scores = changes.map(() => [...rules, null].map((): number[][] => []));
  for (let each = 0; each < effort.references; each++) {
    startStream(effort.release, "power", data, n, m, group, each);
    drawTablesFrom(seedFor(effort.release, "tables", data, n, m, each % 100));
    const column = source.draw(n);
    const columns = { rows: n, timesMs: null, columns: new Map([["x", column]]) };
    const feature = { name: "x", type: source.type, role: "feature" as const };
    const reference = await referenceFrom([feature], columns, seedFor(effort.release, "power", data, each));
    const folder = createFolder(kernel, reference);
    const [method] = methodsFor(reference.features[0].cells, source.type === "boolean");
    const whole = sampleOf(column, source);
    const measures = rules.map(({ score }) => score(kernel, whole));
    changes.forEach(({ draw }, change) => {
      scores[change].forEach((byReference) => byReference.push([]));
      for (let window = 0; window < windows; window++) {
        const rows = draw(source, m);
        const counts = folder.fold({ rows: m, timesMs: null, columns: new Map([["x", rows]]) });
        const question = {
          reference,
          window: featureCounts(counts, folder.layout, 0),
          seed: seedFor(effort.release, data, n, m, group, each, change, window),
        };
        scores[change][0][each].push(ourScore(question, method));
        const sample = sampleOf(rows, source);
        measures.forEach((measure, rule) => scores[change][rule + 1][each].push(measure(sample)));
      }
    });
  }
  return changes.slice(1).flatMap(({ name }, at) =>
    scores[at + 1].map((byReference, rule): Tally => {
      const without = scores[0][rule].flat().sort((a, b) => b - a);
      const critical = without[Math.floor(falseAlarms * without.length)];
      const peer = rule > 0 ? { peer: rules[rule - 1].peer } : {};
      const method = rule > 0 ? rules[rule - 1].method.replace(/( ≥| p <|, mean).*/, "") : "default";
      return {
        ...newTally({ kind: "power", method, data, n, m, features: 1, change: name, ...peer }, [falseAlarms]),
        windows: byReference.map((list) => list.length),
        hits: [byReference.map((list) => list.filter((score) => score > critical).length)],
      };
    }),
  );
}

/**
 * Larger is more unlike. Of categories whose window is not thinned the statistic itself: its p-value falls as it rises, and
 * simulating one for every window would take hours.
 */
function ourScore(question: Question, method: Method): number {
  const { counts, cells } = question.reference.features[0];
  const c = question.window.cells;
  const a = Float64Array.from(counts);
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  if (cells.kind === "categories" && sum(c) <= sum(a) / 10) return statistic(kernel, method, cells, a, c);
  return -singleTest(question, method).pValue;
}

/** Ours passes where no peer is better by more than what is allowed; peers have nothing to pass. */
export function judgePower(rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    if (row.kind !== "power") return row;
    if (row.peer !== undefined) return { ...row, passes: null };
    const best = bestPeer(rows, row);
    return { ...row, passes: best === undefined || row.rate >= best.rate - allowedLoss };
  });
}

export function bestPeer(rows: readonly Row[], { data, n, m, change }: Row): Row | undefined {
  return rows
    .filter((row) => row.kind === "power" && row.peer !== undefined)
    .filter((row) => row.data === data && row.n === n && row.m === m && row.change === change)
    .reduce<Row | undefined>(
      (best, row) => (best === undefined || row.rate > best.rate ? row : best),
      undefined,
    );
}
